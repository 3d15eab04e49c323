import type { Queryable } from '../store/index.ts';

export interface AuditLine {
  id: number;
  /** Its place in the chain. */
  seq: number;
  at: Date;
  actorKind: 'operator' | 'person' | 'system';
  actorName: string;
  tokenId: number | null;
  operatorId: number | null;
  action: string;
  object: string;
  site: string | null;
  before: unknown;
  after: unknown;
}

export interface AuditFilter {
  /** As `nameOf` writes it, in whatever case. */
  actor?: string;
  /** `sites.add`, or `sites` for all of that noun. */
  action?: string;
  object?: string;
  site?: string;
  /** Only lines of these sites: what concerns none is left out. Null: every line. */
  sites?: readonly string[] | null;
  from?: Date;
  /** Not itself. */
  to?: Date;
}

/** Newest first; `before`: of an earlier page, its last id. */
export async function listLines(
  db: Queryable,
  { actor, action, object, site, sites, from, to }: AuditFilter,
  { limit, before }: { limit: number; before: number | null },
): Promise<AuditLine[]> {
  const { rows } = await db.query<AuditLine>(
    `select a.id, coalesce(c.seq, 0) as seq, a.at, a.actor_kind as "actorKind", a.actor_name as "actorName",
       a.token_id as "tokenId", a.operator_id as "operatorId", a.action, a.object, a.site, a.before, a.after
     from audit a left join audit_chain c on c.line = a.id
     where ($1::bigint is null or a.id < $1) and ($2::text is null or lower(a.actor_name) = lower($2))
       and ($3::text is null or a.action = $3 or starts_with(a.action, $3 || '.'))
       and ($4::text is null or a.object = $4) and ($5::text is null or a.site = $5)
       and ($6::text[] is null or a.site = any($6))
       and ($7::timestamptz is null or a.at >= $7) and ($8::timestamptz is null or a.at < $8)
     order by a.id desc limit $9`,
    [
      before,
      actor ?? null,
      action ?? null,
      object ?? null,
      site ?? null,
      sites ?? null,
      from ?? null,
      to ?? null,
      limit,
    ],
  );
  return rows;
}
