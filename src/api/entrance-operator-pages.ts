import type { Translator } from '@jouvence/i18n';
import type { Operator, PasswordFault } from '../accounts/index.ts';
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

/** A link that opens nothing. */
export function invitationGonePage(translator: Translator): string {
  const { t } = translator;
  return page(
    translator,
    t('signIn.invitationGone.title'),
    html`<p>${t('signIn.invitationGone.text')}</p>
<p><a href="/sign-in">${t('signIn.do')}</a></p>`,
  );
}
