import { createHash } from 'node:crypto';
import { type Actor, hasSite } from '../accounts/index.ts';
import { audit, nameOf } from '../audit/index.ts';
import type { Catalogue, Verdict } from '../catalogue/index.ts';
import { AppError } from '../errors.ts';
import type { Jobs } from '../jobs/index.ts';
import type { Notices } from '../notices/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Site, Sites } from '../sites/index.ts';
import { isUniqueViolation, type Store, type Transaction } from '../store/index.ts';
import { newId } from './new-id.ts';
import { type Queue, restoreKind } from './queue/queue.ts';
import { countOpen, insertRequest, type NewRequest, type RequestRow, selectByKey } from './requests.sql.ts';
import { type Considered, considerAll } from './rules/consider.ts';
import { instanceIndex, instanceKey } from './rules/instances.sql.ts';
import { withInstance } from './rules/instances.ts';
import { asUsername } from './rules/people.ts';
import { refusal } from './rules/refusal.ts';
import { type AllowedRuling, type Asking, mustBeAllowed } from './rules/ruling.ts';
import type { RequestId, RequestItem, SendOptions } from './types.ts';

const mostItems = 100;
const mostKeyLength = 200;

export interface SendTools {
  store: Store;
  jobs: Jobs;
  settings: Settings;
  sites: Sites;
  catalogue: Catalogue;
  queue: Queue;
  notices: Notices;
}

interface Decided {
  id: RequestId;
  item: RequestItem;
  ruling: AllowedRuling;
  verdict: Verdict;
  /** Of its files, as far as the source knows. */
  sizeBytes: number | null;
}

/** Decides the rules for each course and writes the requests, all or none. Ids in the order asked. */
export async function sendRequests(tools: SendTools, actor: Actor, options: SendOptions): Promise<string[]> {
  const { store } = tools;
  const { key, items } = options;
  if (key !== undefined && (key === '' || key.length > mostKeyLength))
    throw new AppError('invalid-parameter', `a key has 1 to ${mostKeyLength} characters`);
  const asking = await whoAsks(tools, actor, options);
  const digest = digestOf(asking, items);
  const sendKey = key === undefined ? null : keyOf(actor, key);
  const earlier = sendKey === null ? [] : await selectByKey(store, sendKey);
  if (earlier.length > 0) return sameWish(earlier, digest);
  const considered = await considerAll(tools, asking, items);
  let decided: Decided[] = [];
  try {
    decided = considered.map(decideItem);
    const queued = decided.filter(({ verdict }) => verdict.kind !== 'not');
    await tools.queue.prepare(queued.map(({ ruling }) => ({ sourceId: ruling.source.id, targetId: ruling.target.id })));
    return await store.transaction(async (tx) => {
      await mustHaveRoom(tools, tx, asking, decided.length);
      await lockInstances(tx, decided);
      for (const [index, each] of decided.entries()) {
        const row = newRequest(actor, asking, each, { sendKey, index, digest });
        // Someone was faster with the same key, and has committed: theirs are the requests.
        if (!(await insertRequest(tx, row))) return sameWish(await selectByKey(tx, sendKey!), digest);
        await addJob(tools.jobs, tx, each);
        await writeDown(tx, actor, row);
      }
      await tools.queue.ask(tx, queued);
      // How to reach them, should their site be away when there is something to tell.
      const person = decided[0]?.ruling.person;
      if (person) {
        const { username, email, language } = person;
        await tools.notices.remember(tx, { siteId: decided[0]!.ruling.target.id, username, email, language });
      }
      return decided.map(({ id }) => id as string);
    });
  } catch (thrown) {
    // The same wish of the same key was faster while the rules were asked: what stands in the way is its own request.
    const same = sendKey === null ? [] : await selectByKey(store, sendKey);
    if (same.length > 0) return sameWish(same, digest);
    if (!isUniqueViolation(thrown, instanceIndex)) throw thrown;
    return await firstTaken(tools, asking, decided, thrown);
  }
}

/** In one order for all: two who send the same courses at once, in different orders, would wait for each other. */
async function lockInstances(tx: Transaction, decided: readonly Decided[]): Promise<void> {
  const keys = decided.map((each) => instanceKey(each.ruling.target.id, courseOf(each)));
  await tx.query('select pg_advisory_xact_lock(hashtextextended(key, 1)) from unnest($1::text[]) as key order by key', [
    keys,
  ]);
}

const courseOf = ({ ruling, item }: Decided) => ({ sourceId: ruling.source.id, courseid: item.courseid });

/** @throws AppError `conflict` that names who was faster */
async function firstTaken(
  tools: SendTools,
  { person }: Asking,
  decided: readonly Decided[],
  violation: unknown,
): Promise<never> {
  const detail = String((violation as { detail?: unknown }).detail);
  const taken =
    decided.find((each) => detail.includes(`(${instanceKey(each.ruling.target.id, courseOf(each))})`)) ?? decided[0]!;
  return withInstance(tools, taken.ruling.target.id, { ...courseOf(taken), person }, () => Promise.reject(violation));
}

/**
 * Who asks for whom, and may: somebody who came from a site for that site only. Whether one person may ask for another
 * is for the rules to say, which ask the site. @throws AppError
 */
export async function whoAsks(
  { sites }: Pick<SendTools, 'sites'>,
  actor: Actor,
  { target: nameOrId, person: typed, items }: SendOptions,
): Promise<Asking> {
  const person = typed == null ? typed : asUsername(typed);
  if (items.length < 1 || items.length > mostItems)
    throw new AppError('invalid-parameter', `1 to ${mostItems} courses at once, not ${items.length}`);
  if (actor.kind === 'person') {
    const target = await sites.get(actor.siteId);
    if (nameOrId !== undefined && nameOrId !== target.id && nameOrId !== target.name)
      throw new AppError('not-allowed', `you are ${actor.username} of ${target.name}: this is about another site`);
    const sender = { kind: 'person', username: actor.username } as const;
    return { target, person: person === undefined ? actor.username : person, sender };
  }
  if (nameOrId === undefined) throw new AppError('invalid-parameter', 'say to which site the courses go: target');
  const target = await sites.get(nameOrId);
  mustReach(actor, target);
  // Nobody's rights on the source stand for it then, so the operator must be one of both sites.
  if (person == null)
    for (const source of new Set(items.map((each) => each.source)))
      await mustReachBoth(sites, actor, await sites.get(source), target);
  return { target, person: person ?? null, sender: { kind: actor.kind } };
}

function mustReach(actor: Actor, { id, name }: Site): void {
  if (!hasSite(actor, id)) throw new AppError('not-found', `no site is called ${name}`);
}

/** Of a source whose courses go to a site of theirs an operator knows; of any other nothing is told. */
async function mustReachBoth(sites: Sites, actor: Actor, source: Site, target: Site): Promise<void> {
  if (hasSite(actor, source.id)) return;
  const paired = (await sites.pairs.sourcesOf(target.id)).some((pair) => pair.source.id === source.id);
  if (!paired) mustReach(actor, source);
  throw refusal(
    'not-allowed',
    'nobody-needs-both',
    `you look after ${target.name}, and not after ${source.name}: for nobody its courses are carried by who looks after both; say for whom, and that person’s rights there count`,
    { source: source.name, target: target.name },
  );
}

/** Keys are one space for operators; of a person each has its own: else another's requests would be the answer. */
function keyOf(actor: Actor, key: string): string {
  if (actor.kind !== 'person') return key;
  const own = JSON.stringify({ target: actor.site, person: actor.username });
  return `${createHash('sha256').update(own).digest('hex').slice(0, 24)}.${key}`;
}

function decideItem({ item, ruling, verdict, outline }: Considered): Decided {
  return { id: newId(), item, ruling: mustBeAllowed(ruling), verdict: verdict!, sizeBytes: outline?.filebytes ?? null };
}

/** Under a lock of that person's, so that two at once do not both find room. @throws AppError `conflict` */
export async function mustHaveRoom(
  { settings }: Pick<SendTools, 'settings'>,
  tx: Transaction,
  { target, person, sender }: Asking,
  more: number,
): Promise<void> {
  if (person === null || sender.kind !== 'person') return;
  const { 'requests.openPerPerson': most } = await settings.at({ target: target.id }, tx);
  if (most === 0) return;
  await tx.query("select pg_advisory_xact_lock(hashtextextended('requests of ' || $1::text || ' ' || $2::text, 0))", [
    target.id,
    person,
  ]);
  const open = await countOpen(tx, target.id, person);
  if (open + more > most) throw tooManyOpen(target, person, open, most);
}

export function tooManyOpen({ name: target }: Site, person: string, open: number, most: number): AppError {
  return refusal(
    'conflict',
    'too-many-open',
    `${target}: ${person} has ${open} requests that have not ended, and may have ${most}: wait for some, or cancel them`,
    { target, person, open, most },
  );
}

/** What nothing would arrive of is refused before it is queued; it stays to be seen, with the reasons. */
async function addJob(jobs: Jobs, tx: Transaction, { id, verdict, ruling }: Decided): Promise<void> {
  const job = { kind: restoreKind, subject: id, step: 'queued' };
  if (verdict.kind !== 'not') return jobs.add(tx, { ...job, park: 'turn' });
  const reason = verdict.reasons.find(({ severity }) => severity === 'error') ?? verdict.reasons[0];
  const message = `${ruling.target.name}: ${reason ? `${reason.what}: ${reason.why}` : 'it cannot be restored there'}`;
  await jobs.addEnded(tx, {
    ...job,
    outcome: 'refused',
    error: { code: 'unsupported', message, retry: false, step: 'queued' },
  });
}

async function writeDown(tx: Transaction, actor: Actor, row: NewRequest): Promise<void> {
  const { source, courseid, person, people, enrolments, category } = row;
  await audit.write(tx, {
    actor,
    action: 'requests.send',
    object: `request ${row.id}`,
    site: row.target,
    // For nobody, nobody was asked whether the course is theirs: that an operator wanted it so is what there is to know.
    after: {
      source,
      courseid,
      person,
      people,
      enrolments,
      category,
      ...(person === null && { ownership: 'not asked' }),
    },
  });
}

function newRequest(
  actor: Actor,
  { person, sender }: Asking,
  { id, item, ruling, verdict }: Decided,
  { sendKey, index, digest }: { sendKey: string | null; index: number; digest: string },
): NewRequest {
  const { target, source, course, values, asked, options, category } = ruling;
  const refused = verdict.kind === 'not';
  return {
    id,
    sendKey,
    sendItem: index,
    sendDigest: digest,
    actor: nameOf(actor),
    targetId: target.id,
    target: target.name,
    sourceId: source.id,
    source: source.name,
    courseid: item.courseid,
    courseName: course.fullname,
    shortname: course.shortname,
    person,
    ...options,
    category: category.wish,
    sender,
    asked,
    instanceKey:
      values['requests.oneInstance'] && !refused
        ? instanceKey(target.id, { sourceId: source.id, courseid: item.courseid })
        : null,
    report: refused ? { queued: verdict.reasons } : {},
  };
}

function sameWish(rows: readonly RequestRow[], digest: string): string[] {
  if (rows.some(({ sendDigest }) => sendDigest !== digest))
    throw new AppError('conflict', 'this key was used to ask for something else: choose another one');
  return rows.map(({ id }) => id);
}

/** Of what is meant, not of how it was written: what is left out is the settings' to say, and so another wish. */
function digestOf({ target, person }: Asking, items: readonly RequestItem[]): string {
  const meant = items.map(({ source, courseid, people, category, enrolments, keepIdnumber, keepFileAuthors }) => [
    source,
    courseid,
    people ?? null,
    category?.kind ?? null,
    category?.kind === 'id' ? category.id : null,
    enrolments ?? null,
    keepIdnumber ?? null,
    keepFileAuthors ?? null,
  ]);
  return createHash('sha256')
    .update(JSON.stringify([target.name, person, meant]))
    .digest('hex');
}
