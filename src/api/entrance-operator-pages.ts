import type { Translator } from '@jouvence/i18n';
import type { Operator, OperatorSession, PasswordFault } from '../accounts/index.ts';
import { Html, html, page } from './entrance-pages.ts';

/** Pages of operators that must be there before any other: no script, as those of people. */

/** Why somebody is not in, in words: `code` is of `signIn.problem`. */
export type Problem =
  | { code: 'wrong' | 'expired' | 'openid' | 'provider' | 'unlike' | PasswordFault }
  | { code: 'wait'; seconds: number };

const nothing = new Html('');

function problemOf({ t }: Translator, problem: Problem | undefined): Html {
  if (!problem) return nothing;
  const values = problem.code === 'wait' ? { count: problem.seconds } : undefined;
  return html`<p class="problem" role="alert">${t(`signIn.problem.${problem.code}`, values)}</p>`;
}

export interface SignInPage {
  /** Of the form when it comes again; never the password. */
  username: string;
  /** Where to go then; one of our own. */
  next: string;
  problem?: Problem;
  hasOpenid: boolean;
}

export function signInPage(translator: Translator, { username, next, problem, hasOpenid }: SignInPage): string {
  const { t } = translator;
  const openid = html`<p><a href="/sign-in/openid?next=${encodeURIComponent(next)}">${t('signIn.openid')}</a></p>`;
  return page(
    translator,
    t('signIn.title'),
    html`${problemOf(translator, problem)}
<p>${t('signIn.text')}</p>
${hasOpenid ? openid : nothing}
<form method="post" action="/sign-in">
<input type="hidden" name="next" value="${next}">
<label for="username">${t('signIn.username')}</label>
<input id="username" name="username" value="${username}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="255" required>
<label for="password">${t('signIn.password')}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required>
<button>${t('signIn.do')}</button>
</form>`,
  );
}

/** `key`: of the invitation, which is in the address already. */
export function invitationPage(
  translator: Translator,
  { key, operator, problem }: { key: string; operator: Pick<Operator, 'username' | 'name'>; problem?: Problem },
): string {
  const { t } = translator;
  return page(
    translator,
    t('invitation.title'),
    html`${problemOf(translator, problem)}
<p>${t('invitation.text')} <strong><bdi>${operator.name}</bdi></strong> (<bdi>${operator.username}</bdi>)</p>
<form method="post" action="/invitation/${key}">
<input type="hidden" name="username" value="${operator.username}" autocomplete="username">
${newPassword(translator)}
<button>${t('invitation.do')}</button>
</form>`,
  );
}

function newPassword({ t }: Translator): Html {
  return html`<label for="new">${t('signIn.newPassword')}</label>
<p class="hint" id="policy">${t('signIn.policy')}</p>
<input id="new" name="password" type="password" autocomplete="new-password" aria-describedby="policy" maxlength="1024" required>
<label for="again">${t('signIn.again')}</label>
<input id="again" name="again" type="password" autocomplete="new-password" maxlength="1024" required>`;
}

export interface AccountPage {
  operator: Operator;
  /** Names; null: all. */
  sites: readonly string[] | null;
  sessions: readonly (OperatorSession & { current: boolean })[];
  problem?: Problem;
  /** What has just been done. */
  done?: 'password';
}

/** Who one is, where one is signed in, and another password. */
export function accountPage(translator: Translator, { operator, sites, sessions, problem, done }: AccountPage): string {
  const { t, time } = translator;
  const rows = sessions.map(
    ({ id, browser, address, seenAt, how, current }) => html`<tr>
<th scope="row"><bdi>${browser || t('account.unknownBrowser')}</bdi></th>
<td><bdi>${address}</bdi></td>
<td>${t(`account.how.${how}`)}</td>
<td>${time(seenAt)}</td>
<td>${current ? t('account.current') : html`<form class="inline" method="post" action="/account/sessions/${id}"><button>${t('account.end')}</button></form>`}</td>
</tr>
`,
  );
  const password = html`<h2>${t('account.password')}</h2>
<form method="post" action="/account/password">
<input type="hidden" name="username" value="${operator.username}" autocomplete="username">
<label for="current">${t('account.currentPassword')}</label>
<input id="current" name="current" type="password" autocomplete="current-password" maxlength="1024" required>
${newPassword(translator)}
<button>${t('account.change')}</button>
</form>`;
  return page(
    translator,
    t('account.title'),
    html`${problemOf(translator, problem)}${done ? html`<p role="status">${t('account.changed')}</p>` : nothing}
<p>${t('entrance.who')} <strong><bdi>${operator.name}</bdi></strong> (<bdi>${operator.username}</bdi>) — ${t(`role.${operator.role}`)}${sites ? html`, ${t('account.sites')} <bdi>${sites.join(', ')}</bdi>` : nothing}.</p>
<form method="post" action="/sign-out"><button>${t('entrance.leave')}</button></form>
<h2>${t('account.sessions')}</h2>
<table>
<thead><tr><th scope="col">${t('account.browser')}</th><th scope="col">${t('account.address')}</th><th scope="col">${t('account.by')}</th><th scope="col">${t('account.seen')}</th><th scope="col">${t('account.session')}</th></tr></thead>
<tbody>
${rows}</tbody>
</table>
${operator.hasPassword ? password : nothing}`,
  );
}

/** Somebody signed out, or a link that opens nothing. */
export function operatorNotice(translator: Translator, notice: 'signedOut' | 'invitationGone'): string {
  const { t } = translator;
  return page(
    translator,
    t(`signIn.${notice}.title`),
    html`<p>${t(`signIn.${notice}.text`)}</p>
<p><a href="/sign-in">${t('signIn.do')}</a></p>`,
  );
}
