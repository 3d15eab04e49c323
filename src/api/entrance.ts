import { randomBytes } from 'node:crypto';
import { languageOfHeader } from '@jouvence/i18n';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts } from '../accounts/index.ts';
import { AppError, isAppError } from '../errors.ts';
import type { Restores } from '../restores/index.ts';
import type { Sites } from '../sites/index.ts';
import { refuseForeignPages } from './authentication.ts';
import { browserOf, leave } from './browser.ts';
import { cookies, readCookie, setCookie } from './cookies.ts';
import { noticePage, ownPage, pagePolicy, wordsIn } from './entrance-pages.ts';

export interface EntranceOptions {
  accounts: Accounts;
  sites: Sites;
  restores: Restores;
  /** Ours, as sites were told it; tickets must name it. Empty: nobody enters. */
  publicUrl: string;
}

/** A ticket and nothing else. */
const formBytes = 16_384;
const shownRequests = 100;

/**
 * How people come in from their site, where they sign in by whatever means it uses:
 *
 *   GET /enter/SITE   the browser gets a state of its own, and is sent to the site's `enter.php`
 *   POST /enter       it comes back with a ticket, which names that state: a session for that account of that site
 *   GET /enter        who one is, and one's requests
 *   POST /enter/leave the session ends
 */
export function addEntrance(app: FastifyInstance, options: EntranceOptions): void {
  const { accounts, sites, restores, publicUrl } = options;
  const hidden = { schema: { hide: true } };

  app.get<{ Params: { site: string } }>('/enter/:site', hidden, async (request, reply) => {
    const wished = request.params.site;
    // By the name here, or the identifier that the site itself knows.
    const site = (await sites.list()).find(({ name, identifier }) => name === wished || identifier === wished);
    if (publicUrl === '' || !site?.trust || !site.profiles.includes('target'))
      throw new AppError('not-found', 'Nobody comes in from there.');
    const state = randomBytes(24).toString('base64url');
    setCookie(reply, cookies.state, `${site.id}.${state}`);
    return reply.redirect(sites.entranceOf(site, state), 303);
  });

  app.post('/enter', hidden, async (request, reply) => {
    const [siteId, state] = (readCookie(request, cookies.state) ?? '').split('.');
    const ticket = request.body instanceof URLSearchParams ? (request.body.get('ticket') ?? '') : '';
    // Whatever comes of it: a state is for one ticket.
    setCookie(reply, cookies.state, '');
    try {
      const { claims, site, until } = await sites.readTicket(Number(siteId), state ?? '', ticket);
      const key = await accounts.sessions.start({
        person: { kind: 'person', siteId: site.id, site: site.name, username: claims.username },
        language: claims.lang,
        ticket: { jti: claims.jti, until },
      });
      await leave(accounts, browserOf(request, reply, publicUrl));
      setCookie(reply, cookies.person, key);
      return reply.redirect('/enter', 303);
    } catch (error) {
      if (!isAppError(error, 'not-allowed', 'not-found')) throw error;
      request.log.info({ why: error.message }, 'ticket refused');
      return send(reply.code(403), noticePage(wordsOf(request), 'refused'));
    }
  });

  app.get('/enter', hidden, async (request, reply) => {
    const session = await accounts.sessions.find(readCookie(request, cookies.person) ?? '');
    // A site that was removed takes its people with it.
    const site = session && (await sites.list()).find(({ id }) => id === session.person.siteId);
    if (!session || !site) return send(reply.code(401), noticePage(wordsOf(request), 'nobody'));
    const { username } = session.person;
    const { requests } = await restores.list({ target: site.name, person: username }, { limit: shownRequests });
    return send(reply, ownPage(wordsIn(session.language), { username, site, requests }));
  });

  app.post('/enter/leave', hidden, async (request, reply) => {
    refuseForeignPages(request, publicUrl);
    const key = readCookie(request, cookies.person);
    if (key !== undefined) await accounts.sessions.end(key);
    setCookie(reply, cookies.person, '');
    return send(reply, noticePage(wordsOf(request), 'signedOut'));
  });
}

/** Forms of ours, as `URLSearchParams`. */
export function readForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: formBytes },
    (_request, body, done) => done(null, new URLSearchParams(body as string)),
  );
}

export const wordsOf = (request: FastifyRequest) => wordsIn(languageOfHeader(request.headers['accept-language']));

/** A page, with what it may do. */
export function send(reply: FastifyReply, page: string): FastifyReply {
  return reply
    .header('content-security-policy', pagePolicy)
    .header('referrer-policy', 'same-origin')
    .type('text/html; charset=utf-8')
    .send(page);
}
