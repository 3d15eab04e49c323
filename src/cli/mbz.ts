import { existsSync } from 'node:fs';
import v8 from 'node:v8';
import type { Limits, MbzError, OpenOptions } from '@jouvence/mbz';
import { Command, InvalidArgumentError } from 'commander';
import { isMapFile, planOf, type RewriteFlags, rewriteHelp, UsageError } from './mbz-rewrite.ts';
import {
  describeDifferences,
  describeInspection,
  describeRewriting,
  describeVerification,
  formatBytes,
  plain,
} from './mbz-words.ts';

type Mbz = typeof import('@jouvence/mbz');

/** The product's exit codes, as far as they occur here. */
const exitCodes = { ok: 0, problemFound: 1, usage: 2, refused: 5, cancelled: 130 } as const;

const exitHelp = `
FILE may be - for standard input.
Exit codes: 0 in order; 1 a problem or difference was found; 2 asked wrongly; 5 the archive is refused
(unsafe, damaged, over a limit, or no course backup); 130 cancelled.`;

interface Flags {
  json?: boolean;
  limit?: Partial<Limits>;
}

/** One verb's answer: data for programs, words for people. */
interface Answer {
  data: unknown;
  words: string;
  isProblem?: boolean;
}

/**
 * `jouvence mbz inspect|verify|diff|extract|rewrite|write`: looks at backup archives and makes new ones; needs no server. The package is loaded only when a
 * verb runs, by the function handed in.
 */
export function mbzCommand(load: () => Promise<Mbz>): Command {
  const mbz = new Command('mbz').description(
    "look at Moodle's backup archives and make new ones: inspect, verify, compare, unpack, rewrite, write",
  );
  const verb = (usage: string, description: string) =>
    mbz
      .command(usage)
      .description(description)
      .option('--json', 'exactly one JSON document on standard output')
      .option('--limit <name=value>', 'raise or lower a limit; may be repeated', collectLimit)
      .addHelpText('after', exitHelp);

  verb('inspect <file>', 'say what is in a backup: course, people, sections, activities, files, plugins').action(
    (file: string, flags: Flags) =>
      run(load, flags, async ({ inspect }, options) => {
        const found = await inspect(sourceOf(file), options);
        return { data: found, words: describeInspection(found) };
      }),
  );
  verb('verify <file>', 'check every file against its SHA-1, the index and the rules of XML').action(
    (file: string, flags: Flags) =>
      run(load, flags, async ({ verify }, options) => {
        const found = await verify(sourceOf(file), options);
        return { data: found, words: describeVerification(found), isProblem: !found.ok };
      }),
  );
  verb('diff <first> <second>', 'say what differs between two backups of a course, ignoring ids and times').action(
    (first: string, second: string, flags: Flags) =>
      run(load, flags, async ({ diff }, options) => {
        if (first === '-' || second === '-')
          throw new UsageError('diff compares two files; it cannot read - (standard input)');
        const found = await diff(first, second, options);
        return { data: found, words: describeDifferences(found), isProblem: found.length > 0 };
      }),
  );
  verb('extract <file> <directory>', 'unpack a backup into a new or empty directory').action(
    (file: string, directory: string, flags: Flags) =>
      run(load, flags, async ({ extract }, options) => {
        const done = await extract(sourceOf(file), directory, options);
        return { data: done, words: `${done.files} files, ${formatBytes(done.bytes)}, unpacked into ${directory}` };
      }),
  );
  addRewrite(
    verb('rewrite <file> <new-file>', 'write a backup anew: without people, or with other ones, names or dates'),
    load,
  );
  verb('write <directory> <file>', 'make a backup of an unpacked one; it is checked first')
    .option('--force', 'replace the file if it is there')
    .action((directory: string, file: string, flags: Flags & { force?: boolean }) =>
      run(load, flags, async (mbz, options) => {
        refuseTaken(mbz, file, flags.force);
        const written = await mbz.writeDirectory(directory, file, options);
        const words = `${written.files} files, ${formatBytes(written.bytes)}, written as ${formatBytes(written.sizeBytes)} to ${file}\nsha256 ${written.sha256}`;
        return { data: written, words };
      }),
    );
  return mbz;
}

function addRewrite(verb: Command, load: () => Promise<Mbz>): void {
  verb
    .option('--people <people>', 'out, keep, or a file that maps them to accounts (.json, .csv)', 'keep')
    .option('--fullname <name>', "the course's full name")
    .option('--shortname <name>', "the course's short name")
    .option('--idnumber <text>', "the course's id number; empty for none")
    .option('--startdate <day>', 'when the course starts')
    .option('--keep-file-authors', 'with --people out: leave the names of those who uploaded files')
    .option('--same-site', 'with mapped people: the target is the site of the backup, not a copy or another one')
    .option('--force', 'replace the new file if it is there')
    .addHelpText('after', rewriteHelp)
    .action((from: string, to: string, flags: Flags & RewriteFlags & { force?: boolean }) =>
      run(load, flags, async (mbz, options) => {
        if (from === '-' || to === '-')
          throw new UsageError('rewrite reads its file twice and writes another; it cannot use - (standard input).');
        keepHeapSmall();
        const people = isMapFile(flags.people) ? await mbz.readPeople(from, options) : [];
        const plan = planOf(flags, () => people);
        refuseTaken(mbz, to, flags.force, from);
        const done = await mbz.rewrite(from, to, plan, options);
        const leaks = done.proof.findings.filter(
          ({ entry, kind }) => !(flags.keepFileAuthors && entry === 'files.xml' && kind === 'authorship'),
        );
        const isProblem = flags.people === 'out' && leaks.length > 0;
        return { data: done, words: describeRewriting(done, to, flags.people === 'out'), isProblem };
      }),
    );
}

/**
 * Rewriting makes much that lives shortly. Left to itself, V8 lets it pile up: 240,000 files then take 180 to 300 MB instead of 140,
 * and are rewritten no faster.
 */
function keepHeapSmall(): void {
  v8.setFlagsFromString('--semi-space-growth-factor=1');
  v8.setFlagsFromString('--heap-growing-percent=10');
}

/** A file that is there is only replaced on purpose, and the one that is read never. */
function refuseTaken({ MbzError }: Mbz, file: string, force: boolean | undefined, source?: string): void {
  if (!existsSync(file) || (force === true && source !== file)) return;
  throw new MbzError('cannot-write', `${file} is there already`, { hint: 'Name another file, or say --force.' });
}

async function run(
  load: () => Promise<Mbz>,
  flags: Flags,
  work: (mbz: Mbz, options: OpenOptions) => Promise<Answer>,
): Promise<void> {
  const cancel = new AbortController();
  const interrupt = () => cancel.abort();
  process.once('SIGINT', interrupt);
  const progress = await startProgress();
  const mbz = await load();
  try {
    checkLimits(flags.limit ?? {}, mbz.defaultLimits);
    const answer = await work(mbz, { limits: flags.limit, signal: cancel.signal, onProgress: progress.update });
    progress.stop();
    print(flags.json ? JSON.stringify(answer.data, undefined, 1) : answer.words);
    process.exitCode = answer.isProblem ? exitCodes.problemFound : exitCodes.ok;
  } catch (error) {
    progress.stop();
    if (cancel.signal.aborted) {
      process.exitCode = exitCodes.cancelled;
    } else if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = exitCodes.usage;
    } else if (error instanceof mbz.MbzError) {
      refuse(error, flags);
    } else throw error;
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}

function refuse(error: MbzError, flags: Flags): void {
  const { code, message, entry, hint } = error;
  if (flags.json) print(JSON.stringify({ error: { code, message, entry, hint } }, undefined, 1));
  process.stderr.write(plain(`${code}: ${message}.`) + (hint === '' ? '\n' : `\n${plain(hint)}\n`));
  process.exitCode = exitCodes.refused;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function sourceOf(file: string): string | AsyncIterable<Uint8Array> {
  return file === '-' ? process.stdin : file;
}

function collectLimit(text: string, before: Partial<Limits> = {}): Partial<Limits> {
  const match = /^([A-Za-z]+)=([0-9]+)$/.exec(text);
  if (match === null) throw new InvalidArgumentError('write it as name=number, such as --limit ratio=500.');
  return { ...before, [match[1] as keyof Limits]: Number(match[2]) };
}

function checkLimits(given: Partial<Limits>, known: Readonly<Limits>): void {
  for (const name of Object.keys(given))
    if (!Object.hasOwn(known, name))
      throw new UsageError(`There is no limit ${name}. The limits are: ${Object.keys(known).join(', ')}.`);
}

/** A bar on standard error, where a person is looking; nothing in a pipe. */
async function startProgress(): Promise<{ update?: OpenOptions['onProgress']; stop(): void }> {
  if (!process.stderr.isTTY) return { stop() {} };
  const { SingleBar, Presets } = (await import('cli-progress')).default;
  const bar = new SingleBar(
    { format: '{bar} {percentage}% of {size}', clearOnComplete: true, stream: process.stderr },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update(bytesRead, bytesTotal) {
      if (bytesTotal === undefined) return;
      if (!started) bar.start(bytesTotal, 0, { size: formatBytes(bytesTotal) });
      started = true;
      bar.update(bytesRead);
    },
    stop() {
      if (started) bar.stop();
    },
  };
}
