import { createHash, randomInt } from 'node:crypto';
import type { Actor } from '../accounts/index.ts';
import { audit, nameOf } from '../audit/index.ts';
import type { Catalogue, Verdict } from '../catalogue/index.ts';
import { AppError } from '../errors.ts';
import type { Jobs } from '../jobs/index.ts';
import type { Site, Sites } from '../sites/index.ts';
import type { Store, Transaction } from '../store/index.ts';
import { type Queue, restoreKind } from './queue/queue.ts';
import { insertRequest, type NewRequest, type RequestRow, selectByKey } from './requests.sql.ts';
import { decideRules, type Ruling } from './rules.ts';
import type { CategoryWish, RequestId, RequestItem, SendOptions } from './types.ts';

const mostItems = 100;
const mostKeyLength = 200;

interface Decided {
  id: RequestId;
  item: RequestItem;
  category: CategoryWish;
  ruling: Ruling;
  verdict: Verdict;
  /** Of its files, as far as the source knows. */
  sizeBytes: number | null;
}

/** Decides the rules for each course and writes the requests, all or none. Ids in the order asked. */
export async function sendRequests(
  modules: { store: Store; jobs: Jobs; sites: Sites; catalogue: Catalogue; queue: Queue },
  actor: Actor,
  options: SendOptions,
): Promise<string[]> {
  const { store } = modules;
  const { key, items } = options;
  if (items.length < 1 || items.length > mostItems)
    throw new AppError('invalid-parameter', `1 to ${mostItems} courses at once, not ${items.length}`);
  if (key !== undefined && (key === '' || key.length > mostKeyLength))
    throw new AppError('invalid-parameter', `a key has 1 to ${mostKeyLength} characters`);
  const digest = digestOf(options);
  const earlier = key === undefined ? [] : await selectByKey(store, key);
  if (earlier.length > 0) return sameWish(earlier, digest);
  const decided: Decided[] = [];
  for (const item of items) decided.push(await decideItem(modules, options, item));
  const queued = decided.filter(({ verdict }) => verdict.kind !== 'not');
  await modules.queue.prepare(queued.map(({ ruling }) => ({ sourceId: ruling.source.id, targetId: ruling.target.id })));
  return store.transaction(async (tx) => {
    for (const [index, each] of decided.entries()) {
      const row = newRequest(actor, options, each, { index, digest });
      // Someone was faster with the same key, and has committed: theirs are the requests.
      if (!(await insertRequest(tx, row))) return sameWish(await selectByKey(tx, key!), digest);
      await addJob(modules.jobs, tx, each);
      await audit.write(tx, {
        actor,
        action: 'requests.send',
        object: `request ${row.id}`,
        site: row.target,
        after: { source: row.source, courseid: row.courseid, person: row.person, people: row.people },
      });
    }
    await modules.queue.ask(tx, queued);
    return decided.map(({ id }) => id);
  });
}

async function decideItem(
  { sites, catalogue }: { sites: Sites; catalogue: Catalogue },
  { target, person }: SendOptions,
  item: RequestItem,
): Promise<Decided> {
  const { source, courseid } = item;
  const category = item.category ?? { kind: 'original' };
  const ruling = await decideRules({ sites, catalogue }, { target, source, courseid, person, category });
  for (const site of [ruling.source, ruling.target]) mustNotBePaused(site);
  const { verdict, outline } = await catalogue.outline({
    target: ruling.target.id,
    source: ruling.source.id,
    courseid,
  });
  return { id: newId(), item, category, ruling, verdict, sizeBytes: outline.filebytes };
}

function mustNotBePaused({ name, pausedAt }: Site): void {
  if (pausedAt) throw new AppError('conflict', `${name} is paused: nothing new is taken from it or brought to it`);
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

function newRequest(
  actor: Actor,
  { person, key }: SendOptions,
  { id, item, category, ruling, verdict }: Decided,
  { index, digest }: { index: number; digest: string },
): NewRequest {
  return {
    id,
    sendKey: key ?? null,
    sendItem: index,
    sendDigest: digest,
    actor: nameOf(actor),
    targetId: ruling.target.id,
    target: ruling.target.name,
    sourceId: ruling.source.id,
    source: ruling.source.name,
    courseid: item.courseid,
    courseName: ruling.course.fullname,
    shortname: ruling.course.shortname,
    person,
    people: item.people ?? false,
    enrolments: item.enrolments ?? 'withusers',
    category,
    keepIdnumber: item.keepIdnumber ?? false,
    keepFileAuthors: item.keepFileAuthors ?? false,
    report: verdict.kind === 'not' ? { queued: verdict.reasons } : {},
  };
}

function sameWish(rows: readonly RequestRow[], digest: string): string[] {
  if (rows.some(({ sendDigest }) => sendDigest !== digest))
    throw new AppError('conflict', 'this key was used to ask for something else: choose another one');
  return rows.map(({ id }) => id);
}

/** Of what is meant, not of how it was written: the order of properties does not matter, defaults count. */
function digestOf({ target, person, items }: SendOptions): string {
  const meant = items.map(({ source, courseid, people = false, category, enrolments = 'withusers', ...more }) => [
    source,
    courseid,
    people,
    category?.kind ?? 'original',
    category?.kind === 'id' ? category.id : null,
    enrolments,
    // Only what is not the default: a key that was used before these were there is still the same wish.
    ...(more.keepIdnumber ? ['idnumber'] : []),
    ...(more.keepFileAuthors ? ['authors'] : []),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([target, person, meant]))
    .digest('hex');
}

/** Without what is mistaken for something else when read aloud or written down: i, l, o, u. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

function newId(): RequestId {
  return Array.from({ length: 12 }, () => alphabet[randomInt(alphabet.length)]).join('') as RequestId;
}
