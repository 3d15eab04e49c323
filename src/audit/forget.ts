import type { Actor } from '../accounts/index.ts';
import type { Queryable } from '../store/index.ts';
import { nameOf, writeLine } from './audit.ts';

/**
 * Takes the oldest lines away, up to the first that is not older; the last line stays in any case. What is left can
 * still be verified: a line says where it begins. Returns how many went.
 */
export async function pruneLines(tx: Queryable, before: Date, actor: Actor = { kind: 'system' }): Promise<number> {
  const { rows } = await tx.query<{ through: number; hash: string }>(
    `select c.seq as through, encode(c.hash, 'hex') as hash from audit_chain c
     where c.seq = (select least(
         (select min(k.seq) from audit_chain k join audit a on a.id = k.line where a.at >= $1),
         (select max(seq) from audit_chain)) - 1)`,
    [before],
  );
  const last = rows[0];
  if (!last) return 0;
  await tx.query('delete from audit a using audit_chain c where c.line = a.id and c.seq <= $1', [last.through]);
  const { rowCount } = await tx.query('delete from audit_chain where seq <= $1', [last.through]);
  await writeLine(tx, {
    actor,
    action: 'audit.prune',
    object: 'audit',
    after: { lines: rowCount, before: before.toISOString(), ...last },
  });
  return rowCount;
}

const erased = '(erased)';

/**
 * Lines in which somebody acted, or was acted on; their preferences were once written down otherwise. $1 as `nameOf` writes them,
 * $2 username, $3 name of the site.
 */
const aboutPerson = `((a.actor_kind = 'person' and a.actor_name = $1)
  or a.object = 'preferences of ' || $1
  or (a.site = $3 and (a.object = 'person ' || $2 or a.before ->> 'person' = $2 or a.after ->> 'person' = $2)))`;

/** Those lines, newest first; `before`: of an earlier page, its last id. */
export async function linesAbout(
  db: Queryable,
  { username, site }: { username: string; site: string },
  { limit, before }: { limit: number; before: number | null },
): Promise<{ id: number; at: Date; actor: string; action: string; object: string; before: unknown; after: unknown }[]> {
  const { rows } = await db.query(
    `select a.id, a.at, a.actor_name as actor, a.action, a.object, a.before, a.after from audit a
     where ${aboutPerson} and ($4::bigint is null or a.id < $4) order by a.id desc limit $5`,
    [nameOf({ kind: 'person', username, site, siteId: 0 }), username, site, before, limit],
  );
  return rows;
}

/**
 * Takes somebody's name out of the lines: where they acted, and where somebody acted on them. A line says which were
 * changed, and their hashes since. Returns how many.
 */
export async function erasePerson(
  tx: Queryable,
  actor: Actor,
  { username, site }: { username: string; site: string },
): Promise<number> {
  const name = nameOf({ kind: 'person', username, site, siteId: 0 });
  const { rows } = await tx.query<{ seq: number; hash: string }>(
    `with changed as (
       update audit set
         actor_name = case when actor_kind = 'person' and actor_name = $1 then $4 else actor_name end,
         object = case when site = $3 and object = 'person ' || $2 then 'person ' || $4
           when object = 'preferences of ' || $1 then 'preferences of ' || $4 else object end,
         before = case when site = $3 and before ->> 'person' = $2 then jsonb_set(before, '{person}', to_jsonb($4::text)) else before end,
         after = case when site = $3 and after ->> 'person' = $2 then jsonb_set(after, '{person}', to_jsonb($4::text)) else after end
       where (actor_kind = 'person' and actor_name = $1) or object = 'preferences of ' || $1
         or (site = $3 and (object = 'person ' || $2 or before ->> 'person' = $2 or after ->> 'person' = $2))
       returning audit
     )
     select c.seq, encode(audit_content(changed.audit), 'hex') as hash
     from changed join audit_chain c on c.line = (changed.audit).id order by c.seq`,
    [name, username, site, erased],
  );
  if (rows.length === 0) return 0;
  await writeLine(tx, {
    actor,
    action: 'audit.erase',
    object: 'audit',
    site,
    after: { lines: rows.map(({ seq, hash }) => [seq, hash]) },
  });
  return rows.length;
}
