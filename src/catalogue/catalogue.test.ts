import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CourseOutline, Person, Result } from '@jouvence/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { localOperator } from '../accounts/index.ts';
import { migrations as auditMigrations } from '../audit/index.ts';
import { systemClock } from '../clock.ts';
import { silentLog } from '../log.ts';
import { createSettings, migrations as settingsMigrations } from '../settings/index.ts';
import { createSites, type IdentityField, type Sites, migrations as sitesMigrations } from '../sites/index.ts';
import { openOddSite } from '../sites/test/odd-site.ts';
import { openSecrets } from '../store/index.ts';
import { testStore } from '../store/testing.ts';
import { type Catalogue, type CatalogueFilters, createCatalogue, type ListOptions } from './index.ts';

type OddSite = Awaited<ReturnType<typeof openOddSite>>;

let store: Awaited<ReturnType<typeof testStore>>;
let dataDir: string;
let sites: Sites;
let catalogue: Catalogue;
let now = Date.now();
/** Only the time that has passed is ours; timers are real. */
const clock = { ...systemClock, nowMs: () => now };
const open: OddSite[] = [];

beforeEach(async () => {
  now = Date.now();
  dataDir = mkdtempSync(join(tmpdir(), 'jouvence-catalogue-'));
  store = await testStore([...auditMigrations, ...sitesMigrations, ...settingsMigrations]);
  sites = createSites({ store, secrets: openSecrets(dataDir, {}), log: silentLog, clock: systemClock });
  catalogue = createCatalogue({ sites, settings: createSettings({ store }), log: silentLog, clock });
});
afterEach(async () => {
  await sites.close();
  for (const site of open.splice(0)) await site[Symbol.asyncDispose]();
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const ada: Person = {
  id: 7,
  username: 'prof.martin',
  email: 'ada@new.example',
  idnumber: '',
  fullname: 'Ada Martin',
  auth: 'manual',
  language: 'fr',
  firstaccess: 1,
  suspended: false,
};

type Course = Result<'list_courses'>['courses'][number];

const course = (id: number, change: Partial<Course> = {}): Course => ({
  id,
  shortname: `C${id}`,
  fullname: `Course ${id}`,
  idnumber: '',
  format: 'topics',
  visible: true,
  startdate: 1_693_526_400,
  enddate: 0,
  timemodified: 1_700_000_000,
  category: { id: 3, parentid: 0, name: 'Biologie', idnumber: 'BIO', visible: true, path: ['Faculté', 'Biologie'] },
  teachers: ['Ada Martin'],
  filebytes: 1000,
  roles: ['editingteacher'],
  ...change,
});

const outline: CourseOutline = {
  ...course(1),
  sections: [
    {
      number: 0,
      name: null,
      visible: true,
      activities: [
        { id: 1, module: 'page', name: 'Plan', visible: true, filebytes: 0 },
        { id: 2, module: 'chat', name: 'Café', visible: true, filebytes: 0 },
      ],
    },
  ],
  plugins: [{ type: 'mod', name: 'page' }],
  files: 1,
  people: 3,
  release: '4.5.6 (Build: 20250811)',
};

async function addTarget(people: Person[] = [ada]): Promise<OddSite> {
  const site = await openOddSite({
    identifier: 'new',
    profile: 'target',
    answers: {
      find_people: ({ field, value }) => ({ people: people.filter((person) => person[field] === value) }),
      list_plugins: () => ({ plugins: [{ type: 'mod', name: 'page', version: '1', state: 'on' }] }),
    },
  });
  open.push(site);
  await sites.add(localOperator, { name: 'new', url: site.url, profile: 'target', token: site.token });
  return site;
}

async function addSource(
  name: string,
  {
    courses = [course(1)],
    people = [ada],
    identity = 'username',
    timezone = 'Europe/Paris',
  }: {
    courses?: Course[];
    people?: Person[];
    identity?: IdentityField;
    timezone?: string;
  } = {},
): Promise<OddSite> {
  const site = await openOddSite({
    identifier: name,
    timezone,
    answers: {
      find_people: ({ field, value }) => ({ people: people.filter((person) => person[field] === value) }),
      list_courses: ({ roles }) => ({
        courses: courses.filter((each) => each.roles.some((role) => roles.includes(role))),
      }),
      get_course: () => outline,
    },
  });
  open.push(site);
  await sites.add(localOperator, { name, url: site.url, profile: 'source', token: site.token });
  await sites.pairs.add(localOperator, { source: name, target: 'new', identity });
  return site;
}

const person = { field: 'username', value: 'prof.martin' } as const;
const list = (filters: CatalogueFilters = {}, options: ListOptions = {}) =>
  Array.fromAsync(catalogue.list({ target: 'new', person, filters }, options));
const ids = async (filters: CatalogueFilters) =>
  (await list(filters)).flatMap(({ courses }) => courses.map(({ id }) => id)).sort((a, b) => a - b);

test('one dead source hides nothing, and each answers as soon as it can', async () => {
  await addTarget();
  await addSource('quick');
  const slow = await addSource('slow');
  const dead = await addSource('dead');
  const broken = await addSource('broken');
  const expired = await addSource('expired');
  const turn = Promise.withResolvers<void>();
  slow.answers.list_courses = async () => {
    await turn.promise;
    return { courses: [course(2)] };
  };
  dead.misbehave = (request) => void request.socket.destroy();
  broken.misbehave = (_, response) => void response.end('<title>Site en travaux</title>');
  expired.token = 'another-token';
  const answers = [];
  for await (const answer of catalogue.list({ target: 'new', person })) {
    answers.push(answer);
    // Only when all the others have answered does the slow one.
    if (answers.length === 4) turn.resolve();
  }
  expect(answers.at(-1)).toMatchObject({ source: 'slow', state: 'ok', courses: [{ id: 2 }] });
  expect(new Map(answers.map(({ source, state, error }) => [source, error?.code ?? state]))).toEqual(
    new Map([
      ['quick', 'ok'],
      ['slow', 'ok'],
      ['dead', 'site-unreachable'],
      ['broken', 'site-bad-answer'],
      ['expired', 'token-expired'],
    ]),
  );
  expect((await sites.get('dead')).health.state).toBe('failing');
});

test('a source that is late fails for now, and what it said in the end is there the next time', async () => {
  await addTarget();
  const slow = await addSource('slow');
  const turn = Promise.withResolvers<void>();
  slow.answers.list_courses = async () => {
    await turn.promise;
    return { courses: [course(2)] };
  };
  expect(await list({}, { deadlineMs: 30 })).toMatchObject([
    { state: 'failing', person: null, error: { code: 'site-timeout' }, courses: [] },
  ]);
  turn.resolve();
  expect(await list()).toMatchObject([{ state: 'ok', courses: [{ id: 2 }] }]);
  expect(slow.calls.filter((name) => name === 'list_courses')).toHaveLength(1);
});

test('an answer is remembered for a minute, and asked again when that is wanted', async () => {
  await addTarget();
  const source = await addSource('old');
  const asked = () => source.calls.filter((name) => name === 'list_courses').length;
  await Promise.all([list(), list(), list()]);
  expect(asked()).toBe(1);
  await list({ search: 'something else' });
  expect(asked()).toBe(1);
  await list({}, { refresh: true });
  expect(asked()).toBe(2);
  now += 59_999;
  await list();
  expect(asked()).toBe(2);
  now += 1;
  await list();
  expect(asked()).toBe(3);
});

test('who is not known on a source has no courses there, and that is no error', async () => {
  await addTarget();
  await addSource('old', { people: [] });
  expect(await list()).toMatchObject([{ state: 'ok', person: 'unknown', error: null, courses: [] }]);
});

test('who is several on a source is an error that names them', async () => {
  await addTarget();
  const twins = [ada, { ...ada, id: 8, username: 'amartin', fullname: 'Ada M.' }];
  await addSource('old', { people: twins, identity: 'email' });
  const [answer] = await list();
  expect(answer).toMatchObject({ state: 'failing', error: { code: 'person-ambiguous' } });
  expect(answer!.error!.message).toContain('prof.martin (Ada Martin), amartin (Ada M.)');
  const taking = catalogue.mayTake({ target: 'new', source: 'old', courseid: 1, person });
  await expect(taking).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('amartin') });
});

test.each([
  ['on the target', { auth: 'email' }, {}],
  ['on the source', {}, { auth: 'email' }],
  ['by MNet on the source', {}, { auth: 'mnet' }],
])('who chose that name by oneself, %s, is handed nobody’s courses', async (_, onTarget, onSource) => {
  await addTarget([{ ...ada, ...onTarget }]);
  const source = await addSource('old', { people: [{ ...ada, ...onSource }] });
  const [answer] = await list();
  expect(answer).toMatchObject({ state: 'failing', error: { code: 'not-allowed' }, courses: [] });
  expect(answer!.error!.message).toMatch(/prof\.martin \(Ada Martin\) signs in by “(email|mnet)”/);
  expect(source.calls).not.toContain('list_courses');
  await expect(catalogue.mayTake({ target: 'new', source: 'old', courseid: 1, person })).rejects.toMatchObject({
    code: 'not-allowed',
  });
});

test('of two accounts of one name, the one of the site’s own is meant, and not that of MNet', async () => {
  const foreign = { ...ada, id: 8, auth: 'mnet', fullname: 'Another' };
  await addTarget([foreign, ada]);
  await addSource('old', { people: [foreign, ada] });
  expect(await list()).toMatchObject([{ state: 'ok', person: 'found' }]);
});

test('two who both have no idnumber are not the same person', async () => {
  await addTarget();
  const source = await addSource('old', { people: [{ ...ada, username: 'other' }], identity: 'idnumber' });
  expect(await list()).toMatchObject([{ state: 'ok', person: 'unknown', courses: [] }]);
  expect(source.calls).not.toContain('list_courses');
});

test('a person or a target that is not there ends it at once', async () => {
  await addTarget([]);
  await expect(list()).rejects.toMatchObject({
    code: 'not-found',
    message: 'nobody on new has the username prof.martin',
  });
  await expect(Array.fromAsync(catalogue.list({ target: 'gone', person }))).rejects.toMatchObject({
    code: 'not-found',
  });
  await expect(list({ source: 'gone' })).rejects.toMatchObject({ code: 'not-found' });
});

test('filters find what a person means', async () => {
  await addTarget();
  const category = { id: 4, parentid: 0, name: 'Économie', idnumber: 'ECO', visible: true, path: ['Économie'] };
  await addSource('old', {
    // A site a day ahead: its new year begins while it is still the old one in UTC.
    timezone: 'Pacific/Auckland',
    courses: [
      course(1, {
        fullname: 'Génétique des plantes',
        shortname: 'BIO101',
        startdate: Date.UTC(2023, 11, 31, 20) / 1000,
      }),
      course(2, { fullname: 'Cœur et poumons', idnumber: 'X-42', startdate: 0 }),
      course(3, { fullname: 'L’été – <b>', category, roles: ['editingteacher', 'manager'] }),
    ],
  });
  expect(await ids({})).toEqual([1, 2, 3]);
  expect(await ids({ search: 'GENETIQUE plantes' })).toEqual([1]);
  expect(await ids({ search: 'bio1' })).toEqual([1]);
  expect(await ids({ search: 'coeur' })).toEqual([2]);
  expect(await ids({ search: 'x-42' })).toEqual([2]);
  expect(await ids({ search: 'ete <b>' })).toEqual([3]);
  for (const search of ["l'ete - <b>", 'lʼété — <b>']) expect(await ids({ search })).toEqual([3]);
  expect(await ids({ search: 'x‑42' })).toEqual([2]);
  expect(await ids({ search: 'génétique cœur' })).toEqual([]);
  expect(await ids({ category: 'economie' })).toEqual([3]);
  expect(await ids({ category: 'bio' })).toEqual([1, 2]);
  expect(await ids({ category: 'faculte' })).toEqual([1, 2]);
  expect(await ids({ year: 2024 })).toEqual([1]);
  expect(await ids({ year: 2023 })).toEqual([3]);
  expect(await ids({ role: 'manager' })).toEqual([3]);
  const [answer] = await list({ search: 'cœur' });
  expect(answer!.courses[0]).toMatchObject({ startDate: null, year: null, endDate: null, fileBytes: 1000 });
});

test('a target that falls silent hides neither the list nor what is inside; only its verdict is missing', async () => {
  const target = await addTarget();
  await addSource('old');
  const look = () => catalogue.outline({ target: 'new', source: 'old', courseid: 1, person });
  target.misbehave = (_, response) => void response.writeHead(503).end('<title>Maintenance</title>');
  await expect(look(), 'who it is has never been said').rejects.toMatchObject({
    code: expect.stringMatching(/site|busy/),
  });
  target.misbehave = undefined;
  await list();
  target.misbehave = (request) => void request.socket.destroy();
  now += 120_000;
  expect(await list()).toMatchObject([{ state: 'ok', courses: [{ id: 1 }] }]);
  const { outline: inside, verdict } = await look();
  expect(inside!.sections[0]!.activities).toHaveLength(2);
  expect(verdict).toMatchObject({ kind: 'unknown', reasons: [{ code: 'target-silent', values: { target: 'new' } }] });
  // What is decided is asked of both.
  const taking = catalogue.mayTake({ target: 'new', source: 'old', courseid: 1, person });
  await expect(taking).rejects.toMatchObject({ code: 'site-unreachable' });
  now += 900_000;
  await expect(look(), 'it was said too long ago').rejects.toMatchObject({ code: 'site-unreachable' });
});

test('an outline comes with its verdict on that target', async () => {
  await addTarget();
  await addSource('old');
  const result = await catalogue.outline({ target: 'new', source: 'old', courseid: 1, person });
  expect(result.outline!.sections[0]!.activities).toHaveLength(2);
  expect(result.verdict).toMatchObject({ kind: 'partly', reasons: [{ code: 'module-missing', what: 'chat “Café”' }] });
  const other = catalogue.outline({ target: 'new', source: 'old', courseid: 99, person });
  await expect(other).rejects.toMatchObject({ code: 'not-allowed' });
  await sites.pairs.remove(localOperator, 'old', 'new');
  const unpaired = catalogue.outline({ target: 'new', source: 'old', courseid: 1 });
  await expect(unpaired).rejects.toMatchObject({ code: 'not-found' });
});

test('what the target has installed is asked for once in five minutes', async () => {
  const target = await addTarget();
  await addSource('old');
  const asked = () => target.calls.filter((name) => name === 'list_plugins').length;
  await Promise.all([catalogue.targetOf('new'), catalogue.targetOf('new')]);
  now += 299_999;
  expect(await catalogue.targetOf('new')).toMatchObject({ site: 'new', release: '4.5.6 (Build: 20250811)' });
  expect(asked()).toBe(1);
  now += 1;
  await catalogue.targetOf('new');
  expect(asked()).toBe(2);
});

test('whether a course may be taken is decided anew each time', async () => {
  await addTarget();
  const source = await addSource('old');
  const ask = (courseid = 1) => catalogue.mayTake({ target: 'new', source: 'old', courseid, person });
  await list();
  expect(await ask()).toMatchObject({ allowed: true, userid: 7, course: { id: 1 }, why: null });
  expect(await ask(2)).toMatchObject({ allowed: false, userid: 7, course: null });
  // Meanwhile the role is taken away.
  source.answers.list_courses = () => ({ courses: [] });
  expect(await ask()).toMatchObject({ allowed: false, why: { reason: 'course-not-yours' } });
  source.answers.find_people = () => ({ people: [] });
  expect(await ask()).toMatchObject({ allowed: false, userid: null });
  await sites.pairs.remove(localOperator, 'old', 'new');
  expect(await ask()).toMatchObject({ allowed: false, why: { reason: 'pair-missing' } });
});

test('who leaves while a source is asked leaves at once', async () => {
  await addTarget();
  const source = await addSource('old');
  const leaving = new AbortController();
  source.answers.list_courses = async () => {
    leaving.abort(new Error('gone'));
    return { courses: [] };
  };
  await expect(list({}, { signal: leaving.signal })).rejects.toThrow('gone');
});
