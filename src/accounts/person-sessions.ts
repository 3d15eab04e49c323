import { createHash, randomBytes } from 'node:crypto';
import { audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Store } from '../store/index.ts';
import type { PersonActor } from './actor.ts';

export interface PersonSession {
  person: PersonActor;
  /** As the site says: `fr`, `fr_ca`, … */
  language: string;
  expiresAt: Date;
}

export interface Entrance extends Omit<PersonSession, 'expiresAt'> {
  /** Of the ticket; and until when it could open something. */
  ticket: { jti: string; until: Date };
}

export interface PersonSessions {
  /**
   * A session for whoever a ticket, checked by the caller, speaks of; gives the key of its cookie.
   * @throws AppError `not-allowed` for a ticket that has been used
   */
  start(entrance: Entrance): Promise<string>;
  /** Null: nobody, or not any more. */
  find(key: string): Promise<PersonSession | null>;
  end(key: string): Promise<void>;
}

const pattern = /^[A-Za-z0-9_-]{43}$/;
/** One visit. Nothing here learns that an account was closed on its site: so it is not long. */
const lastsMs = 2 * 3_600_000;

export function createPersonSessions({ store, clock }: { store: Store; clock: Clock }): PersonSessions {
  return {
    async start({ person, language, ticket }) {
      const key = randomBytes(32).toString('base64url');
      const now = clock.now();
      const { siteId, site, username } = person;
      await store.transaction(async (tx) => {
        await tx.query('delete from used_tickets where until < $1', [now]);
        await tx.query('delete from person_sessions where expires_at < $1', [now]);
        const { rowCount } = await tx.query(
          'insert into used_tickets (site_id, jti, until) values ($1, $2, $3) on conflict do nothing',
          [siteId, ticket.jti, ticket.until],
        );
        if (rowCount === 0) throw new AppError('not-allowed', `${site}: this ticket has been used`);
        await tx.query(
          `insert into person_sessions (sha256, site_id, site, username, language, created_at, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7)`,
          [hash(key), siteId, site, username, language, now, new Date(now.getTime() + lastsMs)],
        );
        await audit.write(tx, { actor: person, action: 'people.enter', object: `person ${username}`, site });
      });
      return key;
    },

    async find(key) {
      if (!pattern.test(key)) return null;
      const { rows } = await store.query<Omit<PersonActor, 'kind'> & { language: string; expiresAt: Date }>(
        `select site_id as "siteId", site, username, language, expires_at as "expiresAt" from person_sessions
         where sha256 = $1 and expires_at > $2`,
        [hash(key), clock.now()],
      );
      const found = rows[0];
      if (!found) return null;
      const { language, expiresAt, ...who } = found;
      return { person: { kind: 'person', ...who }, language, expiresAt };
    },

    end: (key) =>
      store.transaction(async (tx) => {
        const { rows } = await tx.query<Omit<PersonActor, 'kind'>>(
          'delete from person_sessions where sha256 = $1 returning site_id as "siteId", site, username',
          [hash(key)],
        );
        if (!rows[0]) return;
        const person = { kind: 'person' as const, ...rows[0] };
        await audit.write(tx, {
          actor: person,
          action: 'people.leave',
          object: `person ${person.username}`,
          site: person.site,
        });
      }),
  };
}

const hash = (key: string): Buffer => createHash('sha256').update(key).digest();
