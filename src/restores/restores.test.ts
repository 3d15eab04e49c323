import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { RestoreRequest } from './index.ts';
import { archivePath, type Campus, hasEnded, newCampus, oldCampus, openCampus, operator } from './test/campus.ts';

let campus: Campus;
let biology: number;
let history: number;

beforeAll(async () => {
  campus = await openCampus();
  biology = await campus.load('bio101-moodle45-users1');
  history = await campus.load('his110-moodle45-users1');
  await campus.work();
});
afterEach(() => {
  campus.gate.mischief = null;
});
afterAll(() => campus.close());

const facts = JSON.parse(readFileSync(archivePath('facts').replace('.mbz', '.json'), 'utf8'));
const bio = facts['bio101-moodle45-users1.mbz'];

async function send(courseid: number, more: { people?: boolean; key?: string; person?: string } = {}) {
  const { key, person = 'prof.martin', people } = more;
  const [request] = await campus.restores.send(operator, {
    target: newCampus,
    person,
    key,
    items: [{ source: oldCampus, courseid, people }],
  });
  return request!;
}

async function carry(...args: Parameters<typeof send>): Promise<RestoreRequest> {
  const { id } = await send(...args);
  return campus.until(id, hasEnded);
}

const codes = ({ report }: RestoreRequest): string[] => report.map(({ code }) => code);

test('a course goes through every step, arrives, and leaves nothing on the way', async () => {
  const request = await carry(biology);
  expect(request.error).toBeNull();
  expect(request.state).toBe('done');
  expect(request.steps.map(({ name, attempt }) => `${name} ${attempt}`)).toEqual([
    'queued 1',
    'backing-up 1',
    'fetching 1',
    'checking 1',
    'preparing 1',
    'delivering 1',
    'restoring 1',
    'enrolling 1',
    'comparing 1',
    'cleaning 1',
  ]);
  const { before, after } = request.counts;
  expect(before).toMatchObject({ sections: bio.sections.length, people: 0 });
  expect(Object.values(before!.activities).reduce((sum, count) => sum + count, 0)).toBe(bio.activities.length);
  // Chat and survey are not there any more: said, and nothing else is lost.
  expect(after!.activities).toEqual({ ...before!.activities, chat: undefined, survey: undefined });
  expect(request.report.filter(({ code }) => code === 'module-missing').length).toBeGreaterThanOrEqual(2);
  expect(request.report.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(request.newCourse).toMatchObject({ fullname: bio.fullname });
  expect(campus.spooled()).toEqual([]);
  const source = await campus.sites.client(oldCampus, 'source');
  const target = await campus.sites.client(newCampus, 'target');
  expect(await source.call('get_job', { key: `${request.id}.backing-up.1` })).toMatchObject({ state: 'discarded' });
  expect(await target.call('get_job', { key: `${request.id}.delivering.1` })).toMatchObject({ state: 'discarded' });
  // And the requester can go on working in it.
  const people = await target.call('find_people', { field: 'username', value: 'prof.martin' });
  const enrolled = await target.call('enrol_person', {
    courseid: request.newCourse!.id,
    userid: people.people[0]!.id,
    role: 'editingteacher',
  });
  expect(enrolled.before).toEqual({ enrolled: true, roles: ['editingteacher'] });
});

test('with people, they come too', async () => {
  const request = await carry(history, { people: true });
  expect(request.error).toBeNull();
  expect(request.state).toBe('done');
  expect(request.counts.before!.people).toBe(22);
  expect(request.counts.after!.people).toBe(22);
});

test('a name that is taken is given another one, and it is said', async () => {
  await carry(history);
  const second = await carry(history);
  expect(second.state).toBe('done');
  expect(second.newCourse!.shortname).not.toBe('HIS110-2023');
  expect(codes(second)).toContain('name-changed');
});

test('the same request sent twice at once is one', async () => {
  const [first, second] = await Promise.all([send(biology, { key: 'one wish' }), send(biology, { key: 'one wish' })]);
  expect(second.id).toBe(first.id);
  await campus.until(first.id, hasEnded);
  expect((await send(biology, { key: 'one wish' })).id).toBe(first.id);
  await expect(send(history, { key: 'one wish' })).rejects.toMatchObject({ code: 'conflict' });
});

test('who holds no role in the course is refused, by the server', async () => {
  await expect(send(history, { person: 'prof.okafor' })).rejects.toMatchObject({ code: 'not-allowed' });
  await expect(send(999_999)).rejects.toMatchObject({ code: 'not-allowed' });
  await expect(send(history, { person: 'nobody.at.all' })).rejects.toMatchObject({ code: 'not-found' });
});

test('requests are listed newest first, by state and person, in pages', async () => {
  const all = await campus.restores.list({ person: 'prof.martin' });
  expect(all.requests.length).toBeGreaterThan(2);
  const first = await campus.restores.list({ person: 'prof.martin', state: ['done'] }, { limit: 2 });
  const rest = await campus.restores.list({ person: 'prof.martin', state: ['done'] }, { after: first.next! });
  expect([...first.requests, ...rest.requests].map(({ id }) => id)).toEqual(
    all.requests.filter(({ state }) => state === 'done').map(({ id }) => id),
  );
  expect((await campus.restores.list({ state: ['cancelling'] })).requests).toEqual([]);
  await expect(campus.restores.list({}, { after: 'x' })).rejects.toMatchObject({ code: 'invalid-parameter' });
});
