import { afterAll, beforeAll, expect, test } from 'vitest';
import { localOperator } from '../accounts/index.ts';
import { audit } from '../audit/index.ts';
import { openWorld } from './test/world.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** Everything by which the same person is called; of `new` and, another one, of `canary-far`. */
const names = ['prof.martin', 'martin@example.org', 'Prof Martin'];

/** Tables in which one of the names stands anywhere, with one of the rows. */
async function findNames(): Promise<Record<string, string>> {
  const { store } = world.api;
  const { rows } = await store.query<{ name: string }>(
    "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
  );
  const found: Record<string, string> = {};
  for (const { name } of rows) {
    const { rows: hits } = await store.query<{ row: string }>(
      `select t::text as row from "${name}" t where exists (select from unnest($1::text[]) n where position(lower(n) in replace(lower(t::text), 'prof.martinez', '')) > 0) limit 1`,
      [names],
    );
    if (hits[0]) found[name] = hits[0].row;
  }
  return found;
}

/** All that a person leaves behind: requests for themselves, messages about them, notices, sessions, audit. */
async function leaveTraces(): Promise<void> {
  const { api, target } = world;
  const person = { kind: 'person' as const, siteId: target.id, site: 'new', username: 'prof.martin' };
  const [own] = await api.restores.send(person, {
    target: 'new',
    person: 'prof.martin',
    items: [{ source: 'old', courseid: 2 }],
  });
  await world.enter(target, 'prof.martin');
  const { id, line } = await world.endedRequest();
  const { store } = api;
  await store.query(
    'insert into restore_dealt (request_id, line, dealt_by, dealt_at) values ($1, $2, $3, now()) on conflict do nothing',
    [id, line, 'prof.martin (new)'],
  );
  // Of somebody else, whom it could not match.
  const [other] = await api.restores.send(localOperator, {
    target: 'canary-far',
    person: 'prof.martin',
    items: [{ source: 'canary-old', courseid: 3 }],
  });
  await store.query("update restore_requests set person = 'other', actor = 'x', report = $2 where id = $1", [
    other!.id,
    {
      preparing: [
        {
          code: 'x',
          severity: 'warning',
          what: 'Prof Martin <MARTIN@example.org>',
          why: 'also prof.martin, prof.martinez',
          todo: '',
        },
      ],
    },
  ]);
  await store.query("update restore_list set person = 'other', actor = 'x' where request_id = $1", [other!.id]);
  await store.query("update jobs set error = $2, outcome = 'failed' where subject = $1", [
    own!.id,
    {
      code: 'people-unmatched',
      message: 'Prof Martin (prof.martin, martin@example.org) is two accounts',
      retry: false,
      step: 'preparing',
    },
  ]);
  await api.notices.remember(store, {
    siteId: target.id,
    username: 'prof.martin',
    email: 'martin@example.org',
    language: 'fr',
  });
  await api.notices.setPreferences(person, [{ kind: 'done', way: 'mail', wanted: false }]);
  // As it was written down once.
  await audit.write(store, {
    actor: person,
    action: 'notices.setPreferences',
    object: 'preferences of prof.martin (new)',
    site: 'new',
  });
}

test('one person: given out whole; erased nowhere but there; a second time there is nothing, and the audit still holds', async () => {
  await leaveTraces();
  const { api } = world;
  const app = await api.open('local');
  const exported = async () => {
    const answer = await app.inject('/api/v1/people/new/prof.martin');
    expect(answer.statusCode).toBe(200);
    return answer.json() as {
      requests: { id: string; job: object }[];
      sessions: object[];
      audit: object[];
      notices: { contact: object[] };
    };
  };
  const before = await exported();
  expect(before.requests.length).toBe(3);
  for (const { job } of before.requests) expect(job).toMatchObject({ kind: 'restore', steps: [] });
  expect(before.sessions).toHaveLength(1);
  expect(before.audit.length).toBeGreaterThan(2);
  expect(before.notices.contact).toEqual([expect.objectContaining({ email: 'martin@example.org' })]);
  // No secret, no key of ours goes with it.
  expect(JSON.stringify(before)).not.toMatch(/token-of|sha256|instance_key/);

  const erase = (site: string, body: object = {}) =>
    app.inject({ method: 'POST', url: `/api/v1/people/${site}/prof.martin/erase`, payload: body });
  // Something is under way: refused, or cancelled first.
  const refused = await erase('new');
  expect(refused.statusCode).toBe(409);
  expect(refused.json().error.details.requests).toEqual([world.request]);
  expect((await erase('new', { cancel: true })).json()).toMatchObject({
    state: 'cancelling',
    requests: [world.request],
  });
  {
    await using _ = await api.work();
    await expect.poll(async () => (await api.restores.get(world.request)).state, { timeout: 20_000 }).toBe('cancelled');
  }
  const { rows: kept } = await api.store.query("select count(*) as count from restore_requests where target = 'new'");
  expect((await erase('new')).json()).toMatchObject({ state: 'erased', requests: [] });

  const after = await exported();
  expect([after.requests, after.sessions, after.audit]).toEqual([[], [], []]);
  expect(Object.values(after.notices).flat()).toEqual([]);
  // Counts stay, and whoever has that name elsewhere.
  expect((await api.store.query("select count(*) as count from restore_requests where target = 'new'")).rows).toEqual(
    kept,
  );
  expect((await api.restores.get(world.far.request)).person).toBe('prof.martin');
  expect(await audit.verify(api.store)).toMatchObject({ ok: true, findings: [] });

  await erase('canary-far', { cancel: true });
  {
    await using _ = await api.work();
    await expect
      .poll(async () => (await api.restores.get(world.far.request)).state, { timeout: 20_000 })
      .toBe('cancelled');
  }
  expect((await erase('canary-far')).json()).toMatchObject({ state: 'erased' });
  // Not one of the names is left in the whole database; who is only called alike is.
  expect(await findNames()).toEqual({});
  const { rows: alike } = await api.store.query(
    "select from restore_requests where report::text like '%prof.martinez%'",
  );
  expect(alike).toHaveLength(1);
  expect(await audit.verify(api.store)).toMatchObject({ ok: true, findings: [] });
});

test('whoever is called as a word or a code is: no report is harmed by it, and nobody of another site', async () => {
  const { api } = world;
  const app = await api.open('local');
  const items = [{ source: 'old', courseid: 4 }];
  const [here] = await api.restores.send(localOperator, { target: 'new', person: null, items });
  const [far] = await api.restores.send(localOperator, {
    target: 'canary-far',
    person: null,
    items: [{ source: 'canary-old', courseid: 4 }],
  });
  const line = {
    code: 'info',
    severity: 'info',
    what: 'info (Ann "Info" O\'Hara, ann@example.org), course (o@example.org)',
    why: 'They are not both in the course; ann@example.org is known.',
    todo: 'Nothing.',
    values: { module: 'info', name: 'Ann "Info" O\'Hara' },
  };
  const report = { preparing: [line] };
  const message = 'the account info is two: info (x), of course 5';
  const values = { site: 'new', kind: 'info', quoted: 'the account info is not there', person: 'Ann "Info" O\'Hara' };
  const said = [{ reason: 'info', values }];
  const error = { code: 'people-unmatched', message, retry: false, step: 'preparing', said };
  await api.store.query('update restore_requests set report = $2 where id = any($1)', [[here!.id, far!.id], report]);
  await api.store.query("update jobs set error = $2, outcome = 'refused' where subject = any($1)", [
    [here!.id, far!.id],
    error,
  ]);
  const before = await api.restores.get(far!.id);
  const payload = { alsoCalled: ['ann@example.org', 'Ann "Info" O\'Hara'] };
  const answer = await app.inject({ method: 'POST', url: '/api/v1/people/new/info/erase', payload });
  expect(answer.json()).toMatchObject({ state: 'erased' });
  await app.inject({ method: 'POST', url: '/api/v1/people/new/course/erase', payload: {} });
  expect(await api.restores.get(far!.id)).toEqual(before);
  const shown = await app.inject(`/api/v1/requests/${here!.id}`);
  expect(shown.statusCode).toBe(200);
  expect(shown.json()).toMatchObject({
    report: [
      {
        code: 'info',
        severity: 'info',
        what: '(erased) ((erased), (erased)), (erased) (o@example.org)',
        why: 'They are not both in the course; (erased) is known.',
        todo: 'Nothing.',
        values: { module: 'info', name: '(erased)' },
      },
    ],
    error: {
      code: 'people-unmatched',
      message: 'the account (erased) is two: (erased) (x), of course 5',
      // In other languages too; codes stay codes.
      said: [
        {
          reason: 'info',
          values: { site: 'new', kind: 'info', quoted: 'the account (erased) is not there', person: '(erased)' },
        },
      ],
    },
  });
});

test('a site that was never heard of, and a person of whom nothing is held', async () => {
  const app = await world.api.open('local');
  expect((await app.inject('/api/v1/people/nowhere/x')).statusCode).toBe(404);
  const nobody = (await app.inject('/api/v1/people/new/nobody.at.all')).json();
  expect(nobody).toMatchObject({
    person: { site: 'new', username: 'nobody.at.all' },
    requests: [],
    sessions: [],
    audit: [],
  });
});
