import type { Profile } from '@jouvence/protocol';
import { isAppError } from '../errors.ts';
import type { Queryable, SealedValues, Secrets } from '../store/index.ts';
import type { PreviousToken } from './sites.sql.ts';
import { openToken, sealToken } from './tokens.ts';

interface Row {
  siteId: number;
  site: string;
  profile: Profile;
  sealed: string;
  previous: PreviousToken | null;
}

/** Tokens of the sites, and those before them that may still be needed. */
export const sealedTokens: SealedValues = {
  async count(db) {
    const { rows } = await db.query<{ key: string; count: number }>(
      `select split_part(sealed, '.', 2) as key, count(*) as count from (
         select sealed from site_tokens where sealed is not null union all
         select previous ->> 'sealed' from site_tokens where previous is not null) as every
       group by 1 order by 1`,
    );
    return new Map(rows.map(({ key, count }) => [key, Number(count)]));
  },

  async reseal(tx, secrets, keyId, limit) {
    const opens = secrets.keyIds();
    const { rows } = await tx.query<Row>(
      `select t.site_id as "siteId", s.name as site, t.profile, t.sealed, t.previous
       from site_tokens t join sites s on s.id = t.site_id
       where (split_part(t.sealed, '.', 2) <> $1 and split_part(t.sealed, '.', 2) = any($2))
         or (split_part(t.previous ->> 'sealed', '.', 2) <> $1 and split_part(t.previous ->> 'sealed', '.', 2) = any($2))
       order by t.site_id, t.profile limit $3 for update of t`,
      [keyId, opens, limit],
    );
    for (const row of rows) await resealOne(tx, secrets, row);
    return rows.length;
  },
};

async function resealOne(tx: Queryable, secrets: Secrets, { siteId, site, profile, sealed, previous }: Row) {
  const anew = (value: string): string => {
    try {
      return sealToken(secrets, site, profile, openToken(secrets, { site, profile, sealed: value }));
    } catch (error) {
      // Lost with its key: the other of the two is not.
      if (isAppError(error, 'key-missing')) return value;
      throw error;
    }
  };
  await tx.query('update site_tokens set sealed = $3, previous = $4 where site_id = $1 and profile = $2', [
    siteId,
    profile,
    anew(sealed),
    previous && JSON.stringify({ ...previous, sealed: anew(previous.sealed) }),
  ]);
}
