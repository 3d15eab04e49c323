import type { Session } from '@jouvence/contract';
import type { Accounts, Actor, Operator } from '../accounts/index.ts';
import { AppError } from '../errors.ts';
import type { Sites } from '../sites/index.ts';
import { type Browser, leave } from './browser.ts';
import { cookies } from './cookies.ts';
import type { Handlers } from './routing.ts';
import { namesOf, siteNames } from './scope.ts';

type SessionOperation =
  | 'session.signIn'
  | 'session.show'
  | 'session.end'
  | 'session.password'
  | 'sessions.list'
  | 'sessions.end';

export function sessionHandlers(accounts: Accounts, sites: Sites): Handlers<SessionOperation> {
  return {
    async 'session.signIn'({ body, browser }) {
      // Or any page could sign somebody in as somebody else, who then reads what they do.
      browser.mustBeOurs();
      const { key, operator } = await accounts.signIn.byPassword(body, browser.visit);
      await leave(accounts, browser);
      browser.set(cookies.operator, key);
      const found = await accounts.operatorSessions.find(key);
      return operatorSession(operator, found?.session.expiresAt ?? null);
    },
    'session.show': ({ actor, browser }) => show(actor, browser),
    async 'session.end'({ browser }) {
      await leave(accounts, browser);
      return { ended: true };
    },
    async 'session.password'({ actor, body, browser }) {
      const { key } = await accounts.signIn.changePassword(inBrowser(actor), body, browser.visit);
      browser.set(cookies.operator, key);
      return { changed: true };
    },
    async 'sessions.list'({ actor }) {
      if (actor.kind !== 'operator' || actor.operatorId === undefined) return { sessions: [] };
      const sessions = await accounts.operatorSessions.list(actor);
      return { sessions: sessions.map((session) => ({ ...session, current: session.id === actor.sessionId })) };
    },
    async 'sessions.end'({ actor, params }) {
      if (actor.kind !== 'operator') throw new AppError('not-found', `there is no session ${params.id} of yours`);
      await accounts.operatorSessions.endOne(actor, params.id);
      return { ended: true };
    },
  };

  async function show(actor: Actor, browser: Browser): Promise<Session> {
    if (actor.kind === 'person') {
      const found = await accounts.sessions.find(browser.read(cookies.person) ?? '');
      const { username, site } = actor;
      const from = (await sites.list()).find(({ id }) => id === actor.siteId);
      const language = /^fr/i.test(found?.language ?? '') ? 'fr' : 'en';
      return {
        kind: 'person',
        username,
        name: username,
        role: 'person',
        sites: [site],
        site: from ? { name: site, title: from.title, url: from.url } : null,
        language,
        expiresAt: found?.expiresAt ?? null,
      };
    }
    if (actor.kind !== 'operator') throw new AppError('internal', 'nobody calls as the system');
    // Whether that was somebody at work has been noted, or not, when the caller was asked for.
    const key = browser.read(cookies.operator) ?? '';
    const found = actor.sessionId === undefined ? null : await accounts.operatorSessions.find(key, { touch: false });
    if (found) return operatorSession(found.operator, found.session.expiresAt);
    const { name, role, siteIds } = actor;
    const names = namesOf(siteIds, await siteNames(sites));
    return { kind: 'operator', username: name, name, role, sites: names, site: null, language: null, expiresAt: null };
  }

  async function operatorSession(operator: Operator, expiresAt: Date | null): Promise<Session> {
    const { username, name, role, siteIds, language } = operator;
    const names = namesOf(siteIds, await siteNames(sites));
    return { kind: 'operator', username, name, role, sites: names, site: null, language, expiresAt };
  }
}

/** A token must not change the password of whoever made it. @throws AppError `not-allowed` */
function inBrowser(actor: Actor) {
  if (actor.kind === 'operator' && actor.sessionId !== undefined) return actor;
  throw new AppError('not-allowed', 'one changes one’s own password where one is signed in: in a browser');
}
