import { createTranslator, failureText, lineByTitles } from '@jouvence/i18n';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localOperator } from '../accounts/index.ts';
import { openOddSite } from '../sites/test/odd-site.ts';
import { sourceAnswers, targetAnswers } from './test/campus.ts';
import { openTestApi, type TestApi } from './testing.ts';

/** Teachers know platforms by what they call themselves; operators, and programs, by the names that operators gave. */
const publicUrl = 'https://jouvence.example';
let api: TestApi;
let app: Awaited<ReturnType<TestApi['open']>>;
const opened: AsyncDisposable[] = [];
let teacher: object;
let operator: object;

beforeAll(async () => {
  api = await openTestApi({ publicUrl, ownNames: ['jouvence.example'] });
  for (const [name, title, profile, answers] of [
    ['campus-old', 'Ancien campus', 'source', sourceAnswers],
    ['campus-new', 'Campus neuf', 'target', targetAnswers],
    ['campus-secret', 'Chancellerie', 'source', sourceAnswers],
  ] as const) {
    const odd = await openOddSite({ identifier: name, profile, token: `token-of-${name}`, answers });
    opened.push(odd);
    odd.change = { get_site: { name: title } };
    await api.sites.add(localOperator, { name, url: odd.url, token: odd.token, profile });
  }
  await api.sites.pairs.add(localOperator, { source: 'campus-old', target: 'campus-new' });
  app = await api.open('public');
  const { id: siteId } = await api.sites.get('campus-new');
  const ticket = { jti: 'the ticket of titles', until: new Date(Date.now() + 60_000) };
  const person = { kind: 'person', siteId, site: 'campus-new', username: 'prof.martin' } as const;
  const key = await api.accounts.sessions.start({ person, language: 'fr', ticket });
  teacher = { cookie: `__Host-jouvence-person=${key}`, origin: publicUrl };
  operator = { authorization: `Bearer ${await api.token('operator')}` };
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  for (const each of opened) await each[Symbol.asyncDispose]();
});

const call = async (headers: object, url: string, payload?: object) => {
  const method = payload ? 'POST' : 'GET';
  const answer = await app.inject({ method, url, headers: { host: 'jouvence.example', ...headers }, payload });
  return answer.json();
};
const martin = { target: 'campus-new', person: 'prof.martin' };
const looking = '/api/v1/courses/campus-old/1?target=campus-new&person=prof.martin';

test('a verdict names the platform as the teacher knows it, in English too; operators read names', async () => {
  const [told] = (await call(teacher, looking)).verdict.reasons;
  expect(told).toMatchObject({ code: 'module-missing', values: { module: 'geogebra', target: 'Campus neuf' } });
  expect(told.why).toContain('Campus neuf');
  expect(JSON.stringify(told)).not.toContain('campus-new');
  const [known] = (await call(operator, looking)).verdict.reasons;
  expect(known.values.target).toBe('campus-new');
  expect(known.why).toContain('on campus-new');
});

test('so does a refusal, before and after it is sent, and of other sites not even a title is told', async () => {
  const wish = (source: string) => ({ ...martin, items: [{ source, courseid: 2, category: { kind: 'id', id: 99 } }] });
  const problemOf = async (headers: object, source: string) =>
    (await call(headers, '/api/v1/requests/check', wish(source))).items[0].problems[0];
  expect(await problemOf(teacher, 'campus-old')).toMatchObject({
    reason: 'category-missing',
    values: { target: 'Campus neuf' },
  });
  expect((await problemOf(operator, 'campus-old')).values.target).toBe('campus-new');
  const { error } = await call(teacher, '/api/v1/requests', wish('campus-old'));
  expect(error).toMatchObject({ code: 'not-found', details: { reason: 'category-missing' } });
  expect(error.details.values.target).toBe('Campus neuf');
  expect((await call(operator, '/api/v1/requests', wish('campus-old'))).error.details.values.target).toBe('campus-new');
  const foreign = await call(teacher, '/api/v1/requests', wish('campus-secret'));
  expect(foreign.error.details).toMatchObject({ reason: 'pair-missing', values: { source: 'campus-secret' } });
  expect(JSON.stringify(foreign)).not.toContain('Chancellerie');
});

test('and what is said sentence by sentence, for whoever reads no English', async () => {
  const { said: theirs } = (
    await call(teacher, '/api/v1/requests', {
      items: [{ source: 'campus-old', courseid: 2, category: { kind: 'id', id: 99 } }],
    })
  ).error;
  expect(theirs).toEqual([{ reason: 'category-missing', values: expect.objectContaining({ target: 'Campus neuf' }) }]);
  const { closed } = await goneSite();
  const gone = (await call(operator, `/api/v1/courses/${closed}/1?target=campus-new&person=prof.martin`)).error;
  expect(gone.said).toEqual([{ reason: 'nothing-listens', values: { site: closed, host: expect.any(String) } }]);
  expect(failureText(createTranslator('fr'), gone)).toMatch(/^campus-gone\u00a0: rien n’écoute/);
});

/** Added, and gone since. */
async function goneSite(): Promise<{ closed: string }> {
  const closed = 'campus-gone';
  const odd = await openOddSite({ identifier: closed, profile: 'source', token: 'token', answers: sourceAnswers });
  await api.sites.add(localOperator, { name: closed, url: odd.url, token: odd.token, profile: 'source' });
  await api.sites.pairs.add(localOperator, { source: closed, target: 'campus-new' });
  await odd[Symbol.asyncDispose]();
  return { closed };
}

test('and a report, whatever was written into it by name', async () => {
  const items = [{ source: 'campus-old', courseid: 3 }];
  const { requests } = await call(teacher, '/api/v1/requests', { items });
  const line = {
    code: 'people-must-be-known',
    severity: 'warning',
    what: 'campus-new',
    why: 'Courses from campus-old make no accounts on campus-new.',
    todo: 'Ask.',
    values: { source: 'campus-old', target: 'campus-new' },
  };
  const { id } = requests[0];
  await api.store.query('update restore_requests set report = $2 where id = $1', [id, { checking: [line] }]);
  for (const path of ['', '/report']) {
    const [told] = (await call(teacher, `/api/v1/requests/${id}${path}`)).report;
    expect(told).toMatchObject({ what: 'Campus neuf', todo: 'Ask.', key: expect.any(String) });
    expect(told.why).toMatch(/^courses from Ancien campus make no accounts on Campus neuf/);
    expect((await call(operator, `/api/v1/requests/${id}${path}`)).report[0]).toMatchObject(line);
  }
});

test('a name that is a word of the language spoils no sentence', () => {
  const titles = new Map([['new', 'Campus neuf']]);
  const told = (line: { code: string; what: string; why: string; todo: string; values?: Record<string, string> }) =>
    lineByTitles(line, titles, createTranslator('en'));
  // Nobody knows this code: what was said is kept.
  const said = { code: 'said-by-a-site', what: 'new', why: 'The new course is there.', todo: 'Rename the newest.' };
  expect(told(said)).toEqual(said);
  const known = told({
    code: 'nothing-left',
    what: 'all activities',
    why: 'Nothing can be restored on new.',
    todo: '',
  });
  expect(known.why).toBe('none of the activities can be restored on the target');
});
