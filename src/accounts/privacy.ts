import type { Queryable } from '../store/index.ts';

/** Somebody of a site. */
interface PersonKey {
  siteId: number;
  username: string;
}

/** What opens nothing any more; up to `limit` rows of each. */
export const accountsUpkeep = {
  async personSessions(db: Queryable, now: Date, limit: number): Promise<number> {
    const { rowCount } = await db.query(
      'delete from person_sessions where id in (select id from person_sessions where expires_at < $1 limit $2)',
      [now, limit],
    );
    return rowCount;
  },
  async usedTickets(db: Queryable, now: Date, limit: number): Promise<number> {
    const { rowCount } = await db.query(
      'delete from used_tickets where (site_id, jti) in (select site_id, jti from used_tickets where until < $1 limit $2)',
      [now, limit],
    );
    return rowCount;
  },
  async operatorSessions(db: Queryable, now: Date, limit: number): Promise<number> {
    const { rowCount } = await db.query(
      'delete from operator_sessions where id in (select id from operator_sessions where expires_at < $1 limit $2)',
      [now, limit],
    );
    return rowCount;
  },
  async invitations(db: Queryable, now: Date, limit: number): Promise<number> {
    const { rowCount } = await db.query(
      `delete from operator_invitations where operator_id in
         (select operator_id from operator_invitations where expires_at < $1 limit $2)`,
      [now, limit],
    );
    return rowCount;
  },
  async signInWaits(db: Queryable, now: Date, limit: number): Promise<number> {
    const { rowCount } = await db.query(
      `delete from sign_in_waits where sha256 in (select sha256 from sign_in_waits
         where last_at < $1::timestamptz - interval '1 day' and until < $1 limit $2)`,
      [now, limit],
    );
    return rowCount;
  },
  /** Revoked or expired before then. */
  async tokens(db: Queryable, before: Date, limit: number): Promise<number> {
    const { rowCount } = await db.query(
      `delete from api_tokens where id in (select id from api_tokens
         where least(expires_at, coalesce(revoked_at, expires_at)) < $1 limit $2)`,
      [before, limit],
    );
    return rowCount;
  },
};

export const accountsOfPeople = {
  /** Their sessions. */
  async export(db: Queryable, { siteId, username }: PersonKey) {
    const { rows } = await db.query(
      `select language, created_at as "createdAt", expires_at as "expiresAt" from person_sessions
       where site_id = $1 and username = $2 order by id`,
      [siteId, username],
    );
    return { sessions: rows };
  },
  /** They are signed out. Returns how many rows there were. */
  async erase(tx: Queryable, { siteId, username }: PersonKey): Promise<number> {
    const { rowCount } = await tx.query('delete from person_sessions where site_id = $1 and username = $2', [
      siteId,
      username,
    ]);
    return rowCount;
  },
};
