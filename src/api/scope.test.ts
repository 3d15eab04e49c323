import { type Operation, callers as ranks, routes } from '@jouvence/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ScopeCase, type Sent, scopeCases, type World } from './test/scope-cases.ts';
import { names, openWorld, publicUrl } from './test/world.ts';
import type { TestApi } from './testing.ts';

/** Every route of the contract, as everybody; whose is what, is in `test/scope-cases.ts`. */
let world: World;
let app: Awaited<ReturnType<TestApi['open']>>;
let headers: Record<CallerName, Record<string, string>>;

interface Known {
  rank: (typeof ranks)[number];
  /** `all`: of no site in particular. */
  place: 'nowhere' | 'all' | 'here' | 'far';
}

const everybody = {
  nobody: { rank: 'anyone', place: 'nowhere' },
  'a token that has expired': { rank: 'anyone', place: 'nowhere' },
  'a token that was revoked': { rank: 'anyone', place: 'nowhere' },
  'an operator who was signed out': { rank: 'anyone', place: 'nowhere' },
  'a session that has ended': { rank: 'anyone', place: 'nowhere' },
  'the person': { rank: 'person', place: 'here' },
  'another person of that site': { rank: 'person', place: 'here' },
  'a person of that name elsewhere': { rank: 'person', place: 'far' },
  'an auditor': { rank: 'auditor', place: 'all' },
  'an auditor of these sites': { rank: 'auditor', place: 'here' },
  'an auditor of others': { rank: 'auditor', place: 'far' },
  'a school operator': { rank: 'school', place: 'here' },
  'a school operator of others': { rank: 'school', place: 'far' },
  'a school operator in a browser': { rank: 'school', place: 'here' },
  'a school operator of others in a browser': { rank: 'school', place: 'far' },
  'an auditor in a browser': { rank: 'auditor', place: 'all' },
  'an operator in a browser': { rank: 'operator', place: 'all' },
  'an operator': { rank: 'operator', place: 'all' },
} as const satisfies Record<string, Known>;
type CallerName = keyof typeof everybody;
const callerNames = Object.keys(everybody) as CallerName[];

beforeAll(async () => {
  world = await openWorld();
  const { api, siteIds, far } = world;
  app = await api.open('public');
  const bearer = async (...given: Parameters<TestApi['token']>) => ({
    authorization: `Bearer ${await api.token(...given)}`,
  });
  const person = async (...given: Parameters<World['enter']>) => ({
    cookie: await world.enter(...given),
    origin: publicUrl,
  });
  const browser = async (...given: Parameters<World['signIn']>) => ({
    cookie: await world.signIn(...given),
    origin: publicUrl,
  });
  headers = {
    nobody: {},
    'a token that has expired': await bearer('expired'),
    'a token that was revoked': await bearer('revoked'),
    'a session that has ended': await person(world.target, 'prof.martin'),
    'the person': await person(world.target, 'prof.martin'),
    'another person of that site': await person(world.target, 'somebody.else'),
    'a person of that name elsewhere': await person(far.target, 'prof.martin'),
    'an auditor': await bearer('auditor', { role: 'auditor' }),
    'an auditor of these sites': await bearer('auditor here', { role: 'auditor', siteIds }),
    'an auditor of others': await bearer('auditor far', { role: 'auditor', siteIds: far.siteIds }),
    'a school operator': await bearer('school here', { role: 'school', siteIds }),
    'a school operator of others': await bearer('school far', { role: 'school', siteIds: far.siteIds }),
    'an operator who was signed out': await browser('operator', null, { ended: true }),
    'a school operator in a browser': await browser('school', siteIds),
    'a school operator of others in a browser': await browser('school', far.siteIds),
    'an auditor in a browser': await browser('auditor', null),
    'an operator in a browser': await browser('operator', null),
    'an operator': await bearer('operator'),
  };
  await api.store.query(`update api_tokens set expires_at = now() - interval '1 second' where name = 'expired'`);
  await api.accounts.tokens.revoke({ kind: 'system' }, 'revoked');
  await api.accounts.sessions.end(headers['a session that has ended'].cookie!.split('=')[1]!);
});
afterAll(() => world[Symbol.asyncDispose]());

function call(operation: Operation, { params = {}, query = {}, body }: Sent, caller: CallerName) {
  const { method, path } = routes[operation];
  const url = path.replace(/:(\w+)/g, (_, name: string) => {
    if (params[name] === undefined) throw new Error(`${operation}: its case in scope-cases.ts gives no ${name}`);
    return encodeURIComponent(params[name]);
  });
  const given = Object.fromEntries(Object.entries(query).map(([key, value]) => [key, String(value)]));
  const search = new URLSearchParams(given).toString();
  return app.inject({
    method,
    url: search ? `${url}?${search}` : url,
    headers: { host: 'jouvence.example', ...headers[caller] },
    ...(body && { payload: body }),
  });
}

/** Undefined: is answered. */
function refusal(operation: Operation, { scope, refused = {} }: ScopeCase, caller: CallerName): number | undefined {
  const { who, method, own } = routes[operation] as (typeof routes)[Operation] & { own?: boolean };
  const { rank, place } = everybody[caller] as Known;
  if (who === 'anyone') return undefined;
  if (rank === 'anyone') return 401;
  if (ranks.indexOf(rank) < ranks.indexOf(who) || scope === 'machine') return 403;
  if (rank === 'auditor' && method !== 'GET' && !own) return 403;
  const otherwise = rank === 'person' ? refused.people : refused.operators;
  const isOther = rank === 'person' && caller !== 'the person';
  if (scope === 'site' && place === 'far') return otherwise ?? 404;
  if (scope === 'person' && (place === 'far' || isOther)) return otherwise ?? 404;
  if (scope === 'all' && place !== 'all') return otherwise ?? 403;
  return undefined;
}

/** What must not stand in the answer to a caller: names of the others' sites, and the requests of others. */
function hidden(caller: CallerName): string[] {
  const { rank, place } = everybody[caller] as Known;
  if (place === 'here')
    return [...names.far, world.far.request, ...(caller === 'another person of that site' ? [world.request] : [])];
  return place === 'far' && rank !== 'anyone' ? [...names.here, world.request] : [];
}

const walked = (Object.keys(routes) as Operation[]).flatMap((operation) =>
  [scopeCases[operation] ?? []].flat().map((each, index) => ({ operation, each, number: index + 1 })),
);

test('every operation says whose it is', () => {
  const forgotten = Object.keys(routes).filter((operation) => !(operation in scopeCases));
  expect(forgotten, 'add a line for each to src/api/test/scope-cases.ts: its head says how').toEqual([]);
  const open = (Object.keys(routes) as Operation[]).filter((operation) => routes[operation].who === 'anyone');
  for (const operation of open)
    expect(['anyone', 'public', 'elsewhere'], operation).toContain([scopeCases[operation]].flat()[0]!.scope);
});

test('what is for the machine itself is answered through its socket', async () => {
  const local = await world.api.open('local');
  const payload = { name: 'here', codeBase: '/nowhere/at/all' };
  const answer = await local.inject({ method: 'POST', url: '/api/v1/code-bases', payload });
  expect(answer.statusCode, answer.body).toBe(400);
  expect(answer.json().error).toMatchObject({ code: 'invalid-parameter' });
  expect(answer.body).toContain('/nowhere/at/all holds no Moodle');
});

test.each(walked)('$operation ($number): $each.scope', async ({ operation, each }) => {
  for (const caller of callerNames) {
    if (each.scope === 'elsewhere' && refusal(operation, each, caller) === undefined) continue;
    const sent = (await each.send?.(world)) ?? {};
    const { statusCode, body } = await call(operation, sent, caller);
    const what = `${operation} by ${caller}: ${body.slice(0, 300)}`;
    // What is refused for its form was never asked for its right; nor what fails.
    expect(statusCode, what).not.toBe(400);
    expect(what).not.toContain('"code":"internal"');
    const expected = refusal(operation, each, caller);
    if (expected !== undefined) expect(statusCode, what).toBe(expected);
    else expect([401, 403, 404], what).not.toContain(statusCode);
    if (statusCode !== 200 || each.scope === 'public') continue;
    for (const word of hidden(caller)) expect(body, `${what} (${word})`).not.toContain(word);
  }
});
