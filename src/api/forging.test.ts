import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { localOperator } from '../accounts/index.ts';
import { openOddSite } from '../sites/test/odd-site.ts';
import { sourceAnswers, targetAnswers } from './test/campus.ts';
import { openTestApi, type TestApi } from './testing.ts';

/** A teacher who came in from `new` sends what no page would: whatever is forged, the server decides. */
const publicUrl = 'https://jouvence.example';
let api: TestApi;
let app: Awaited<ReturnType<TestApi['open']>>;
let source: Awaited<ReturnType<typeof openOddSite>>;
let target: Awaited<ReturnType<typeof openOddSite>>;
let cookie: string;
/** What prof.martin holds on the target: capabilities in category 1, and at the system. */
let held: Set<string>;

let colleagueMay = false;

const other = { id: 2, parentid: 0, name: 'Droit', idnumber: 'D', visible: true, path: ['Droit'] };
const colleague = { id: 8, username: 'prof.weber', auth: 'manual', suspended: false };

beforeAll(async () => {
  api = await openTestApi({ publicUrl, ownNames: ['jouvence.example'] });
  source = await openOddSite({ identifier: 'one', answers: { ...sourceAnswers } });
  target = await openOddSite({ identifier: 'two', profile: 'target', answers: { ...targetAnswers } });
  target.answers.list_categories = async () => ({
    categories: [...(await targetAnswers.list_categories!({})).categories, other],
  });
  const findPeople = targetAnswers.find_people!;
  for (const { answers } of [source, target])
    answers.find_people = async (asked) => {
      const { people } = await findPeople({ ...asked, value: 'prof.martin' });
      return { people: asked.value === 'prof.weber' ? [{ ...people[0]!, ...colleague }] : people };
    };
  target.answers.check_rights = ({ userid, checks }) => ({
    checks: checks.map(({ capability, instanceid }) => ({
      capability,
      exists: true,
      allowed: userid === 7 ? Number(instanceid) <= 1 && held.has(capability) : colleagueMay,
    })),
  });
  for (const [name, { url, token }, profile] of [
    ['old', source, 'source'],
    ['new', target, 'target'],
  ] as const)
    await api.sites.add(localOperator, { name, url, token, profile });
  await api.sites.pairs.add(localOperator, { source: 'old', target: 'new' });
  app = await api.open('public');
  const { id: siteId } = await api.sites.get('new');
  const ticket = { jti: 'the only ticket', until: new Date(Date.now() + 60_000) };
  const person = { kind: 'person', siteId, site: 'new', username: 'prof.martin' } as const;
  cookie = `__Host-jouvence-person=${await api.accounts.sessions.start({ person, language: 'fr', ticket })}`;
});
beforeEach(() => {
  held = new Set(['moodle/course:create']);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});

const post = (url: string, payload: object, headers: object = { cookie, origin: publicUrl }) =>
  app.inject({ method: 'POST', url, headers: { host: 'jouvence.example', ...headers }, payload });
const count = async () => (await api.store.query('select from restore_requests')).rowCount;

type Forged = [what: string, item: object, body: object, status: number, reason: string | null];
test.each<Forged>([
  ['a category where courses may not be created', { category: { kind: 'id', id: 2 } }, {}, 403, 'rights-lacking'],
  ['a category that is not there', { category: { kind: 'id', id: 99 } }, {}, 404, 'category-missing'],
  ['another site as the source', { source: 'new' }, {}, 404, 'pair-missing'],
  ['a source that is not there', { source: 'nowhere' }, {}, 404, 'pair-missing'],
  ['somebody else’s course', { courseid: 4242 }, {}, 403, 'course-not-yours'],
  ['participants’ data', { people: true }, {}, 403, 'people-choice'],
  ['the way of enrolling', { enrolments: 'always' }, {}, 403, 'enrolments-choice'],
  ['authors of files', { keepFileAuthors: true }, {}, 403, 'keepFileAuthors-choice'],
  ['the idnumber', { keepIdnumber: true }, {}, 403, 'keepIdnumber-choice'],
  ['another person', {}, { person: 'prof.weber' }, 403, 'others'],
  ['nobody', {}, { person: null }, 403, 'nobody'],
  ['another target', {}, { target: 'old' }, 403, null],
])('forged: %s', async (_, item, body, status, reason) => {
  const wish = { target: 'new', items: [{ source: 'old', courseid: 1, ...item }], ...body };
  const before = await count();
  const sent = await post('/api/v1/requests', wish);
  expect(sent.statusCode, sent.body).toBe(status);
  expect(sent.json().error.details?.reason ?? null).toBe(reason);
  expect(await count()).toBe(before);
  // Looked at first, it is told in the same words.
  const checked = await post('/api/v1/requests/check', wish);
  if (checked.statusCode === 200) expect(checked.json().items[0].problems[0].reason).toBe(reason);
  else expect(checked.json().error.details?.reason ?? null).toBe(reason);
});

test.each([
  ['an actor', { actor: 'local' }],
  ['a sender', { sender: { kind: 'operator' } }],
  ['an instance key', { instanceKey: null }],
])('%s is no part of a wish', async (_, more) => {
  const items = [{ source: 'old', courseid: 1 }];
  expect((await post('/api/v1/requests', { target: 'new', items, ...more })).statusCode).toBe(400);
  expect((await post('/api/v1/requests', { target: 'new', items: [{ ...items[0], ...more }] })).statusCode).toBe(400);
});

test('with the capability the choice is theirs, and the settings are still the operators’', async () => {
  held.add('local/jouvence:chooseuserdata');
  const items = [{ source: 'old', courseid: 2, people: true, enrolments: 'never' }];
  const sent = await post('/api/v1/requests', { items });
  expect(sent.json().requests[0]).toMatchObject({ people: true, enrolments: 'never', person: 'prof.martin' });
  const set = { host: 'jouvence.example', cookie, origin: publicUrl };
  const url = '/api/v1/settings/requests.peopleChoice';
  expect((await app.inject({ method: 'PUT', url, headers: set, payload: { value: 'everybody' } })).statusCode).toBe(
    403,
  );
});

const get = (url: string, accept = 'application/json') =>
  app.inject({ method: 'GET', url, headers: { host: 'jouvence.example', cookie, accept } });
/** Of whom the source was asked, by their number there. */
async function askedOf<T>(work: () => Promise<T>): Promise<{ answer: T; userids: unknown[] }> {
  const userids: unknown[] = [];
  const usual = source.answers.list_courses!;
  source.answers.list_courses = async (asked) => {
    userids.push(asked.userid);
    const { courses } = await usual(asked);
    return { courses: courses.filter(({ id }) => (asked.userid === 8 ? id === 4 : id !== 4)) };
  };
  try {
    return { answer: await work(), userids };
  } finally {
    source.answers.list_courses = usual;
  }
}

test('somebody else’s courses are nobody’s to see who may not ask for them: neither list, nor inside, nor the name', async () => {
  for (const path of [
    '/api/v1/courses?person=prof.weber',
    '/api/v1/courses?person=PROF.weber&target=new&refresh=true',
    // Whether there is such a person is not told either.
    '/api/v1/courses?person=nobody.at.all',
    '/api/v1/courses/old/4?person=prof.weber',
    '/api/v1/people/for-others?person=prof.weber',
    '/api/v1/people/for-others?person=nobody.at.all',
  ]) {
    const { answer, userids } = await askedOf(() => get(path));
    expect(answer.statusCode, `${path} ${answer.body}`).toBe(403);
    expect(answer.json().error.details).toMatchObject({ reason: 'others', values: { sender: 'prof.martin' } });
    expect(userids, path).toEqual([]);
    expect(answer.body).not.toMatch(/weber@|Prof Weber/);
  }
  const { answer: stream, userids } = await askedOf(() =>
    get('/api/v1/courses?person=prof.weber', 'text/event-stream'),
  );
  expect(stream.body).toContain('event: end\ndata: {"code":"not-allowed"');
  expect(stream.body).not.toContain('event: source');
  expect(userids).toEqual([]);
  expect((await get('/api/v1/people/for-others')).json()).toEqual({ may: false, person: null });
  // Another site is not one’s own, whatever one holds on it.
  held.add('local/jouvence:requestforothers');
  for (const path of ['courses?person=prof.weber&target=old', 'people/for-others?person=prof.weber&target=old'])
    expect((await get(`/api/v1/${path}`)).statusCode, path).toBe(403);
});

test('who may ask for others sees their courses as they would, and what is said of one is said of that person', async () => {
  held.add('local/jouvence:requestforothers');
  expect((await get('/api/v1/people/for-others')).json()).toEqual({ may: true, person: null });
  const who = await get('/api/v1/people/for-others?person=PROF.Weber');
  expect(who.json()).toEqual({ may: true, person: { username: 'prof.weber', fullname: 'Prof Martin' } });
  const list = await askedOf(() => get('/api/v1/courses?person=PROF.Weber&refresh=true'));
  expect(list.userids).toEqual([8]);
  const idsOf = (answer: typeof list.answer) =>
    answer.json().sources[0].courses.map(({ id }: { id: number }) => id) as number[];
  expect(idsOf(list.answer)).toEqual([4]);
  const own = await askedOf(() => get('/api/v1/courses?person=Prof.Martin&refresh=true'));
  expect(own.userids).toEqual([7]);
  expect(idsOf(own.answer)).not.toContain(4);
  const inside = await askedOf(() => get('/api/v1/courses/old/4?person=prof.weber'));
  expect(inside.answer.json()).toMatchObject({ outline: { id: 4 } });
  // One’s own course is not hers.
  const hers = await askedOf(() => get('/api/v1/courses/old/1?person=prof.weber'));
  expect(hers.answer.json().error).toMatchObject({ code: 'not-allowed', details: { reason: 'course-not-yours' } });
  const checked = await askedOf(() =>
    post('/api/v1/requests/check', { person: 'prof.weber', items: [{ source: 'old', courseid: 1 }] }),
  );
  expect(checked.answer.json().items[0].problems[0].reason).toBe('course-not-yours');
  // Taken away, it counts at once.
  held.delete('local/jouvence:requestforothers');
  expect((await get('/api/v1/courses?person=prof.weber')).statusCode).toBe(403);
});

test('for another person, with the right for it: whoever asked may follow it and cancel it', async () => {
  held.add('local/jouvence:requestforothers');
  // That person's own rights decide.
  const wish = { person: 'prof.weber', items: [{ source: 'old', courseid: 4 }] };
  const refused = await post('/api/v1/requests', wish);
  expect(refused.json().error).toMatchObject({ code: 'not-allowed', details: { reason: 'rights-lacking' } });
  colleagueMay = true;
  const sent = await post('/api/v1/requests', wish);
  expect(sent.statusCode, sent.body).toBe(200);
  const [{ id, person, actor }] = sent.json().requests;
  expect({ person, actor }).toEqual({ person: 'prof.weber', actor: 'prof.martin (new)' });
  const headers = { host: 'jouvence.example', cookie, origin: publicUrl };
  expect((await app.inject({ method: 'GET', url: `/api/v1/requests/${id}`, headers })).statusCode).toBe(200);
  expect((await post(`/api/v1/requests/${id}/cancel`, {})).statusCode).toBe(200);
});

test('another’s request is not there, whatever is done to it', async () => {
  const authorization = `Bearer ${await api.token('operator')}`;
  const wish = { target: 'new', person: null, items: [{ source: 'old', courseid: 3 }] };
  const [theirs] = (await post('/api/v1/requests', wish, { authorization })).json().requests;
  expect(theirs).toMatchObject({ person: null, actor: 'operator' });
  const headers = { host: 'jouvence.example', cookie, origin: publicUrl };
  for (const [method, path, status] of [
    ['GET', '', 404],
    ['GET', '/report', 404],
    ['POST', '/cancel', 404],
    ['POST', '/retry', 404],
    ['DELETE', '', 403],
  ] as const) {
    const url = `/api/v1/requests/${theirs.id}${path}`;
    const { statusCode, body } = await app.inject({ method, url, headers, ...(method === 'POST' && { payload: {} }) });
    expect(statusCode, `${method} ${path} ${body}`).toBe(status);
  }
  // A colleague of that very course may know of it, and is told that it is not there yet.
  const enrol = await post(`/api/v1/requests/${theirs.id}/enrol`, {});
  expect(enrol.json().error).toMatchObject({ code: 'conflict', details: { reason: 'course-not-there' } });
  expect((await post(`/api/v1/requests/${theirs.id}/enrol`, { person: 'prof.weber' })).statusCode).toBe(403);
  const list = await app.inject({ method: 'GET', url: '/api/v1/courses?refresh=true', headers });
  const carried = list.json().sources[0].courses.find(({ id }: { id: number }) => id === 3).carried;
  expect(carried).toMatchObject({ request: theirs.id, by: null, arrived: false, mayEnrol: false });
});
