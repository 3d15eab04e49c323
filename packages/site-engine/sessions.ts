import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Tx } from './database.ts';
import { getPerson, type Person } from './people.ts';

const sessionHours = 8;
const sessionCookie = 'MoodleSession';
/** Of a browser that has not signed in yet: it ties the sign-in form to that browser. */
const visitCookie = 'JouvenceVisit';

/** Begins a session; the text goes into the cookie, only its hash is kept. Sessions that are over go. */
export async function beginSession(tx: Tx, personId: number): Promise<string> {
  const key = newKey();
  await tx.run('delete from sessions where expires < now()');
  await tx.run('insert into sessions (hash, person_id, expires) values ($1, $2, now() + make_interval(hours => $3))', [
    hashOf(key),
    personId,
    sessionHours,
  ]);
  await tx.run(
    `update people set lastaccess = extract(epoch from now())::bigint,
       firstaccess = case firstaccess when 0 then extract(epoch from now())::bigint else firstaccess end
     where id = $1`,
    [personId],
  );
  return key;
}

/** Who is signed in; a suspended account no longer is. */
export async function sessionPerson(tx: Tx, key: string): Promise<Person | undefined> {
  const row = await tx.row<{ id: number }>(
    `select s.person_id as id from sessions s join people p on p.id = s.person_id
     where s.hash = $1 and s.expires > now() and not p.suspended`,
    [hashOf(key)],
  );
  return row && getPerson(tx, row.id);
}

export async function endSession(tx: Tx, key: string): Promise<void> {
  await tx.run('delete from sessions where hash = $1', [hashOf(key)]);
}

export async function endSessionsOf(tx: Tx, personIds: number[]): Promise<void> {
  await tx.run('delete from sessions where person_id = any($1)', [personIds]);
}

export const newKey = (): string => randomBytes(32).toString('base64url');

/** A form of this browser's carries it; another site's form cannot, because it never sees the cookie. */
export const formKeyOf = (cookie: string): string => createHash('sha256').update(`form\0${cookie}`).digest('base64url');

export function isFormKey(given: string, cookie: string | undefined): boolean {
  if (cookie === undefined) return false;
  const expected = Buffer.from(formKeyOf(cookie));
  const received = Buffer.from(given);
  return expected.length === received.length && timingSafeEqual(expected, received);
}

export const readSessionCookie = (req: IncomingMessage): string | undefined => readCookie(req, sessionCookie);
export const readVisitCookie = (req: IncomingMessage): string | undefined => readCookie(req, visitCookie);

/** `url`: the site's; over https the cookie never travels without it. */
export const writeSessionCookie = (key: string, url: string): string => writeCookie(sessionCookie, key, url);
export const writeVisitCookie = (key: string, url: string): string => writeCookie(visitCookie, key, url);
export const clearSessionCookie = (url: string): string => `${writeCookie(sessionCookie, '', url)}; Max-Age=0`;

function writeCookie(name: string, value: string, url: string): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${url.startsWith('https:') ? '; Secure' : ''}`;
}

function readCookie(req: IncomingMessage, name: string): string | undefined {
  const found = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  const value = found.find(([key]) => key === name)?.[1];
  return value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined;
}

const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest();
