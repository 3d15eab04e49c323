import { open, rename } from 'node:fs/promises';
import {
  type Inspection,
  inspect,
  MbzError,
  type RewritePlan,
  type Rewritten,
  readPeople,
  rewrite,
} from '@jouvence/mbz';
import type { SiteClient } from '@jouvence/moodle-client';
import { AppError, failure } from '../errors.ts';
import type { Step, StepContext, StepResult } from '../jobs/index.ts';
import { hasFetched, hasPrepared } from './bring-out.ts';
import { contentsOf } from './examine.ts';
import { type AskTarget, type Matching, matchPeople, sayProblems } from './identity.ts';
import { plainName } from './plain-name.ts';
import { refuse, refuseArchive } from './refuse.ts';
import { type RequestRow, setReport, updateRequest } from './requests.sql.ts';
import { type Ends, heldByAny, restoreStep, type Tools } from './restore-step.ts';
import { decideAgain } from './rules/again.ts';
import type { PeopleProof, ReportLine } from './types.ts';

/**
 * Makes the archive that is delivered of the one that was fetched: without people, and proved to be; or with each of
 * them as the account of the target that is theirs. All is decided before the first byte is written, and the rewriting
 * is deterministic: a worker that goes on after another was killed makes the same file.
 */
export function preparing(tools: Tools): Step {
  return restoreStep(tools, {
    async run(context, ends) {
      if (!(await hasFetched(tools, ends))) return { goto: 'fetching' };
      if (await hasPrepared(tools, ends)) return askSource(tools, context, ends);
      const { request, target } = ends;
      const matching = request.people ? await matchAll(tools, context, ends) : undefined;
      if (matching && matching.problems.length > 0) {
        const { message, said, lines } = sayProblems(matching.problems, target.name);
        await context.write((tx) => setReport(tx, request.id, 'preparing', [...matching.lines, ...lines]));
        return { refuse: { code: 'people-unmatched', message: `${target.name}: ${message}`, said } };
      }
      const names = namesFor(ends);
      const plan = { ...planOf(request, matching), ...(names && { course: names }) };
      const made = await rewriteInto(tools, context, request, plan);
      if (made instanceof MbzError) return refuseArchive(ends.source.name, made);
      const { rewritten, inspection } = made;
      const found = request.people ? undefined : foundIn(request, rewritten, inspection);
      if (found)
        return refuse('people-found', { reason: 'people-still', values: { site: ends.source.name, ...found } });
      const lines = [
        ...(matching ? matchingLines(matching, target.name) : proofLines(rewritten)),
        ...leftOutLines(rewritten, request),
        ...cleanedLines(request, names),
      ];
      await context.write(async (tx) => {
        const { sizeBytes, sha256 } = rewritten;
        await updateRequest(tx, request.id, {
          prepared: { filename: request.archive!.filename, sizeBytes, sha256 },
          proof: request.people ? null : proofOf(rewritten),
          ...contentsOf(inspection),
        });
        await setReport(tx, request.id, 'preparing', lines);
      });
      return heldByAny(tools, context, ends, ['source']);
    },
  });
}

/**
 * It stands ready and has been here before: perhaps it came back from its turn because the source, which is asked once
 * more before the long way, was away. That is waited for here, where nobody else's way is blocked.
 */
async function askSource(tools: Tools, context: StepContext, ends: Ends): Promise<StepResult> {
  const held = await heldByAny(tools, context, ends, ['source']);
  if (!held) await decideAgain(tools, ends, 'carried', context.signal);
  return held;
}

function planOf({ people, keepFileAuthors }: RequestRow, matching: Matching | undefined): RewritePlan {
  return people ? { people: matching!.accounts } : { people: 'out', keepFileAuthors };
}

/** Names that a real Moodle would refuse, as it takes them; undefined where it takes them as they are. */
function namesFor({ request, target }: Ends): Names | undefined {
  if (target.kind !== 'moodle' || !request.contents) return undefined;
  const { fullname, shortname } = request.contents;
  const clean = (name: string) => plainName(name).trim() || `Course ${request.courseid}`;
  const names: Names = {};
  if (plainName(fullname) !== fullname) names.fullname = clean(fullname);
  if (plainName(shortname) !== shortname) names.shortname = clean(shortname);
  return Object.keys(names).length > 0 ? names : undefined;
}

interface Names {
  fullname?: string;
  shortname?: string;
}

function cleanedLines({ contents }: RequestRow, names: Names | undefined): ReportLine[] {
  return (['fullname', 'shortname'] as const)
    .filter((field) => names?.[field] !== undefined)
    .map((field) => ({
      code: 'name-cleaned',
      severity: 'info',
      what: names![field]!,
      why: `The ${field === 'shortname' ? 'short name' : 'name'} was “${contents![field]}”: Moodle restores no course whose name has tags in it.`,
      todo: 'Give it the name you like in the settings of the course.',
    }));
}

/** The most that one call of `match_people` takes. */
const mostPeople = 20_000;

async function matchAll(tools: Tools, context: StepContext, ends: Ends): Promise<Matching> {
  const { request, source, target, targetClient } = ends;
  const people = await readPeople(tools.spool.fetched(request.id), { signal: context.signal });
  const pair = await tools.sites.pairs.get(source.id, target.id);
  const archiveUrl = request.contents?.wwwroot ?? source.url;
  const ask = people.length === 0 ? async () => [] : askOf(await targetClient(), context);
  const { plugins } = await tools.catalogue.targetOf(target.id, { signal: context.signal });
  const methods = new Set(
    plugins.filter(({ type, state }) => type === 'auth' && state === 'on').map(({ name }) => name),
  );
  return matchPeople(people, pair, { archiveUrl, methods, ask });
}

function askOf(client: SiteClient, { guard, signal }: StepContext): AskTarget {
  return async (people) => {
    const found: Awaited<ReturnType<AskTarget>> = [];
    for (let at = 0; at < people.length; at += mostPeople) {
      const asked = people
        .slice(at, at + mostPeople)
        .map(({ username, email, idnumber }) => ({ username, email, idnumber }));
      await guard();
      const { people: matched } = await client.call('match_people', { people: asked }, { signal });
      if (matched.length !== asked.length)
        throw failure(
          'site-bad-answer',
          { reason: 'people-miscounted', values: { site: client.site, asked: asked.length, told: matched.length } },
          { details: { site: client.site } },
        );
      found.push(...matched.map(({ candidates }) => candidates));
    }
    return found;
  };
}

/** Under another name until it is whole; then read once more, by the same eyes that looked at the fetched one. */
async function rewriteInto(
  { spool }: Tools,
  context: StepContext,
  { id, archive, contents }: RequestRow,
  plan: RewritePlan,
): Promise<{ rewritten: Rewritten; inspection: Inspection } | MbzError> {
  const path = spool.prepared(id);
  const part = `${path}.part`;
  const { signal } = context;
  const report = (from: number, share: number) => (read: number, total?: number) =>
    context.progress(from + (total ? (read / total) * share : 0));
  await spool.clearFolders(id);
  // Its documents lie beside it meanwhile, unpacked and rewritten.
  const neededBytes = archive!.sizeBytes + 2 * (contents?.documentBytes ?? 0);
  if (!(await spool.hasFree(neededBytes)))
    throw failure('spool-full', { reason: 'disk-small', values: { bytes: neededBytes } });
  try {
    const rewritten = await rewrite(spool.fetched(id), part, plan, { signal, onProgress: report(0, 0.9) });
    const file = await open(part, 'r+');
    // Room that the disk only promised would be missing once the target has half of it.
    await file.sync().finally(() => file.close());
    const inspection = await inspect(part, { signal, onProgress: report(0.9, 0.1) });
    if (inspection.sha256 !== rewritten.sha256)
      throw new AppError('internal', `${part}: rewritten as ${rewritten.sha256}, and read as ${inspection.sha256}`);
    if (!(await spool.reserve(context.host, id, await spool.sizeOf(id)))) throw new AppError('spool-full');
    await rename(part, path);
    return { rewritten, inspection };
  } catch (error) {
    if (isDiskFull(error)) throw new AppError('spool-full', undefined, { cause: error });
    // What cannot be read or written here and now says nothing about the archive.
    if (error instanceof MbzError && error.code !== 'unreadable' && error.code !== 'cannot-write') return error;
    throw error;
  }
}

function isDiskFull(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return code === 'ENOSPC' || cause?.code === 'ENOSPC';
}

/** What must not be there, found by the rewriting's own proof or by looking at the result as at any other archive. */
function foundIn(
  { keepFileAuthors }: RequestRow,
  { proof }: Rewritten,
  inspection: Inspection,
): { entry: string; what: string; count: number } | undefined {
  const wanted = (kind: string, entry: string) => keepFileAuthors && kind === 'authorship' && entry === 'files.xml';
  const own = proof.findings.find(({ kind, entry }) => !wanted(kind, entry));
  const seen = inspection.personalData.findings.find(({ kind, example }) => !wanted(kind, example));
  if (own) return { entry: own.entry, what: own.what, count: own.count };
  return seen && { entry: seen.example, what: seen.what, count: seen.count };
}

const proofOf = ({ proof: { lookedFor, warnings } }: Rewritten): PeopleProof => ({
  lookedFor,
  warnings: warnings.slice(0, mostPlaces),
});

/** More places than that nobody looks at one by one. */
const mostPlaces = 500;

const nameOf = { username: 'username', email: 'e-mail', fullname: 'full name' } as const;

/** Whose names could stand in a text is not known then. */
const nobodyLine: ReportLine = {
  code: 'people-none-left',
  severity: 'info',
  what: 'participants’ data',
  why: 'The source had left people out already: the archive was read through for their rows and for authorship, and has neither.',
  todo: '',
};

function proofLines({ proof: { lookedFor, warnings } }: Rewritten): ReportLine[] {
  const { people, ids, texts } = lookedFor;
  const lines = warnings.slice(0, mostPlaces).map(
    ({ entry, place, what, count }): ReportLine => ({
      code: 'name-in-text',
      severity: 'warning',
      what: `${entry}: ${place}`,
      why: `A text of the course has the ${nameOf[what]} of one of its people${count > 1 ? `, ${count} times` : ''}. Texts are carried as they were written.`,
      todo: 'Read that text in the new course, and take the name out if it should not be there.',
    }),
  );
  if (people === 0) return [nobodyLine];
  return [
    {
      code: 'people-out',
      severity: 'info',
      what: `people: ${people}, ids: ${ids}, names: ${texts}`,
      why:
        'People and authorship were taken out of the archive, and it was read through once more for rows of people, their ids, and their usernames, e-mails and full names as text: ' +
        (lines.length === 0 ? 'none was found.' : `${warnings.length} places in texts have one.`),
      todo: '',
    },
    ...lines,
  ];
}

function matchingLines({ accounts, made, lines }: Matching, target: string): ReportLine[] {
  if (made === 0) return lines;
  return [
    ...lines,
    {
      code: 'people-made',
      severity: 'info',
      what: `${made} of ${accounts.size} people`,
      why: `Nobody on ${target} is one of them, so an account is made for each, without a password.`,
      todo: 'They sign in by the method of their account, or have a new password sent.',
      values: { target },
    },
  ];
}

/** What the source left out already was said by it. */
function leftOutLines({ leftOut }: Rewritten, { report }: RequestRow): ReportLine[] {
  const said = new Set(report['backing-up']?.filter(({ code }) => code === 'left-out-unknown').map(({ what }) => what));
  return leftOut
    .filter(({ entry }) => !said.has(entry))
    .map(({ entry, reason }) => ({
      code: 'left-out-unknown',
      severity: 'warning',
      what: entry,
      why: `It was left out, as it may hold people’s data: ${reason}.`,
      todo: 'Ask for the course with participants’ data, if this is needed and allowed.',
    }));
}
