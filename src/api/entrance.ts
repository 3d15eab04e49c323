import { randomBytes } from 'node:crypto';
import { type Language, languageOfHeader, languages } from '@jouvence/i18n';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts } from '../accounts/index.ts';
import { AppError, isAppError } from '../errors.ts';
import type { Sites } from '../sites/index.ts';
import { browserOf, leave } from './browser.ts';
import { chosenIn, cookies, keepChoice, readCookie, setCookie } from './cookies.ts';
import { nowherePage, type Reader, refusedPage, wordsIn } from './entrance-pages.ts';
import { pagePolicy } from './entrance-style.ts';
import { isEntrance } from './entrances.ts';
import { ownPath, packPath, unpackPath } from './own-path.ts';

export interface EntranceOptions {
  accounts: Accounts;
  sites: Sites;
  /** Ours, as sites were told it; tickets must name it. Empty: nobody enters. */
  publicUrl: string;
}

/** A ticket and nothing else. */
const formBytes = 16_384;
const home = '/courses';

/**
 * How people come in from their site, where they sign in by whatever means it uses:
 *
 *   GET /enter/SITE?next=PATH   the browser gets a state of its own, and is sent to the site's `enter.php`
 *   POST /enter                 it comes back with a ticket, which names that state: a session for that account of that
 *                               site, and on to PATH
 *   GET /enter                  where links of earlier versions lead: one's requests
 */
export function addEntrance(app: FastifyInstance, { accounts, sites, publicUrl }: EntranceOptions): void {
  const hidden = { schema: { hide: true } };

  app.get<{ Params: { site: string }; Querystring: { next?: unknown } }>(
    '/enter/:site',
    hidden,
    async (request, reply) => {
      const wished = request.params.site;
      // By the name here, or the identifier that the site itself knows.
      const site = (await sites.list()).find(({ name, identifier }) => name === wished || identifier === wished);
      if (publicUrl === '' || !site || !isEntrance(site)) {
        if (request.headers.accept?.includes('text/html'))
          return send(reply.code(404), nowherePage(readerOf(request), '/'));
        throw new AppError('not-found', 'Nobody comes in from there.');
      }
      const state = randomBytes(24).toString('base64url');
      setCookie(reply, cookies.state, `${site.id}.${state}.${packPath(ownPath(request.query.next, home))}`);
      return reply.redirect(sites.entranceOf(site, state), 303);
    },
  );

  app.post('/enter', hidden, async (request, reply) => {
    const [siteId, state, packed] = (readCookie(request, cookies.state) ?? '').split('.');
    const next = unpackPath(packed, home);
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
      return reply.redirect(next, 303);
    } catch (error) {
      if (!isAppError(error, 'not-allowed', 'not-found')) throw error;
      request.log.info({ why: error.message }, 'ticket refused');
      const begun = (await sites.list()).find(({ id }) => id === Number(siteId));
      const again = begun ? `/enter/${begun.name}?next=${encodeURIComponent(next)}` : '/';
      return send(reply.code(403), refusedPage(readerOf(request), again));
    }
  });

  // Whoever is not signed in is offered the ways in there.
  app.get('/enter', hidden, async (_request, reply) => reply.redirect('/requests', 303));
}

/** Forms of ours, as `URLSearchParams`. */
export function readForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: formBytes },
    (_request, body, done) => done(null, new URLSearchParams(body as string)),
  );
}

/** In the language that was chosen in this browser, else the one that `otherwise` names, else as the browser asks. */
export function readerOf(request: FastifyRequest, otherwise?: string): Reader {
  const chosen = wishedLanguage(request) ?? chosenIn(request, 'language');
  const words = wordsIn(chosen ?? otherwise ?? languageOfHeader(request.headers['accept-language']));
  return {
    ...words,
    theme: chosenIn(request, 'theme'),
    address: request.method === 'GET' ? ownPath(request.url, '/') : null,
  };
}

const wishedLanguage = ({ query }: FastifyRequest): Language | undefined =>
  languages.find((each) => each === (query as { language?: unknown }).language);

/** A page, with what it may do. */
export function send(reply: FastifyReply, page: string): FastifyReply {
  const language = wishedLanguage(reply.request);
  if (language) keepChoice(reply, 'language', language);
  return reply
    .header('content-security-policy', pagePolicy)
    .header('referrer-policy', 'same-origin')
    .type('text/html; charset=utf-8')
    .send(page);
}
