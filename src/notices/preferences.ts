import type { Queryable } from '../store/index.ts';
import { administrationKinds, type NoticeKind, type NoticeWay, ownKinds } from './types.ts';

/** Whose preferences: somebody of a site, or an operator by name. */
export type Owner =
  | { owner: 'person'; siteId: number; name: string }
  | { owner: 'operator'; siteId: null; name: string };

export interface Preference {
  kind: NoticeKind;
  way: NoticeWay;
  /** In force. */
  wanted: boolean;
  /** The owner said so; else it follows the settings. */
  own: boolean;
}

/** What the settings of a site say where a person says nothing. */
export interface SiteDefaults {
  site: boolean;
  mail: boolean;
}

/** An operator has no account on a site, and so no message there. Most of what one asks for arrives: that is no mail. */
const operatorDefault = (kind: NoticeKind): boolean => kind !== 'done' && kind !== 'partly' && kind !== 'cancelled';

export async function readPreferences(db: Queryable, owner: Owner, defaults: SiteDefaults): Promise<Preference[]> {
  const { rows } = await db.query<{ kind: string; way: string; wanted: boolean }>(
    `select kind, way, wanted from notice_preferences
     where owner = $1 and site_id is not distinct from $2 and name = $3`,
    [owner.owner, owner.siteId, owner.name],
  );
  const said = new Map(rows.map(({ kind, way, wanted }) => [`${kind}.${way}`, wanted]));
  return choicesOf(owner).map(({ kind, way }) => {
    const own = said.get(`${kind}.${way}`);
    const fallback = owner.owner === 'person' ? defaults[way] : operatorDefault(kind);
    return { kind, way, wanted: own ?? fallback, own: own !== undefined };
  });
}

/** What there is to choose. */
export function choicesOf({ owner }: Owner): { kind: NoticeKind; way: NoticeWay }[] {
  if (owner === 'person')
    return ownKinds.flatMap((kind) => [
      { kind, way: 'site' as const },
      { kind, way: 'mail' as const },
    ]);
  return [...ownKinds, ...administrationKinds].map((kind) => ({ kind, way: 'mail' as const }));
}

/** Null: as the settings say. */
export async function writePreference(
  tx: Queryable,
  { owner, siteId, name }: Owner,
  { kind, way, wanted }: { kind: NoticeKind; way: NoticeWay; wanted: boolean | null },
): Promise<void> {
  const key = [owner, siteId, name, kind, way];
  if (wanted === null)
    await tx.query(
      `delete from notice_preferences where owner = $1 and site_id is not distinct from $2 and name = $3 and kind = $4
         and way = $5`,
      key,
    );
  else
    await tx.query(
      `insert into notice_preferences (owner, site_id, name, kind, way, wanted) values ($1, $2, $3, $4, $5, $6)
       on conflict (owner, site_id, name, kind, way) do update set wanted = excluded.wanted, changed_at = clock_timestamp()`,
      [...key, wanted],
    );
}
