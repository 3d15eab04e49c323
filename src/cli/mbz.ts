import type { Limits, MbzError, OpenOptions } from '@jouvence/mbz';
import { Command, InvalidArgumentError } from 'commander';
import { describeDifferences, describeInspection, describeVerification, formatBytes, plain } from './mbz-words.ts';

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
 * `jouvence mbz inspect|verify|diff|extract`: looks at backup archives; needs no server. The package is loaded only when a
 * verb runs, by the function handed in.
 */
export function mbzCommand(load: () => Promise<Mbz>): Command {
  const mbz = new Command('mbz').description("look at Moodle's backup archives: inspect, verify, compare, unpack");
  const verb = (usage: string, description: string) =>
    mbz
      .command(usage)
      .description(description)
      .option('--json', 'exactly one JSON document on standard output')
      .option('--limit <name=value>', 'raise or lower a limit; may be repeated', collectLimit, {})
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
      run(load, flags, async ({ diff }, { signal }) => {
        if (first === '-' || second === '-')
          throw new UsageError('diff compares two files; it cannot read - (standard input)');
        const found = await diff(first, second, { signal });
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
  return mbz;
}

class UsageError extends Error {}

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

function collectLimit(text: string, before: Partial<Limits>): Partial<Limits> {
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
