import type { Actor } from '../accounts/index.ts';
import { audit, nameOf } from '../audit/index.ts';
import { AppError } from '../errors.ts';
import { type Migration, type Queryable, readMigrations, type Store } from '../store/index.ts';
import {
  type Definition,
  definitions,
  type SettingKey,
  type SettingValue,
  type SettingValues,
  settingKeys,
} from './definitions.ts';
import { formOf, type SettingForm } from './form.ts';
import { writeSettingText } from './text.ts';

/** Where a value is set or asked for, by ids of sites: nothing is the whole fleet, one of them that site, both a pair. */
export interface SettingPlace {
  target?: number;
  source?: number;
}

/** Said by the file or the environment: it holds everywhere, and cannot be changed here. */
export interface FixedSetting {
  value: unknown;
  origin: 'file' | 'environment';
}

export interface SettingState<K extends SettingKey = SettingKey> {
  key: K;
  value: SettingValue<K>;
  /** Where the value in force comes from. */
  origin: 'default' | 'fleet' | 'target' | 'source' | 'pair' | FixedSetting['origin'];
  /** The file or the environment says it. */
  locked: boolean;
  fallback: SettingValue<K>;
  reach: Definition['reach'];
  strasbourg: string | null;
  form: SettingForm;
  /** When the value in force was set, and by whom; null: it is the default, or fixed. */
  changed: { at: Date; by: string } | null;
}

/** A value that somebody set somewhere, in force there or not. */
export interface SetValue extends SettingPlace {
  key: SettingKey;
  value: unknown;
  at: Date;
  by: string;
}

/** `changed.at` of the value in force that somebody saw; `never`: it had none. */
export type SeenChange = Date | 'never';

export interface Settings {
  /** Every value in force there, in one question. */
  at(place?: SettingPlace, db?: Queryable): Promise<SettingValues>;
  /** The same, each with where it comes from. */
  list(place?: SettingPlace): Promise<SettingState[]>;
  /** The value of one of them on each of these targets, in one question. */
  ofTargets<K extends SettingKey>(key: K, targets: readonly number[]): Promise<ReadonlyMap<number, SettingValue<K>>>;
  /**
   * Sets it there, for whatever is not set more narrowly.
   * @throws AppError `invalid-parameter` (no such setting, not so narrowly, or not that value), `conflict` (it is
   * fixed by the file or the environment; or what is in force there is not what was `seen` any more)
   */
  set(actor: Actor, key: string, value: unknown, place?: SettingPlace, seen?: SeenChange): Promise<SettingState>;
  /** Takes what was set there away; nothing set is no error. @throws AppError as `set` */
  unset(actor: Actor, key: string, place?: SettingPlace, seen?: SeenChange): Promise<SettingState>;
  /** Every value that is set somewhere, the widest first. */
  places(): Promise<SetValue[]>;
}

export const migrations: readonly Migration[] = readMigrations(new URL('./migrations/', import.meta.url));

interface Row {
  key: string;
  siteId: number | null;
  sourceId: number | null;
  value: unknown;
  at: Date;
  by: string;
}

const columns = 'key, site_id as "siteId", source_id as "sourceId", value, changed_at as at, changed_by as by';

export function createSettings({
  store,
  fixed = new Map(),
}: {
  store: Store;
  fixed?: ReadonlyMap<SettingKey, FixedSetting>;
}): Settings {
  async function list({ target, source }: SettingPlace = {}, db: Queryable = store): Promise<SettingState[]> {
    const { rows } = await db.query<Row>(
      `select ${columns} from settings
       where site_id is null or (source_id is null and site_id = any($1)) or (site_id = $2 and source_id = $3)`,
      [[target, source].filter((id) => id !== undefined), target ?? null, source ?? null],
    );
    return settingKeys.map((key) => stateOf(key, rows, { target, source }));
  }

  function stateOf(key: SettingKey, rows: readonly Row[], { target, source }: SettingPlace): SettingState {
    const { reach, fallback, strasbourg } = definitions[key] as Definition;
    const about = { key, reach, fallback, strasbourg: strasbourg ?? null, form: formOf(key) };
    const state = (value: unknown, origin: SettingState['origin'], more: Partial<SettingState> = {}): SettingState =>
      ({ ...about, value, origin, locked: false, changed: null, ...more }) as SettingState;
    const set = ({ value, at, by }: Row, origin: SettingState['origin']) =>
      state(value, origin, { changed: { at, by } });
    const says = fixed.get(key);
    if (says) return state(says.value, says.origin, { locked: true });
    const own = rows.filter((row) => row.key === key);
    const site = reach === 'source' ? source : target;
    const pair =
      reach === 'pair' && source !== undefined && own.find((row) => row.siteId === target && row.sourceId === source);
    if (pair) return set(pair, 'pair');
    const ofSite =
      reach !== 'fleet' && site !== undefined && own.find((row) => row.siteId === site && row.sourceId === null);
    if (ofSite) return set(ofSite, reach === 'source' ? 'source' : 'target');
    const ofFleet = own.find((row) => row.siteId === null);
    return ofFleet ? set(ofFleet, 'fleet') : state(fallback, 'default');
  }

  /** Columns of a place, if this setting can be set there. */
  function columnsOf(
    key: string,
    { target, source }: SettingPlace,
  ): { key: SettingKey; columns: [number | null, number | null] } {
    if (!Object.hasOwn(definitions, key)) throw new AppError('invalid-parameter', `there is no setting ${key}`);
    const name = key as SettingKey;
    const { reach } = definitions[name];
    const said = fixed.get(name);
    if (said) throw new AppError('conflict', `${key} is fixed by the ${said.origin}: change it there, and start again`);
    if (target === undefined && source === undefined) return { key: name, columns: [null, null] };
    if (target !== undefined && source !== undefined && reach === 'pair')
      return { key: name, columns: [target, source] };
    if (source === undefined && (reach === 'target' || reach === 'pair'))
      return { key: name, columns: [target!, null] };
    if (target === undefined && reach === 'source') return { key: name, columns: [source!, null] };
    const where = {
      fleet: 'for the whole fleet',
      target: 'for the fleet or a target',
      source: 'for the fleet or a source',
      pair: 'for the fleet, a target, or a source and a target',
    };
    throw new AppError('invalid-parameter', `${key} is set ${where[reach]}, and nothing narrower or other`);
  }

  async function change(
    actor: Actor,
    given: string,
    { place, seen }: { place: SettingPlace; seen: SeenChange | undefined },
    write: (tx: Queryable, key: SettingKey, columns: [number | null, number | null]) => Promise<void>,
  ): Promise<SettingState> {
    const { key, columns } = columnsOf(given, place);
    return store.transaction(async (tx) => {
      const find = async () => (await list(place, tx)).find((state) => state.key === key)!;
      // One after the other, so that what was seen is what is replaced.
      if (seen !== undefined) await tx.query("select pg_advisory_xact_lock(hashtext('settings.' || $1))", [key]);
      const before = await find();
      if (seen !== undefined) refuseUnseen(before, seen);
      await write(tx, key, columns);
      const after = await find();
      await audit.write(tx, {
        actor,
        action: 'settings.set',
        object: `setting ${key}`,
        before: { value: before.value, origin: before.origin },
        after: { value: after.value, origin: after.origin, ...place },
      });
      return after;
    });
  }

  return {
    async at(place, db) {
      const states = await list(place, db);
      return Object.fromEntries(states.map(({ key, value }) => [key, value])) as unknown as SettingValues;
    },
    async ofTargets<K extends SettingKey>(key: K, targets: readonly number[]) {
      const { rows } = await store.query<Row>(
        `select key, site_id as "siteId", source_id as "sourceId", value from settings
         where key = $1 and source_id is null and (site_id is null or site_id = any($2))`,
        [key, targets],
      );
      return new Map(
        targets.map((target) => [target, stateOf(key, rows, { target }).value as SettingValue<K>] as const),
      );
    },
    list,
    set(actor, key, value, place = {}, seen) {
      return change(actor, key, { place, seen }, async (tx, name, [site, source]) => {
        const parsed = (definitions[name] as Definition).schema.safeParse(value);
        if (!parsed.success)
          throw new AppError(
            'invalid-parameter',
            `${name}: ${JSON.stringify(value)} ${parsed.error.issues[0]?.message ?? 'cannot be used'}`,
          );
        await tx.query(
          `insert into settings (key, site_id, source_id, value, changed_by) values ($1, $2, $3, $4, $5)
           on conflict (key, site_id, source_id) do update
             set value = excluded.value, changed_by = excluded.changed_by, changed_at = now()`,
          [name, site, source, JSON.stringify(parsed.data), nameOf(actor)],
        );
      });
    },
    unset: (actor, key, place = {}, seen) =>
      change(actor, key, { place, seen }, async (tx, name, [site, source]) => {
        await tx.query(
          'delete from settings where key = $1 and site_id is not distinct from $2 and source_id is not distinct from $3',
          [name, site, source],
        );
      }),
    async places() {
      const { rows } = await store.query<Row>(
        `select ${columns} from settings where key = any($1)
         order by key, site_id is not null, source_id is not null, site_id, source_id`,
        [settingKeys],
      );
      return rows.map(({ key, siteId, sourceId, ...set }) => ({
        key: key as SettingKey,
        ...(siteId !== null && { [definitions[key as SettingKey].reach === 'source' ? 'source' : 'target']: siteId }),
        ...(sourceId !== null && { source: sourceId }),
        ...set,
      }));
    },
  };
}

/** @throws AppError `conflict`, with what is in force now */
function refuseUnseen({ key, value, changed }: SettingState, seen: SeenChange): void {
  const at = changed?.at.getTime() ?? 'never';
  if (at === (seen === 'never' ? seen : seen.getTime())) return;
  const values = { key, value: writeSettingText(value) || '–', by: changed?.by ?? '–' };
  throw new AppError(
    'conflict',
    `${key} has been changed meanwhile: it is "${values.value}" now (${changed ? `set by ${changed.by}` : 'nothing is set there any more'}). Look at it, then decide again`,
    { details: { reason: 'setting-changed', values } },
  );
}
