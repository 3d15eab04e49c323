import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Accounts, type Openid, type PasswordFault, passwordFaults } from '../accounts/index.ts';
import { type AppError, isAppError } from '../errors.ts';
import { ownOrigin, refuseForeignPages } from './authentication.ts';
import { browserOf, leave } from './browser.ts';
import { cookies, readCookie, setCookie } from './cookies.ts';
import { readerOf, send } from './entrance.ts';
import { invitationGonePage, invitationPage, type Problem, signInPage } from './entrance-operator-pages.ts';
import { ownPath, packPath, unpackPath } from './own-path.ts';

export interface OperatorEntranceOptions {
  accounts: Accounts;
  publicUrl: string;
  openid?: Openid;
}

const hidden = { schema: { hide: true } };
const home = '/';

/**
 * How operators come in, by pages without script:
 *
 *   GET, POST /sign-in             name and password: a session
 *   GET /sign-in/openid            away to the OpenID provider, with a state of this browser's own
 *   GET /sign-in/openid/back       and back with a code: a session for the operator whose identity it is
 *   GET, POST /invitation/KEY      a password is chosen, once
 */
export function addOperatorEntrance(app: FastifyInstance, options: OperatorEntranceOptions): void {
  addSignIn(app, options);
  if (options.openid) addOpenid(app, options, options.openid);
  addInvitation(app, options);
}

function addSignIn(app: FastifyInstance, { accounts, publicUrl, openid }: OperatorEntranceOptions): void {
  const hasOpenid = openid !== undefined;
  app.get<{ Querystring: { next?: unknown } }>('/sign-in', hidden, async (request, reply) => {
    const next = ownPath(request.query.next, home);
    if (await visitor(accounts, request)) return reply.redirect(next, 303);
    return send(reply, signInPage(readerOf(request), { username: '', next, hasOpenid }));
  });

  app.post('/sign-in', hidden, async (request, reply) => {
    refuseForeignPages(request, publicUrl);
    const form = formOf(request);
    const [username, next] = [form('username').slice(0, 255), ownPath(form('next'), home)];
    const browser = browserOf(request, reply, publicUrl);
    try {
      const { key } = await accounts.signIn.byPassword({ username, password: form('password') }, browser.visit);
      await leave(accounts, browser);
      setCookie(reply, cookies.operator, key);
      return reply.redirect(next, 303);
    } catch (error) {
      const { status, problem } = refusalOf(error);
      return send(
        answered(reply, status, problem),
        signInPage(readerOf(request), { username, next, problem, hasOpenid }),
      );
    }
  });
}

function addOpenid(app: FastifyInstance, { accounts, publicUrl }: OperatorEntranceOptions, openid: Openid): void {
  const backOf = (request: FastifyRequest): string => `${ownOrigin(request, publicUrl)}/sign-in/openid/back`;
  const refuse = (request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply => {
    if (!isAppError(error, 'unauthenticated', 'site-unreachable')) throw error;
    const isDown = error.code === 'site-unreachable';
    const page = {
      username: '',
      next: home,
      problem: { code: isDown ? 'provider' : 'openid' },
      hasOpenid: true,
    } as const;
    return send(reply.code(isDown ? 502 : 401), signInPage(readerOf(request), page));
  };

  app.get<{ Querystring: { next?: unknown } }>('/sign-in/openid', hidden, async (request, reply) => {
    try {
      const { address, flow } = await openid.begin(backOf(request));
      const next = packPath(ownPath(request.query.next, home));
      setCookie(reply, cookies.openid, [flow.state, flow.nonce, flow.verifier, next].join('.'));
      return reply.redirect(address, 303);
    } catch (error) {
      return refuse(request, reply, error);
    }
  });

  app.get('/sign-in/openid/back', hidden, async (request, reply) => {
    const [state, nonce, verifier, next] = (readCookie(request, cookies.openid) ?? '').split('.');
    const browser = browserOf(request, reply, publicUrl);
    // Whatever comes of it: it is for one answer.
    setCookie(reply, cookies.openid, '');
    try {
      // Of the address only what the provider added: the rest is what we know of ourselves.
      const address = new URL(backOf(request));
      address.search = new URL(request.url, address).search;
      const flow = { state: state || 'none', nonce: nonce || 'none', verifier: verifier || 'none' };
      const { key } = await accounts.signIn.byIdentity(await openid.finish(address, flow), browser.visit);
      await leave(accounts, browser);
      setCookie(reply, cookies.operator, key);
      return reply.redirect(unpackPath(next, home), 303);
    } catch (error) {
      return refuse(request, reply, error);
    }
  });
}

function addInvitation(app: FastifyInstance, { accounts, publicUrl }: OperatorEntranceOptions): void {
  app.get<{ Params: { key: string } }>('/invitation/:key', hidden, async (request, reply) => {
    const { key } = request.params;
    const operator = await accounts.operators.invited(key);
    if (!operator) return send(reply.code(404), invitationGonePage(readerOf(request)));
    return send(reply, invitationPage(readerOf(request, operator.language), { key, operator }));
  });

  app.post<{ Params: { key: string } }>('/invitation/:key', hidden, async (request, reply) => {
    refuseForeignPages(request, publicUrl);
    const { key } = request.params;
    const form = formOf(request);
    const operator = await accounts.operators.invited(key);
    if (!operator) return send(reply.code(404), invitationGonePage(readerOf(request)));
    const refuse = (problem: Problem) =>
      send(reply.code(400), invitationPage(readerOf(request, operator.language), { key, operator, problem }));
    if (form('password') !== form('again')) return refuse({ code: 'unlike' });
    const browser = browserOf(request, reply, publicUrl);
    try {
      await accounts.operators.choosePassword(key, form('password'));
    } catch (error) {
      const fault = isAppError(error, 'invalid-parameter') && faultOf(error);
      if (fault) return refuse({ code: fault });
      if (!isAppError(error, 'not-found')) throw error;
      return send(reply.code(404), invitationGonePage(readerOf(request)));
    }
    // Whoever can choose the password need not type it again.
    const given = { username: operator.username, password: form('password') };
    const signedIn = await accounts.signIn.byPassword(given, browser.visit).catch(() => null);
    if (!signedIn) return reply.redirect('/sign-in', 303);
    await leave(accounts, browser);
    setCookie(reply, cookies.operator, signedIn.key);
    return reply.redirect(home, 303);
  });
}

function visitor({ operatorSessions }: Accounts, request: FastifyRequest) {
  return operatorSessions.find(readCookie(request, cookies.operator) ?? '');
}

function formOf({ body }: FastifyRequest): (field: string) => string {
  return (field) => (body instanceof URLSearchParams ? (body.get(field) ?? '') : '');
}

/** What a form is told; anything else is thrown on. */
function refusalOf(error: unknown): { status: number; problem: Problem } {
  if (isAppError(error, 'unauthenticated')) return { status: 401, problem: { code: 'wrong' } };
  const fault = isAppError(error, 'invalid-parameter') ? faultOf(error) : undefined;
  if (fault) return { status: 400, problem: { code: fault } };
  if (!isAppError(error, 'busy')) throw error;
  return { status: 503, problem: { code: 'wait', seconds: Number(error.details.retryAfterSeconds ?? 5) } };
}

function faultOf({ details }: AppError): PasswordFault | undefined {
  return passwordFaults.find((fault) => fault === details.fault);
}

function answered(reply: FastifyReply, status: number, problem: Problem): FastifyReply {
  if (problem.code === 'wait') reply.header('retry-after', problem.seconds);
  return reply.code(status);
}
