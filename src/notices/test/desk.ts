import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrations as accountsMigrations, createAccounts, localOperator } from '../../accounts/index.ts';
import { migrations as auditMigrations } from '../../audit/index.ts';
import { openEmbeddedSites } from '../../catalogue/test/embedded-sites.ts';
import { systemClock } from '../../clock.ts';
import { silentLog } from '../../log.ts';
import { createSettings, migrations as settingsMigrations } from '../../settings/index.ts';
import { createSites, migrations as sitesMigrations } from '../../sites/index.ts';
import { openSecrets } from '../../store/index.ts';
import { testStore } from '../../store/testing.ts';
import {
  createNotices,
  type EndedFacts,
  migrations,
  type NoticeFacts,
  type NoticesOptions,
  type OperatorContact,
  type SiteFacts,
} from '../index.ts';
import { openMailCatcher } from './mail-catcher.ts';

export const allMigrations = [
  ...auditMigrations,
  ...accountsMigrations,
  ...sitesMigrations,
  ...settingsMigrations,
  ...migrations,
];

const people = [
  { username: 'prof.martin', firstname: 'Anne', lastname: 'Martin', language: 'fr' },
  { username: 'prof.smith', firstname: 'John', lastname: 'Smith', language: 'en' },
  { username: 'prof.mute', firstname: 'No', lastname: 'Mail', language: 'en', email: '' },
].map((person) => ({ email: `${person.username}@example.org`, ...person }));

/** Everything that notices need: a real store, two embedded sites that are a pair, a mail server. */
export async function openDesk(given: Partial<NoticesOptions> = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'jv-notices-'));
  const store = await testStore(allMigrations);
  const campuses = await openEmbeddedSites();
  const post = await openMailCatcher();
  const operators: OperatorContact[] = [];
  const limits = { connectMs: 1000, headersMs: 2000, idleMs: 2000, callMs: 3000 };
  const sites = createSites({ store, secrets: openSecrets(dataDir, {}), log: silentLog, clock: systemClock, limits });
  const settings = createSettings({ store });
  const accounts = createAccounts({ store, clock: systemClock });
  const options: NoticesOptions = {
    store,
    settings,
    sites,
    log: silentLog,
    clock: systemClock,
    mail: { url: post.url, from: 'Jouvence <jouvence@example.org>', allowInsecure: false, silenceMs: 1500 },
    publicUrl: 'https://jouvence.example.org',
    operators: async () => operators,
    ...given,
  };
  const notices = createNotices(options);
  for (const [name, profile] of [
    ['old', 'source'],
    ['new', 'target'],
  ] as const)
    await sites.add(localOperator, await campuses.create(name, profile, { fullname: `Campus <${name}>` }));
  await sites.pairs.add(localOperator, { source: 'old', target: 'new' });
  await campuses.door('POST', '/sites/new/people', JSON.stringify(people));
  const facts = async (name: string): Promise<Required<SiteFacts>> => {
    const { id, title, url, timezone } = await sites.get(name);
    return { id, name, title, url, timezone };
  };
  const [source, target] = [await facts('old'), await facts('new')];
  const couriers: { stop(): Promise<void> }[] = [];
  let asked = 0;

  return {
    dataDir,
    store,
    campuses,
    post,
    sites,
    settings,
    accounts,
    notices,
    operators,
    source,
    target,
    /** One more process with the same rows. */
    another: (more: Partial<NoticesOptions> = {}) => createNotices({ ...options, ...more }),
    async work(from = notices, leaseMs = 60_000) {
      const courier = await from.startCourier({ leaseMs });
      couriers.push(courier);
      return courier;
    },
    /** A request that has ended, as restores tell it. */
    ended: (more: Partial<EndedFacts> = {}): EndedFacts => ({
      kind: 'ended',
      request: `request${String(++asked).padStart(5, '0')}`,
      outcome: 'done',
      target,
      source,
      course: { id: 1, name: 'Biologie 101' },
      person: 'prof.martin',
      requester: { kind: 'person', username: more.person ?? 'prof.martin' },
      cancelledBy: null,
      newCourse:
        (more.outcome ?? 'done') === 'done'
          ? { url: `${target.url}/course/view.php?id=7`, name: 'Biologie 101', category: 'Biologie' }
          : null,
      error:
        more.outcome === 'failed'
          ? { code: 'site-unreachable', message: 'old: connection refused' }
          : more.outcome === 'refused'
            ? { code: 'unsupported', message: 'new: nothing would be left' }
            : null,
      report: [],
      batch: null,
      ...more,
    }),
    tell: (told: NoticeFacts) => store.transaction((tx) => notices.tell(tx, told)),
    set: (key: string, value: unknown, place: { target?: number; source?: number } = {}) =>
      settings.set(localOperator, key, value, place),
    /** As if so much time had gone by. */
    async pass(minutes: number) {
      const back = (table: string, columns: string[]) =>
        store.transaction(async (tx) => {
          // All rows at once: whoever writes some of them in another order is waited for.
          await tx.query(`lock table ${table} in exclusive mode`);
          const moved = columns.map((column) => `${column} = ${column} - $1 * interval '1 minute'`);
          await tx.query(`update ${table} set ${moved.join(', ')}`, [minutes]);
        });
      await back('notice_events', ['happened_at', 'addressed_at', 'next_at']);
      await back('notices', ['created_at']);
      await back('notice_messages', ['created_at', 'next_at', 'stamped_at', 'closed_at', 'ended_at', 'lease_until']);
      await back('notice_contacts', ['seen_at']);
      await store.query(`select pg_notify('notices', 'retry')`);
    },
    /** Until nothing is left to address, and every message is as the test wants it. */
    async settled(is: (states: string[]) => boolean = (states) => states.every((state) => state !== 'waiting')) {
      for (;;) {
        const { rows } = await store.query<{ left: number; states: string[] | null }>(
          `select (select count(*)::int from notice_events where addressed_at is null) as left,
             (select array_agg(state order by id) from notice_messages) as states`,
        );
        if (rows[0]!.left === 0 && is(rows[0]!.states ?? [])) return;
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    },
    messages: async () =>
      (
        await store.query<{
          way: string;
          name: string;
          state: string;
          tries: number;
          error: { code: string; message: string } | null;
          notices: number;
          inMs: number;
          key: string;
        }>(
          `select way, name, state, tries, error, key,
             (select count(*)::int from notice_message_items i where i.message_id = m.id) as notices,
             (extract(epoch from next_at - clock_timestamp()) * 1000)::float8 as "inMs"
           from notice_messages m order by id`,
        )
      ).rows,
    onSite: async (username: string) =>
      (
        (await campuses.door('GET', `/sites/new/people/${username}/notices`)) as {
          notices: { kind: string; subject: string; text: string; url: string | null }[];
        }
      ).notices,
    async [Symbol.asyncDispose]() {
      await Promise.all(couriers.map((courier) => courier.stop()));
      await sites.close();
      await campuses.close();
      await post.close();
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export type Desk = Awaited<ReturnType<typeof openDesk>>;
