import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Actor } from '../accounts/index.ts';
import { pruneRequests, type RequestItem, type RestoreRequest } from './index.ts';
import { type Campus, hasEnded, newCampus, oldCampus, openCampus, operator } from './test/campus.ts';

/*
 * Two teachers hold every course of a category on the old campus; what they may have carried to the new one, and how.
 * No worker runs until a test starts one: in between, things are taken away.
 */
// Several courses go all the way in some of these, one after another.
vi.setConfig({ testTimeout: 120_000 });

let campus: Campus;
let weber: Actor;
let okafor: Actor;
const category = { level: 'category', instance: 'BIO' } as const;

beforeEach(async () => {
  campus = await openCampus({ oneInstance: true });
  const { id: siteId } = await campus.sites.get(newCampus);
  const person = (username: string): Actor => ({ kind: 'person', siteId, site: newCampus, username });
  [weber, okafor] = [person('prof.weber'), person('prof.okafor')];
  const roles = ['prof.weber', 'prof.okafor'].map((username) => ({ username, role: 'editingteacher', ...category }));
  await campus.door.call('assignRoles', { site: oldCampus }, roles);
});
afterEach(() => campus.close());

const load = (people = false) => campus.load(people ? 'mat202-moodle45-users1' : 'mat202-moodle41-users0');
const send = async (actor: Actor, courseid: number, more: Partial<RequestItem> = {}, person?: string | null) => {
  const items = [{ source: oldCampus, courseid, ...more }];
  const [request] = await campus.restores.send(actor, { target: newCampus, person, items });
  return request!;
};
const check = async (actor: Actor, courseid: number, more: Partial<RequestItem> = {}) => {
  const items = [{ source: oldCampus, courseid, ...more }];
  return (await campus.restores.check(actor, { target: newCampus, items })).items[0]!;
};
const set = (key: string, value: unknown) => campus.settings.set(operator, key, value);
const give = (role: string, username: string) =>
  campus.door.call('assignRoles', { site: newCampus }, [{ username, role, level: 'system' }]);
const take = (role: string, username: string) =>
  campus.door.call('unassignRoles', { site: newCampus }, [{ username, role, level: 'system' }]);
const defineRole = (shortname: string, capability: string) =>
  campus.door.call('defineRoles', { site: newCampus }, [{ shortname, capabilities: [capability] }]);
const codes = ({ report }: RestoreRequest) => report.map(({ code }) => code);

async function carry(id: string): Promise<RestoreRequest> {
  const worker = await campus.work();
  const request = await campus.until(id, hasEnded);
  await worker.stop();
  return request;
}

async function expectNothingLeft(): Promise<void> {
  await expect.poll(() => campus.spooled(), { timeout: 10_000 }).toEqual([]);
  expect(await campus.tasksLeft(oldCampus)).toEqual([]);
  expect(await campus.tasksLeft(newCampus)).toEqual([]);
}

test('rights withdrawn between sending and running end it with the reason, and nothing is left', async () => {
  await set('requests.oneInstance', false);
  await set('rights.more', ['local/jouvence:use']);
  const courseid = await load();
  await expect(send(weber, courseid).then(({ state }) => state)).resolves.toBe('queued');
  const sent = await send(weber, courseid);
  await take('coursecreator', 'prof.weber');
  const failed = await carry(sent.id);
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'not-allowed', step: 'queued', retry: false } });
  expect(failed.error!.message).toMatch(/Biology: prof\.weber may not create courses there \(moodle\/course:create/);
  expect(campus.gate.calls.map(({ name }) => name)).not.toContain('start_backup');

  await give('coursecreator', 'prof.weber');
  const again = await send(weber, courseid);
  // While the archive is on its way.
  campus.gate.mischief = (call) =>
    call.name === 'grant_download' ? take('coursecreator', 'prof.weber').then(() => call.pass()) : undefined;
  const late = await carry(again.id);
  expect(late).toMatchObject({ state: 'failed', error: { code: 'not-allowed', step: 'delivering' }, newCourse: null });
  expect(await campus.coursesOf(newCampus)).toEqual([]);
  await expectNothingLeft();
});

test('a person retries their own: the rules are decided at once, and so is how many may be open', async () => {
  const { id } = await send(weber, await load());
  await campus.restores.cancel(weber, id);
  await campus.until(id, hasEnded);
  await take('coursecreator', 'prof.weber');
  await expect(campus.restores.retry(weber, id)).rejects.toMatchObject({
    code: 'not-allowed',
    details: { reason: 'rights-lacking' },
  });
  expect((await campus.restores.get(id)).state).toBe('cancelled');
  await give('coursecreator', 'prof.weber');
  await set('requests.openPerPerson', 1);
  const other = await send(weber, await load(true));
  await expect(campus.restores.retry(weber, id)).rejects.toMatchObject({
    code: 'conflict',
    details: { reason: 'too-many-open' },
  });
  await campus.restores.cancel(weber, other.id);
  await campus.until(other.id, hasEnded);
  await campus.restores.retry(weber, id);
  expect(await carry(id)).toMatchObject({ state: 'done' });
  await expect(campus.restores.retry(weber, id)).rejects.toMatchObject({ code: 'conflict' });
});

test('a role on the source withdrawn in between ends it too', async () => {
  const { id } = await send(weber, await load());
  await campus.door.call('unassignRoles', { site: oldCampus }, [
    { username: 'prof.weber', role: 'editingteacher', ...category },
  ]);
  const request = await carry(id);
  expect(request).toMatchObject({ state: 'failed', error: { code: 'not-allowed', step: 'queued' } });
  expect(request.error!.message).toContain('holds none of the roles editingteacher');
});

test('who may choose participants’ data: a capability, asked again when it is carried', async () => {
  const courseid = await load(true);
  await expect(send(weber, courseid, { people: true })).rejects.toMatchObject({
    code: 'not-allowed',
    details: { reason: 'people-choice' },
  });
  expect(await check(weber, courseid)).toMatchObject({ mayChoose: { people: false }, options: { people: false } });
  await defineRole('chooser', 'local/jouvence:chooseuserdata');
  await give('chooser', 'prof.weber');
  expect((await check(weber, courseid)).mayChoose).toEqual({
    people: true,
    enrolments: true,
    keepIdnumber: false,
    keepFileAuthors: false,
  });
  const { id } = await send(weber, courseid, { people: true });
  await take('chooser', 'prof.weber');
  const refused = await carry(id);
  expect(refused).toMatchObject({ state: 'failed', error: { code: 'not-allowed', step: 'queued' } });
  expect(refused.error!.message).toContain('local/jouvence:chooseuserdata');
  await give('chooser', 'prof.weber');
  await campus.restores.retry(operator, id);
  expect(await carry(id)).toMatchObject({ state: 'done', people: true, counts: { after: { people: 10 } } });
});

test('an option changed while requests wait: never more than is allowed now, and it is reported', async () => {
  await set('requests.peopleChoice', 'everybody');
  await set('requests.enrolmentsChoice', 'everybody');
  const { id } = await send(weber, await load(true), { people: true, enrolments: 'always' });
  await set('requests.peopleChoice', 'nobody');
  await set('requests.enrolmentsChoice', 'nobody');
  const request = await carry(id);
  expect(request).toMatchObject({
    state: 'done',
    people: false,
    enrolments: 'withusers',
    counts: { before: { people: 0 } },
  });
  expect(codes(request)).toEqual(expect.arrayContaining(['people-not-chosen', 'enrolments-not-chosen']));
});

test('an option changed while the archive is on its way: people are taken out before it is delivered', async () => {
  await set('requests.peopleChoice', 'everybody');
  const { id } = await send(weber, await load(true), { people: true });
  campus.gate.mischief = (call) =>
    call.name === 'match_people' ? set('requests.peopleChoice', 'nobody').then(() => call.pass()) : undefined;
  const request = await carry(id);
  expect(request).toMatchObject({ state: 'done', people: false, counts: { after: { people: 0 } } });
  expect(request.proof!.lookedFor.people).toBeGreaterThan(0);
  expect(codes(request).filter((code) => code === 'people-not-chosen')).toHaveLength(1);
  expect(request.steps.filter(({ name }) => name === 'backing-up')).toHaveLength(1);
});

test('of two teachers at the same instant one wins, and the other is told who', async () => {
  const courseid = await load();
  const [one, other] = await Promise.allSettled([send(weber, courseid), send(okafor, courseid)]);
  const won = [one, other].find(({ status }) => status === 'fulfilled') as PromiseFulfilledResult<RestoreRequest>;
  const lost = [one, other].find(({ status }) => status === 'rejected') as PromiseRejectedResult;
  expect(lost.reason).toMatchObject({
    code: 'conflict',
    details: { reason: 'on-its-way', by: won.value.person, request: won.value.id, mayEnrol: true },
  });
  expect(lost.reason.message).toContain(won.value.person);
  const loser = won.value.person === 'prof.weber' ? okafor : weber;
  expect(await carry(won.value.id)).toMatchObject({ state: 'done' });
  await expect(send(loser, courseid)).rejects.toMatchObject({ details: { reason: 'carried-already', mayEnrol: true } });
  const seen = await check(loser, courseid);
  expect(seen).toMatchObject({ carried: { by: won.value.person, arrived: true, mayEnrol: true } });
  // Once it is gone from there, it may be brought again.
  await campus.removeCourse(newCampus, (await campus.restores.get(won.value.id)).newCourse!.id);
  expect((await check(loser, courseid)).carried).toBeNull();
  expect(await send(loser, courseid)).toMatchObject({ state: 'queued' });
});

test('a request that is deleted, or kept no longer, leaves its course known, and nothing of people', async () => {
  const one = await send(weber, await load());
  const other = await send(weber, await load());
  const worker = await campus.work();
  await campus.until(one.id, hasEnded);
  await campus.until(other.id, hasEnded);
  await worker.stop();
  await campus.restores.remove(operator, one.id);
  const gone = await campus.store.transaction((tx) => pruneRequests(tx, new Date(Date.now() + 1000), 10));
  expect(gone).toEqual([other.id]);
  const kept = await campus.store.query('select to_jsonb(k) as row from restore_kept k');
  expect(kept.rows).toHaveLength(2);
  expect(JSON.stringify(kept.rows)).not.toMatch(/weber/i);
  for (const { id, courseid } of [one, other]) {
    const seen = await check(weber, courseid);
    expect(seen.carried).toMatchObject({ request: id, arrived: true, by: null, byKnown: false });
    expect(seen.carried!.url).toContain('/course/view.php');
    await expect(send(okafor, courseid)).rejects.toMatchObject({ details: { reason: 'carried-already', request: id } });
  }
  // The course is there, and a colleague gets into it as before; somebody else does not.
  expect(await campus.restores.enrol(okafor, one.id)).toMatchObject({ request: one.id, before: false });
  const martin = { ...okafor, username: 'prof.martin' } as Actor;
  await expect(campus.restores.enrol(martin, one.id)).rejects.toMatchObject({ code: 'not-found' });
  // Once it is gone from there, nothing is kept of it.
  const { courseid } = one;
  await campus.removeCourse(newCampus, (await campus.coursesOf(newCampus))[0]!);
  await Promise.all([check(weber, courseid), check(weber, other.courseid)]);
  expect((await campus.store.query('select from restore_kept')).rowCount).toBe(1);
});

test('what fails, is cancelled or refused stands in nobody’s way; tried again, it takes its place back', async () => {
  const courseid = await load();
  const first = await send(weber, courseid);
  await campus.restores.cancel(operator, first.id);
  await carry(first.id);
  const second = await send(okafor, courseid);
  await expect(campus.restores.retry(operator, first.id)).rejects.toMatchObject({ code: 'conflict' });
  expect((await campus.restores.get(first.id)).state).toBe('cancelled');
  await take('coursecreator', 'prof.okafor');
  expect((await carry(second.id)).state).toBe('failed');
  await campus.restores.retry(operator, first.id);
  expect((await carry(first.id)).state).toBe('done');
  await expect(campus.restores.retry(operator, second.id)).rejects.toMatchObject({ code: 'conflict' });
});

test('the option turned on: what has arrived counts, and of those that wait the first to begin', async () => {
  await set('requests.oneInstance', false);
  const [before, waiting] = [await load(), await load()];
  const { id: earlier } = await send(weber, before);
  expect((await carry(earlier)).state).toBe('done');
  const two = [await send(weber, waiting), await send(okafor, waiting)];
  await set('requests.oneInstance', true);
  await expect(send(okafor, before)).rejects.toMatchObject({ details: { reason: 'carried-already' } });
  await expect(send(okafor, waiting)).rejects.toMatchObject({ details: { reason: 'on-its-way' } });
  const worker = await campus.work();
  const ended = await Promise.all(two.map(({ id }) => campus.until(id, hasEnded)));
  await worker.stop();
  expect(ended.map(({ state }) => state).sort()).toEqual(['done', 'failed']);
  expect(ended.find(({ state }) => state === 'failed')!.error).toMatchObject({ code: 'conflict' });
  expect(await campus.coursesOf(newCampus)).toHaveLength(2);
});

test('a colleague is enrolled in that course, and nobody else, and in no other', async () => {
  const courseid = await load();
  const { id } = await send(weber, courseid);
  await expect(campus.restores.enrol(okafor, id)).rejects.toMatchObject({ code: 'conflict' });
  const { newCourse } = await carry(id);
  const martin = { ...okafor, username: 'prof.martin' } as Actor;
  await expect(campus.restores.enrol(martin, id)).rejects.toMatchObject({ code: 'not-found' });
  await expect(campus.restores.enrol(okafor, id, 'prof.martin')).rejects.toMatchObject({ code: 'not-allowed' });
  const elsewhere = { ...okafor, siteId: 999 } as Actor;
  await expect(campus.restores.enrol(elsewhere, id)).rejects.toMatchObject({ code: 'not-found' });
  const shown = async () => {
    const found = await campus.restores.carried(newCampus, [{ source: oldCampus, courseid }], 'prof.okafor');
    return found.get(`${oldCampus}:${courseid}`);
  };
  expect(await shown()).toMatchObject({ mayEnrol: true, enrolled: false });
  const enrolled = await campus.restores.enrol(okafor, id);
  expect(await shown(), 'nobody is asked to come in who is in').toMatchObject({ mayEnrol: false, enrolled: true });
  expect(enrolled).toMatchObject({ role: 'editingteacher', course: { id: newCourse!.id }, before: false });
  expect(await campus.restores.enrol(okafor, id)).toMatchObject({ before: true });
  await expect(campus.restores.enrol(operator, id, 'prof.martin')).rejects.toMatchObject({
    code: 'not-allowed',
    details: { reason: 'course-not-yours', values: { course: courseid } },
  });
  await expect(campus.restores.enrol(operator, id)).rejects.toMatchObject({ details: { reason: 'enrol-whom' } });
  const { rows } = await campus.store.query("select actor_name, after from audit where action = 'requests.enrol'");
  expect(rows[0]).toEqual({
    actor_name: `prof.okafor (${newCampus})`,
    after: { person: 'prof.okafor', role: 'editingteacher', course: newCourse!.id },
  });
  await set('enrol.colleagues', false);
  await expect(campus.restores.enrol(okafor, id)).rejects.toMatchObject({ details: { reason: 'colleagues-off' } });
  await set('enrol.colleagues', true);
  await campus.removeCourse(newCampus, newCourse!.id);
  await expect(campus.restores.enrol(okafor, id)).rejects.toMatchObject({ details: { reason: 'course-not-there' } });
});

test('for nobody: no ownership is asked about, nobody is enrolled, and it is written down', async () => {
  const courseid = await load();
  await expect(send(weber, courseid, {}, null)).rejects.toMatchObject({ details: { reason: 'nobody' } });
  const { id } = await send(operator, courseid, {}, null);
  const request = await carry(id);
  expect(request).toMatchObject({ state: 'done', person: null, newCourse: { category: 'Biology' } });
  expect(campus.gate.calls.map(({ name }) => name)).not.toContain('enrol_person');
  const { rows } = await campus.store.query("select after from audit where action = 'requests.send'");
  expect(rows[0].after).toMatchObject({ person: null, ownership: 'not asked' });
  // The course stands for itself all the same.
  await expect(send(weber, courseid)).rejects.toMatchObject({ details: { reason: 'carried-already', by: null } });
  // Of one school's operator both ends must be.
  const { id: siteId } = await campus.sites.get(newCampus);
  const school = { ...operator, role: 'school', siteIds: [siteId] } as Actor;
  await expect(send(school, await load(), {}, null), 'and it is said why').rejects.toMatchObject({
    code: 'not-allowed',
    details: { reason: 'nobody-needs-both', values: { source: oldCampus, target: newCampus } },
  });
  await campus.sites.pairs.remove(operator, oldCampus, newCampus);
  await expect(send(school, await load(), {}, null), 'of others nothing is told').rejects.toMatchObject({
    code: 'not-found',
  });
});

test('one person asks for another with the right for it, and that person’s rights decide', async () => {
  const courseid = await load();
  const ask = (person: string) => send(okafor, courseid, {}, person);
  await expect(ask('prof.weber')).rejects.toMatchObject({ code: 'not-allowed', details: { reason: 'others' } });
  await defineRole('secretary', 'local/jouvence:requestforothers');
  await give('secretary', 'prof.okafor');
  await expect(ask('prof.martin')).rejects.toMatchObject({ details: { reason: 'course-not-yours' } });
  const { id, person, actor } = await ask('prof.weber');
  expect({ person, actor }).toEqual({ person: 'prof.weber', actor: `prof.okafor (${newCampus})` });
  await take('secretary', 'prof.okafor');
  expect(await carry(id)).toMatchObject({ state: 'failed', error: { code: 'not-allowed', step: 'queued' } });
});

test('a username typed with capitals is the same person: theirs to see, to cancel, and no colleague’s', async () => {
  const courseid = await load();
  const { id, person } = await send(operator, courseid, {}, 'PROF.Weber');
  expect(person).toBe('prof.weber');
  const { rows } = await campus.store.query('select person from restore_list union select person from restore_turns');
  expect(rows).toEqual([{ person: 'prof.weber' }]);
  // Their own course is no colleague's, and their own name no other person's.
  const asked = { target: newCampus, person: 'Prof.WEBER', items: [{ source: oldCampus, courseid }] };
  const { items, person: who } = await campus.restores.check(weber, asked);
  expect(who).toBe('prof.weber');
  expect(items[0]!.carried).toMatchObject({ by: 'prof.weber', mayEnrol: false });
  expect(items[0]!.problems).toMatchObject([{ reason: 'on-its-way' }]);
  await carry(id);
  expect(await campus.restores.enrol(operator, id, 'PROF.OKAFOR')).toMatchObject({ person: 'prof.okafor' });
});

test('a role that the target does not have is told before anything is sent, and again before it is delivered', async () => {
  const [courseid, other] = [await load(), await load()];
  const { id } = await send(weber, other);
  await set('enrol.role', 'profprincipal');
  expect((await check(weber, courseid)).problems).toMatchObject([
    { code: 'unsupported', reason: 'enrol-role-missing', values: { role: 'profprincipal', target: newCampus } },
  ]);
  await expect(send(weber, courseid)).rejects.toMatchObject({ details: { reason: 'enrol-role-missing' } });
  expect(await carry(id)).toMatchObject({ state: 'failed', newCourse: null, error: { step: 'queued' } });
  await expectNothingLeft();
  // Nobody is enrolled, so it does not matter.
  await set('enrol.requester', false);
  expect((await check(weber, courseid)).problems).toEqual([]);
});

test('a course that came by other means is made known: it does not come again, and a colleague gets into it', async () => {
  const [courseid, other, waiting] = [await load(), await load(), await load()];
  const [brought] = await campus.restores.send(operator, {
    target: newCampus,
    person: null,
    items: [{ source: oldCampus, courseid: other }],
  });
  const { newCourse } = await carry(brought!.id);
  // It is there, and all that is known of how is forgotten.
  await campus.store.query('delete from restore_requests');
  await campus.store.query('delete from jobs');
  const queued = await send(okafor, waiting);
  const at = new Date('2026-06-01T10:00:00Z');
  const courses = [
    { source: oldCampus, courseid, course: newCourse!.id, at },
    { source: oldCampus, courseid: other, course: 99_999 },
    { source: oldCampus, courseid: waiting, course: newCourse!.id },
    { source: newCampus, courseid, course: newCourse!.id },
  ];
  const outcomes = (done: { outcome: string; error: { code: string } | null }[]) =>
    done.map(({ outcome, error }) => error?.code ?? outcome);
  const dry = await campus.restores.register(operator, { target: newCampus, courses, dryRun: true });
  expect(outcomes(dry)).toEqual(['registered', 'not-found', 'conflict', 'not-found']);
  expect((await campus.store.query('select from restore_kept')).rowCount).toBe(0);
  const done = await campus.restores.register(operator, { target: newCampus, courses });
  expect(outcomes(done)).toEqual(outcomes(dry));
  expect(done[2]!.error!.message).toContain(queued.id);
  const id = done[0]!.request!;
  expect((await check(weber, courseid)).carried).toMatchObject({ request: id, arrived: true, at, url: newCourse!.url });
  await expect(send(weber, courseid)).rejects.toMatchObject({ details: { reason: 'carried-already', request: id } });
  expect(await campus.restores.enrol(okafor, id)).toMatchObject({ course: { id: newCourse!.id }, before: false });
  const again = await campus.restores.register(operator, { target: newCampus, courses: courses.slice(0, 1) });
  expect(again).toMatchObject([{ outcome: 'already', request: id }]);
  const { rows } = await campus.store.query("select object, after from audit where action = 'requests.register'");
  expect(rows).toEqual([{ object: `request ${id}`, after: { source: oldCampus, courseid, course: newCourse!.id } }]);
  // Of another target's operator it is none.
  const school = { ...operator, role: 'school', siteIds: [999] } as Actor;
  await expect(campus.restores.register(school, { target: newCampus, courses })).rejects.toMatchObject({
    code: 'not-found',
  });
});

test('sizes, and how many are open', async () => {
  const [courseid, other] = [await load(), await load()];
  await set('requests.openPerPerson', 1);
  await send(weber, courseid);
  await expect(send(weber, other)).rejects.toMatchObject({ details: { reason: 'too-many-open' } });
  expect((await check(weber, other)).problems).toMatchObject([
    { reason: 'too-many-open', values: { open: 1, most: 1 } },
  ]);
  await send(okafor, other);
  await set('requests.openPerPerson', 0);
  const large = await campus.load('bio101-moodle45-users1');
  await set('requests.largestMegabytes', 1);
  const { rows } = await campus.store.query('select count(*)::int as count from restore_requests');
  const outline = (await check(weber, large)).fileBytes!;
  expect(outline).toBeLessThan(1024 * 1024);
  const { id } = await send(weber, large);
  expect(rows[0].count).toBe(2);
  // The archive's own size is what counts in the end.
  campus.gate.mischief = (call) =>
    ['get_job', 'start_backup'].includes(call.name)
      ? call.pass({
          answer: (body) => {
            const told = JSON.parse(body.toString());
            if (told.archive) told.archive.sizebytes = 1024 * 1024 + 1;
            return Buffer.from(JSON.stringify(told));
          },
        })
      : undefined;
  const refused = await carry(id);
  expect(refused).toMatchObject({ state: 'refused', error: { code: 'too-large', step: 'fetching' } });
});

test('where it goes: the original by one key, else the default, said with its reason; no id is guessed or forged', async () => {
  const courseid = await load();
  expect((await check(weber, courseid)).category).toMatchObject({ path: ['Biology'], wish: 'original', why: null });
  const [imported] = (await (await campus.sites.client(newCampus, 'target')).call('list_categories', {})).categories;
  await set('category.preferOriginal', false);
  expect((await check(weber, courseid)).category).toMatchObject({ path: ['Imported'], wish: 'default', why: null });
  await set('category.preferOriginal', true);
  await set('category.field', 'name');
  // The same by name, on two sites that call it otherwise.
  expect((await check(weber, courseid)).category).toMatchObject({ path: ['Biology'], why: null });
  await set('category.table', 'somewhere_else');
  expect((await check(weber, courseid)).category).toMatchObject({ path: ['Imported'], why: { code: 'key-refused' } });
  await set('category.table', 'course_categories');
  await set('category.original', false);
  expect((await check(weber, courseid, { category: { kind: 'original' } })).problems).toMatchObject([
    { reason: 'category-original-off' },
  ]);
  await set('category.default', 999);
  expect((await check(weber, courseid)).problems).toMatchObject([{ reason: 'category-default-missing' }]);
  await set('category.default', null);
  // Not to be able to create courses is no matter in the default category when the setting says so, but in any other.
  await set('rights.courseCreate', false);
  await take('coursecreator', 'prof.weber');
  expect((await check(weber, courseid)).problems).toEqual([]);
  const ids = (await (await campus.sites.client(newCampus, 'target')).call('list_categories', {})).categories;
  const biology = ids.find(({ idnumber }) => idnumber === 'BIO')!;
  for (const [id, reason] of [
    [biology.id, 'rights-lacking'],
    [4242, 'category-missing'],
  ] as const)
    await expect(send(weber, courseid, { category: { kind: 'id', id } })).rejects.toMatchObject({
      details: { reason },
    });
  expect((await check(weber, courseid, { category: { kind: 'id', id: imported!.id } })).problems).toEqual([]);
});

test('a check changes nothing, and one course’s failure hides nothing of the others', async () => {
  const courseid = await load();
  const items = [
    { source: oldCampus, courseid },
    { source: oldCampus, courseid: 4242 },
    { source: 'nowhere', courseid },
    { source: oldCampus, courseid, enrolments: 'always' as const },
  ];
  const { ok, items: checked } = await campus.restores.check(weber, { items });
  expect(ok).toBe(false);
  expect(checked.map(({ problems }) => problems.map(({ reason }) => reason))).toEqual([
    [],
    ['course-not-yours'],
    ['pair-missing'],
    ['enrolments-choice', 'twice'],
  ]);
  expect(checked[0]).toMatchObject({
    course: { fullname: expect.any(String) },
    verdict: { kind: 'whole' },
    options: { people: false, enrolments: 'withusers' },
    enrolledAs: 'editingteacher',
    lines: [{ code: 'enrolments-withusers-nobody' }],
  });
  expect(checked[1]).toMatchObject({ course: null, verdict: null, category: null, carried: null });
  const { rows } = await campus.store.query('select count(*)::int as count from restore_requests');
  expect(rows[0].count).toBe(0);
});

test('of two operators on the same request one wins, and the other is told', async () => {
  const courseid = await load();
  const { id } = await send(weber, courseid);
  const both = async (act: () => Promise<unknown>) =>
    (await Promise.allSettled([act(), act()]))
      .map((each) => (each.status === 'fulfilled' ? 'ok' : each.reason.code))
      .sort();
  await campus.restores.cancel(operator, id);
  await carry(id);
  expect(await both(() => campus.restores.retry(operator, id))).toEqual(['conflict', 'ok']);
  expect((await carry(id)).state).toBe('done');
  expect(await both(() => campus.restores.cancel(operator, id))).toEqual(['conflict', 'conflict']);
});
