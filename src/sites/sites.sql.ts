import type { CodeBase } from '@jouvence/moodle-client';
import type { Profile, TrustKey } from '@jouvence/protocol';
import { type Generated, type JSONColumnType, type Kysely, sql } from 'kysely';
import type { Store, Transaction } from '../store/index.ts';
import { abilitiesOf } from './abilities.ts';
import type { IdentityField, Pair, SeenHealth, Site, SiteHealth, SiteToken } from './site.ts';

interface SitesTable {
  id: Generated<number>;
  name: string;
  title: string;
  url: string;
  kind: Site['kind'];
  release: string;
  branch: number;
  identifier: string;
  timezone: string;
  demo: boolean;
  default_category_id: number | null;
  paused_at: Date | null;
  pause_reason: Generated<string>;
  health_state: Generated<SiteHealth['state']>;
  health_error: JSONColumnType<{ code: string; message: string }> | null;
  latency_ms: number | null;
  checked_at: Date | null;
  health_since: Date | null;
  trust: JSONColumnType<TrustKey> | null;
  control: Generated<string>;
  block: string | null;
  code_base: JSONColumnType<CodeBase> | null;
}

export interface TokensTable {
  site_id: number;
  profile: Profile;
  /** Null: of a site that is reached through its code. */
  sealed: string | null;
  set_at: Generated<Date>;
  expires_at: Date | null;
  previous: JSONColumnType<PreviousToken> | null;
  renewing_until: Date | null;
  renew_after: Date | null;
  renew_tries: Generated<number>;
  renew_error: JSONColumnType<{ code: string; message: string }> | null;
}

/** Times as PostgreSQL writes them into JSON. */
export interface PreviousToken {
  sealed: string;
  expiresAt: string | null;
  setAt: string;
}

export interface SitesTables {
  sites: SitesTable;
  site_tokens: TokensTable;
  site_pairs: {
    source_id: number;
    target_id: number;
    roles: string[];
    identity: IdentityField;
    auth: string[];
    create_people: boolean;
    changed_at: Generated<Date>;
    changed_by: string;
  };
}

export type Db = Kysely<SitesTables>;
export type SitesTransaction = Transaction<SitesTables>;

/** A transaction that knows our tables; the store's carries those of any module. */
export function inTransaction<T>(store: Store, fn: (tx: SitesTransaction) => Promise<T>): Promise<T> {
  return store.transaction((tx) => fn(tx as unknown as SitesTransaction));
}

/** What a site says of itself. */
export type SiteFacts = Pick<
  Site,
  'title' | 'kind' | 'release' | 'branch' | 'identifier' | 'timezone' | 'defaultCategoryId' | 'block'
>;

/** Sites with what is known of their tokens; narrowed by the callers. */
const selectSites = (db: Db) =>
  db
    .selectFrom('sites')
    .selectAll('sites')
    .select((eb) =>
      eb
        .selectFrom('site_tokens')
        .whereRef('site_tokens.site_id', '=', 'sites.id')
        .select((inner) =>
          sql<TokenRow[]>`coalesce(jsonb_agg(jsonb_build_object('profile', ${inner.ref('profile')},
            'setAt', ${inner.ref('set_at')}, 'expiresAt', ${inner.ref('expires_at')},
            'tries', ${inner.ref('renew_tries')}, 'error', ${inner.ref('renew_error')})
            order by ${inner.ref('profile')}), '[]')`.as('tokens'),
        )
        .as('tokens'),
    );

interface TokenRow {
  profile: Profile;
  setAt: string;
  expiresAt: string | null;
  tries: number;
  error: { code: string; message: string } | null;
}

const toToken = ({ profile, setAt, expiresAt, tries, error }: TokenRow): SiteToken => ({
  profile,
  setAt: new Date(setAt),
  expiresAt: expiresAt === null ? null : new Date(expiresAt),
  renewal: error && { tries, ...error },
});

type SiteRow = Awaited<ReturnType<ReturnType<typeof selectSites>['executeTakeFirstOrThrow']>>;

const toSite = (row: SiteRow): Site => ({
  id: row.id,
  name: row.name,
  title: row.title,
  url: row.url,
  kind: row.kind,
  block: row.block,
  abilities: abilitiesOf(row.block),
  release: row.release,
  branch: row.branch,
  identifier: row.identifier,
  timezone: row.timezone,
  demo: row.demo,
  profiles: (row.tokens ?? []).map(({ profile }) => profile),
  tokens: (row.tokens ?? []).map(toToken),
  trust: row.trust,
  control: row.control,
  codeBase: row.code_base,
  defaultCategoryId: row.default_category_id,
  pausedAt: row.paused_at,
  pauseReason: row.paused_at ? row.pause_reason : '',
  health: {
    state: row.health_state,
    lastError: row.health_error,
    latencyMs: row.latency_ms,
    checkedAt: row.checked_at,
    since: row.health_since,
  },
});

export const listSites = async (db: Db): Promise<Site[]> =>
  (await selectSites(db).orderBy('name').execute()).map(toSite);

export async function findSite(db: Db, nameOrId: string | number): Promise<Site | undefined> {
  const query = selectSites(db);
  const row = await (typeof nameOrId === 'number'
    ? query.where('id', '=', nameOrId)
    : query.where('name', '=', nameOrId.toLowerCase())
  ).executeTakeFirst();
  return row && toSite(row);
}

/** Every site that the name, the address or the identifier could be a second entry of; locked. */
export async function lockLikeSites(db: Db, like: { name: string; url: string; identifier: string }): Promise<Site[]> {
  const rows = await selectSites(db)
    .where((eb) =>
      eb.or([eb('name', '=', like.name), eb('url', '=', like.url), eb('identifier', '=', like.identifier)]),
    )
    .forUpdate('sites')
    .execute();
  return rows.map(toSite);
}

const toColumns = ({ defaultCategoryId, ...facts }: SiteFacts) => ({
  ...facts,
  default_category_id: defaultCategoryId,
});

export async function insertSite(
  db: Db,
  site: { name: string; url: string; demo: boolean },
  facts: SiteFacts,
): Promise<number> {
  const row = { ...site, ...toColumns(facts) };
  return (await db.insertInto('sites').values(row).returning('id').executeTakeFirstOrThrow()).id;
}

export async function updateFacts(db: Db, id: number, facts: SiteFacts): Promise<void> {
  await db.updateTable('sites').set(toColumns(facts)).where('id', '=', id).execute();
}

export async function updateSite(
  db: Db,
  id: number,
  {
    trust,
    ...change
  }: {
    demo?: boolean;
    paused_at?: Date | null;
    pause_reason?: string;
    url?: string;
    trust?: TrustKey;
    control?: string;
  },
): Promise<void> {
  await db
    .updateTable('sites')
    .set({ ...change, ...(trust && { trust: JSON.stringify(trust) }) })
    .where('id', '=', id)
    .execute();
}

/** Newer than what is there: several processes speak to a site. */
export async function updateHealth(db: Db, id: number, health: SeenHealth): Promise<void> {
  await db
    .updateTable('sites')
    .set((eb) => ({
      health_state: health.state,
      health_since: eb
        .case()
        .when('health_state', '=', health.state)
        .then(eb.ref('health_since'))
        .else(health.checkedAt)
        .end(),
      health_error: health.lastError && JSON.stringify(health.lastError),
      // What says nothing about the latency leaves the last one.
      latency_ms: health.latencyMs === null ? eb.ref('latency_ms') : Math.round(health.latencyMs),
      checked_at: health.checkedAt,
    }))
    .where('id', '=', id)
    .where((eb) => eb.or([eb('checked_at', 'is', null), eb('checked_at', '<=', health.checkedAt)]))
    .execute();
}

export async function deleteSite(db: Db, id: number): Promise<void> {
  await db.deleteFrom('sites').where('id', '=', id).execute();
}

export interface NewToken {
  /** Null: none is needed. */
  sealed: string | null;
  setAt: Date;
  expiresAt: Date | null;
}

/** In place of whatever was there, also of what was being renewed. */
export async function putToken(
  db: Db,
  siteId: number,
  profile: Profile,
  { sealed, setAt, expiresAt }: NewToken,
): Promise<void> {
  const columns = {
    sealed,
    set_at: setAt,
    expires_at: expiresAt,
    previous: null,
    renewing_until: null,
    renew_after: null,
    renew_tries: 0,
    renew_error: null,
  };
  await db
    .insertInto('site_tokens')
    .values({ site_id: siteId, profile, ...columns })
    .onConflict((oc) => oc.columns(['site_id', 'profile']).doUpdateSet(columns))
    .execute();
}

/**
 * From now on the site is reached through its code, and the tokens that we had are forgotten; or over the network again,
 * with the tokens that there are from now on.
 */
export async function setCodeBase(db: Db, siteId: number, codeBase: CodeBase | null): Promise<void> {
  const column = codeBase && JSON.stringify(codeBase);
  await db.updateTable('sites').set({ code_base: column }).where('id', '=', siteId).execute();
  if (codeBase)
    await db
      .updateTable('site_tokens')
      .set({ sealed: null, expires_at: null, previous: null, renew_after: null, renew_tries: 0, renew_error: null })
      .where('site_id', '=', siteId)
      .execute();
  else await db.deleteFrom('site_tokens').where('site_id', '=', siteId).where('sealed', 'is', null).execute();
}

/** As the site says; of that token and no other. */
export async function updateExpiry(
  db: Db,
  siteId: number,
  profile: Profile,
  { sealed, expiresAt }: { sealed: string; expiresAt: Date | null },
): Promise<void> {
  await db
    .updateTable('site_tokens')
    .set({ expires_at: expiresAt })
    .where('site_id', '=', siteId)
    .where('profile', '=', profile)
    .where('sealed', '=', sealed)
    .execute();
}

export const listTokens = (db: Db): Promise<{ site: string; profile: Profile; sealed: string }[]> =>
  db
    .selectFrom('site_tokens')
    .innerJoin('sites', 'sites.id', 'site_tokens.site_id')
    .select((eb) => ['sites.name as site', 'profile', eb.ref('sealed').$notNull().as('sealed')])
    .where('sealed', 'is not', null)
    .orderBy('sites.name')
    .orderBy('profile')
    .execute();

/** What a client needs, in one statement: it is asked for before each piece of work. */
export async function findAccess(db: Db, nameOrId: string | number, profile: Profile) {
  return db
    .selectFrom('sites')
    .leftJoin('site_tokens', (join) => join.onRef('site_id', '=', 'sites.id').on('profile', '=', profile))
    .select(['sites.id', 'sites.name', 'sites.url', 'sites.kind', 'sites.code_base as codeBase'])
    .select(['site_tokens.profile as held', 'site_tokens.sealed'])
    .where(
      typeof nameOrId === 'number' ? 'sites.id' : 'sites.name',
      '=',
      typeof nameOrId === 'number' ? nameOrId : nameOrId.toLowerCase(),
    )
    .executeTakeFirst();
}

/** One change after the other, so that what was seen is what is replaced; also of a pair that is not there yet. */
export async function lockPairs(tx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('sites.pairs'))`.execute(tx);
}

export async function putPair(db: Db, pair: Omit<Pair, 'changed'>, by: string): Promise<Pair['changed']> {
  const { source, target, roles, identity, auth, createPeople } = pair;
  const rules = { roles, identity, auth, create_people: createPeople, changed_by: by };
  return db
    .insertInto('site_pairs')
    .values({ source_id: source.id, target_id: target.id, ...rules })
    .onConflict((oc) =>
      oc.columns(['source_id', 'target_id']).doUpdateSet({ ...rules, changed_at: sql`clock_timestamp()` }),
    )
    .returning(['changed_at as at', 'changed_by as by'])
    .executeTakeFirstOrThrow();
}

export async function listPairs(db: Db, by: { source?: number; target?: number } = {}): Promise<Pair[]> {
  let query = db.selectFrom('site_pairs').selectAll();
  if (by.source !== undefined) query = query.where('source_id', '=', by.source);
  if (by.target !== undefined) query = query.where('target_id', '=', by.target);
  const rows = await query.execute();
  const sites = new Map((await listSites(db)).map((site) => [site.id, site]));
  const order = [...sites.keys()];
  return rows
    .map(({ source_id, target_id, create_people, changed_at, changed_by, ...rules }) => ({
      source: sites.get(source_id)!,
      target: sites.get(target_id)!,
      ...rules,
      createPeople: create_people,
      changed: { at: changed_at, by: changed_by },
    }))
    .filter(({ source, target }) => source && target)
    .sort(
      (a, b) =>
        order.indexOf(a.source.id) - order.indexOf(b.source.id) ||
        order.indexOf(a.target.id) - order.indexOf(b.target.id),
    );
}

export async function deletePair(db: Db, pair: Pair): Promise<void> {
  await db
    .deleteFrom('site_pairs')
    .where('source_id', '=', pair.source.id)
    .where('target_id', '=', pair.target.id)
    .execute();
}
