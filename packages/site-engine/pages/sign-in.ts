import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Attempts } from '../attempts.ts';
import type { Database } from '../database.ts';
import { addressOf } from '../http/address.ts';
import { parseForm, readText } from '../http/body.ts';
import { redirect, sendPage } from '../http/respond.ts';
import { checkPassword } from '../passwords.ts';
import {
  beginSession,
  clearSessionCookie,
  endSession,
  formKeyOf,
  isFormKey,
  newKey,
  readSessionCookie,
  readVisitCookie,
  writeSessionCookie,
  writeVisitCookie,
} from '../sessions.ts';
import type { Site } from '../sites.ts';
import { createTurns } from '../turns.ts';
import { html } from './html.ts';
import { renderPage } from './layout.ts';
import { wordsIn } from './words.ts';

export interface SignInOptions {
  database: Database;
  attempts: Attempts;
}

/** A name, a password, two keys and an address. Names are remembered while they are counted: they must be short. */
const maxFormBytes = 16 * 1024;

/**
 * Checking a password takes 0.1 s, 32 MiB and one of the four threads that files are read with: a flood of sign-ins
 * must leave room for downloads. 32 in line wait for two or three seconds.
 */
const takeTurn = createTurns({ atOnce: 2, waiting: 32 });

/** `/login/index.php`: the form, and what it sends. */
export async function signInPage(
  options: SignInOptions,
  req: IncomingMessage,
  res: ServerResponse,
  site: Site,
): Promise<void> {
  const wanted = localPath(new URLSearchParams(req.url!.split('?', 2)[1]).get('wantsurl'));
  if (req.method !== 'POST') return sendForm(req, res, site, { wanted });
  const form = new Map(parseForm(await readText(req, maxFormBytes)));
  const username = (form.get('username') ?? '').trim().toLowerCase();
  const target = localPath(form.get('wantsurl') ?? null);
  if (!isFormKey(form.get('key') ?? '', readVisitCookie(req)))
    return sendForm(req, res, site, { username, wanted: target, wrong: 'staleForm', status: 403 });

  const attempt = `${site.id}\0${username}\0${addressOf(req)}`;
  if (!options.attempts.mayTry(attempt))
    return sendForm(req, res, site, { username, wanted: target, wrong: 'tooManyTries', status: 429 });
  const trying = takeTurn(() => signIn(options.database, site, username, form.get('password') ?? ''));
  if (!trying) return sendForm(req, res, site, { username, wanted: target, wrong: 'failed', status: 503 });
  // Counted before the slow part is over: of many at once, no more are tried than may be.
  options.attempts.failed(attempt);
  const key = await trying;
  if (key === undefined)
    return sendForm(req, res, site, { username, wanted: target, wrong: 'wrongPassword', status: 401 });
  options.attempts.succeeded(attempt);
  redirect(res, target, { 'set-cookie': writeSessionCookie(key, site.url) });
}

/** `/login/logout.php`, by POST only: an image on another page must not sign anybody out. */
export async function signOutPage(
  { database }: SignInOptions,
  req: IncomingMessage,
  res: ServerResponse,
  site: Site,
): Promise<void> {
  const session = readSessionCookie(req);
  if (req.method === 'POST' && session !== undefined) {
    const form = new Map(parseForm(await readText(req, maxFormBytes)));
    if (isFormKey(form.get('key') ?? '', session)) {
      await database.withSite(site.id, (tx) => endSession(tx, session));
      return redirect(res, '/', { 'set-cookie': clearSessionCookie(site.url) });
    }
  }
  redirect(res, '/');
}

async function signIn(database: Database, site: Site, username: string, password: string): Promise<string | undefined> {
  const account = await database.withSite(site.id, (tx) =>
    tx.row<{ id: number; password: string | null; auth: string }>(
      'select id, password, auth from people where username = $1 and not suspended',
      [username],
    ),
  );
  const may = account !== undefined && !['nologin', 'webservice'].includes(account.auth);
  // The hashing is outside any transaction: it holds no connection.
  const right = await checkPassword(password, account?.password);
  return right && may ? database.withSite(site.id, (tx) => beginSession(tx, account.id)) : undefined;
}

interface Form {
  wanted: string;
  username?: string;
  wrong?: 'wrongPassword' | 'tooManyTries' | 'staleForm' | 'failed';
  status?: number;
}

function sendForm(
  req: IncomingMessage,
  res: ServerResponse,
  site: Site,
  { wanted, username = '', wrong, status = 200 }: Form,
): void {
  const words = wordsIn(site.language);
  const visit = readVisitCookie(req) ?? newKey();
  const body = html`${wrong && html`<p class="bad" role="alert">${words[wrong]}</p>`}
<form method="post" action="/login/index.php">
<input type="hidden" name="key" value="${formKeyOf(visit)}">
<input type="hidden" name="wantsurl" value="${wanted}">
<label for="username">${words.username}</label>
<input id="username" name="username" value="${username}" autocomplete="username" autocapitalize="none" required>
<label for="password">${words.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>${words.signIn}</button>
</form>`;
  sendPage(res, status, renderPage({ site, title: words.signIn, body }), {
    'set-cookie': writeVisitCookie(visit, site.url),
  });
}

/** Only a path of this site: `//elsewhere` and `/\elsewhere` are addresses of other hosts. */
function localPath(wanted: string | null): string {
  return wanted !== null && /^\/(?![/\\])[\x21-\x7e]*$/.test(wanted) ? wanted : '/';
}
