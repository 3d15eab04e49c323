import type { Operator, PasswordFault } from '../accounts/index.ts';
import { Html, html, page, type Reader } from './entrance-pages.ts';

/** Pages of operators that must be there before any other: no script, as those of people. */

/** Why somebody is not in, in words: `code` is of `signIn.problem`. */
export type Problem =
  | { code: 'wrong' | 'expired' | 'openid' | 'provider' | 'unlike' | PasswordFault }
  | { code: 'wait'; seconds: number };

const nothing = new Html('');

const cross = html`<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10"/><path d="M12 8v4m0 4h.01"/></svg>`;

function problemOf({ t }: Reader, problem: Problem | undefined): Html {
  if (!problem) return nothing;
  const values = problem.code === 'wait' ? { count: problem.seconds } : undefined;
  return html`<div class="problem" role="alert">${cross}<p id="problem">${t(`signIn.problem.${problem.code}`, values)}</p></div>`;
}

/** Of the fields that the form came back for: said with them, and begun with. */
const faulty = html` aria-invalid="true" aria-describedby="problem"`;
const first = html` autofocus`;

export interface SignInPage {
  /** Of the form when it comes again; never the password. */
  username: string;
  /** Where to go then; one of our own. */
  next: string;
  problem?: Problem;
  hasOpenid: boolean;
}

export function signInPage(reader: Reader, { username, next, problem, hasOpenid }: SignInPage): string {
  const { t } = reader;
  const fault = problem?.code === 'wrong' ? faulty : nothing;
  const openid = html`<a class="button plain" href="/sign-in/openid?next=${encodeURIComponent(next)}">${t('signIn.openid')}</a>
<p class="or">${t('signIn.or')}</p>`;
  return page(
    { ...reader, address: `/sign-in?next=${encodeURIComponent(next)}` },
    t('signIn.title'),
    html`<p class="muted">${t('signIn.text')}</p>
${problemOf(reader, problem)}
${hasOpenid ? openid : nothing}
<form method="post" action="/sign-in">
<input type="hidden" name="next" value="${next}">
<div><label for="username">${t('signIn.username')}</label>
<input id="username" name="username" value="${username}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="255" required${fault}${username === '' ? first : nothing}></div>
<div><label for="password">${t('signIn.password')}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required${fault}${username === '' ? nothing : first}></div>
<button>${t('signIn.do')}</button>
</form>`,
    html`${t('signIn.teachers')} <a href="/">${t('signIn.teachers.do')}</a>`,
  );
}

/** `key`: of the invitation, which is in the address already. */
export function invitationPage(
  reader: Reader,
  { key, operator, problem }: { key: string; operator: Pick<Operator, 'username' | 'name'>; problem?: Problem },
): string {
  const { t } = reader;
  return page(
    reader,
    t('invitation.title'),
    html`<p>${t('invitation.text')} <strong><bdi>${operator.name}</bdi></strong> (<bdi>${operator.username}</bdi>)</p>
${problemOf(reader, problem)}
<form method="post" action="/invitation/${key}">
<input type="hidden" name="username" value="${operator.username}" autocomplete="username">
${newPassword(reader, problem)}
<button>${t('invitation.do')}</button>
</form>`,
  );
}

function newPassword({ t }: Reader, problem: Problem | undefined): Html {
  const described = html` aria-describedby="${problem ? 'problem policy' : 'policy'}"`;
  const invalid = problem ? html` aria-invalid="true"` : nothing;
  return html`<div><label for="new">${t('signIn.newPassword')}</label>
<input id="new" name="password" type="password" autocomplete="new-password" maxlength="1024" required${described}${invalid}${first}>
<p class="hint" id="policy">${t('signIn.policy')}</p></div>
<div><label for="again">${t('signIn.again')}</label>
<input id="again" name="again" type="password" autocomplete="new-password" maxlength="1024" required${problem?.code === 'unlike' ? faulty : nothing}></div>`;
}

/** A link that opens nothing. */
export function invitationGonePage(reader: Reader): string {
  const { t } = reader;
  return page(
    reader,
    t('signIn.invitationGone.title'),
    html`<p>${t('signIn.invitationGone.text')}</p>
<a class="button primary" href="/sign-in">${t('signIn.do')}</a>`,
  );
}
