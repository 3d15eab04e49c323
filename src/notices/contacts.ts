import { AppError, isAppError } from '../errors.ts';
import type { Sites } from '../sites/index.ts';
import type { Queryable, Store } from '../store/index.ts';

/** How somebody of a site is reached. */
export interface Contact {
  /** Of the account there; null when the site could not be asked, and what it said before is used. */
  userid: number | null;
  email: string;
  language: string;
}

/** As long as requests usually take, and no longer: the site knows it, and is asked each time. */
const keptDays = 3;
const askMs = 15_000;

/** Why somebody cannot be told by this way at all; what a site refuses for now is thrown as its own error. */
export class Unreachable extends Error {
  override name = 'Unreachable';
  /** By another way they can. */
  readonly otherwise: boolean;

  constructor(message: string, { otherwise = false } = {}) {
    super(message);
    this.otherwise = otherwise;
  }
}

/**
 * Asks the site; where it cannot be asked, what it said in the last days has to do for a mail.
 * @throws Unreachable (no such account, or a suspended one), or the site's error
 */
export async function findContact(
  tools: { sites: Sites; store: Store; isAway: (siteId: number) => boolean },
  { siteId, name }: { siteId: number; name: string },
  way: 'site' | 'mail',
  signal: AbortSignal,
): Promise<Contact> {
  const { store } = tools;
  try {
    if (tools.isAway(siteId)) throw new AppError('site-unreachable', 'the site did not answer a moment ago');
    return await askSite(tools, { siteId, name }, signal);
  } catch (error) {
    if (error instanceof Unreachable || way === 'site') throw error;
    const remembered = await recallContact(store, siteId, name);
    if (!remembered) throw error;
    return { userid: null, ...remembered };
  }
}

async function askSite(
  { sites, store }: { sites: Sites; store: Store },
  { siteId, name }: { siteId: number; name: string },
  signal: AbortSignal,
): Promise<Contact> {
  const client = await sites.client(siteId, 'target').catch((error: unknown) => {
    if (isAppError(error, 'not-found')) throw new Unreachable('the site is no longer known here');
    throw error;
  });
  const { people } = await client.call('find_people', { field: 'username', value: name }, { signal, timeoutMs: askMs });
  // Those of other Moodles, known by MNet, may have the same name.
  const person = people.find(({ auth }) => auth !== 'mnet') ?? people[0];
  if (!person) {
    await forgetContact(store, siteId, name);
    throw new Unreachable(`nobody on ${client.site} has the username ${name} any more`);
  }
  if (person.suspended) throw new Unreachable(`the account ${name} of ${client.site} is suspended`);
  const { id, email, language } = person;
  await rememberContact(store, { siteId, username: name, email, language });
  return { userid: id, email, language };
}

export async function rememberContact(
  db: Queryable,
  { siteId, username, email, language }: { siteId: number; username: string; email: string; language: string },
): Promise<void> {
  await db.query(
    `insert into notice_contacts (site_id, username, email, language) values ($1, $2, $3, $4)
     on conflict (site_id, username) do update
       set email = excluded.email, language = excluded.language, seen_at = clock_timestamp()`,
    [siteId, username, email, language],
  );
}

async function recallContact(db: Queryable, siteId: number, username: string) {
  const { rows } = await db.query<{ email: string; language: string }>(
    `select email, language from notice_contacts
     where site_id = $1 and username = $2 and seen_at > clock_timestamp() - $3 * interval '1 day'`,
    [siteId, username, keptDays],
  );
  return rows[0];
}

async function forgetContact(db: Queryable, siteId: number, username: string): Promise<void> {
  await db.query('delete from notice_contacts where site_id = $1 and username = $2', [siteId, username]);
}

export async function forgetOldContacts(db: Queryable): Promise<void> {
  await db.query(`delete from notice_contacts where seen_at < clock_timestamp() - $1 * interval '1 day'`, [keptDays]);
}
