import { wireName } from '@jouvence/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertCourse } from '../course-rows.ts';
import { type Database, openDatabase } from '../database.ts';
import { startTestEngine, type TestEngine } from '../testing.ts';

let t: TestEngine;
let database: Database;
let siteId: number;
const host = 'rest.localhost';
const names = [`O'Brien "x"`, '<script>alert(1)</script>', '🎓👩‍🏫', 'é'.repeat(255), 'محمد بن سلمان', 'a&b=c+d%41'];
let ids: Record<string, number>;
let courses: Record<'own' | 'below' | 'hidden' | 'foreign' | 'half', number>;
let source: string;
let target: string;

beforeAll(async () => {
  t = await startTestEngine();
  database = await openDatabase({ url: t.databaseUrl, log: () => {}, maxConnections: 2 });
  await t.door('POST', '/sites', { name: 'rest', host, url: 'http://rest.localhost:8080', fullname: 'Rest <&> 🎓' });
  await t.door('POST', '/sites/rest/categories', [
    { name: 'Sciences', idnumber: 'SCI' },
    { name: 'Biologie', idnumber: 'BIO', parent: 'SCI' },
    { name: 'Lettres', idnumber: 'LET' },
  ]);
  const people = [
    { username: 'prof', email: 'Prof@Example.org', firstname: 'Ada', lastname: 'Prof', idnumber: 'E1' },
    { username: 'dean', email: 'dean@example.org', firstname: 'Dean', lastname: 'D' },
    { username: 'twin', email: 'prof@example.org', firstname: 'Twin', lastname: 'T' },
    ...names.map((name, index) => ({
      username: `n${index}`,
      email: `n${index}@x.org`,
      firstname: name,
      lastname: '',
      idnumber: name,
    })),
  ];
  const made = (await t.door('POST', '/sites/rest/people', people)).json().ids as number[];
  ids = Object.fromEntries(people.map((person, index) => [person.username, made[index]!]));
  siteId = await database.withoutSite(
    async (tx) => (await tx.row<{ id: number }>(`select id from sites where name = 'rest'`))!.id,
  );
  courses = await database.withSite(siteId, async (tx) => {
    const categories = await tx.rows<{ id: number; idnumber: string }>('select id, idnumber from categories');
    const at = (idnumber: string) => categories.find((category) => category.idnumber === idnumber)!.id;
    const add = (shortname: string, idnumber: string, extra = {}) =>
      insertCourse(tx, {
        categoryId: at(idnumber),
        shortname,
        fullname: `Course ${shortname}`,
        filebytes: 10,
        ...extra,
      });
    return {
      own: await add('OWN', 'LET', { idnumber: 'I-OWN' }),
      below: await add('BELOW', 'BIO'),
      hidden: await add('HIDDEN', 'BIO', { visible: false }),
      foreign: await add('FOREIGN', 'LET'),
      half: await add('HALF', 'BIO', { state: 'restoring' }),
    };
  });
  await t.door('POST', '/sites/rest/roles', [
    { username: 'prof', role: 'editingteacher', level: 'course', instance: 'OWN' },
    { username: 'prof', role: 'student', level: 'course', instance: 'FOREIGN' },
    { username: 'dean', role: 'manager', level: 'category', instance: 'SCI' },
    { username: 'dean', role: 'editingteacher', level: 'course', instance: 'BELOW' },
    { username: 'dean', role: 'coursecreator', level: 'category', instance: 'SCI' },
    ...names.map((_, index) => ({ username: `n${index}`, role: 'editingteacher', level: 'course', instance: 'OWN' })),
  ]);
  source = await token('source');
  target = await token('target');
});
afterAll(async () => {
  await database?.close();
  await t?.close();
});

const token = async (profile: string) =>
  (await t.door('POST', '/sites/rest/tokens', { profile, days: 1 })).json().token as string;
const ask = (name: string, params = {}, by = target) => t.call(host, by, `local_jouvence_${name}`, params);
const post = (body: string | Uint8Array, headers = {}) =>
  t.ask({ method: 'POST', path: '/webservice/rest/server.php', host, body, headers });

test('get_site tells what the site is', async () => {
  expect(await ask('get_site')).toMatchObject({
    name: 'Rest <&> 🎓',
    url: 'http://rest.localhost:8080',
    kind: 'embedded',
    branch: 405,
    maintenance: false,
    counts: { courses: 4, people: 9 },
    filebytes: 50,
    protocol: { min: 1, max: 1 },
  });
});

test('the site information lists exactly the functions of the token’s profile', async () => {
  const info = await t.call(host, source, 'core_webservice_get_site_info');
  expect(info).toMatchObject({
    sitename: 'Rest <&> 🎓',
    username: 'jouvence-source',
    release: '4.5 (Build: 20241007)',
    version: '2024100700',
  });
  const listed = info.functions.map((entry: { name: string }) => entry.name);
  expect(listed).toContain(wireName('start_backup'));
  expect(listed).not.toContain(wireName('start_restore'));
});

test('Moodle’s errors, word for word, with HTTP 200', async () => {
  const errors = {
    unknownToken: await ask('get_site', {}, '0'.repeat(32)),
    noToken: (await post('wsfunction=x&moodlewsrestformat=json')).json(),
    notOfThisProfile: await ask('list_plugins', {}, source),
    coreFunction: await t.call(host, source, 'core_course_get_courses'),
    unknownFunction: await t.call(host, source, 'no_such_function'),
  };
  const invalidtoken = {
    exception: 'core\\exception\\moodle_exception',
    errorcode: 'invalidtoken',
    message: 'Invalid token - token not found',
  };
  const access = {
    exception: 'webservice_access_exception',
    errorcode: 'accessexception',
    message: 'Access control exception',
  };
  expect(errors).toEqual({
    unknownToken: invalidtoken,
    noToken: invalidtoken,
    notOfThisProfile: access,
    coreFunction: access,
    unknownFunction: {
      exception: 'dml_missing_record_exception',
      errorcode: 'invalidrecord',
      message: "Can't find data record in database table external_functions.",
    },
  });
});

test.each([
  ['an unknown parameter', 'get_site', { color: 'red' }],
  ['a missing one', 'find_people', { field: 'username' }],
  ['an id with letters after it', 'enrol_person', { courseid: '12abc', userid: 1, role: 'teacher' }],
  ['a negative id', 'enrol_person', { courseid: 1, userid: -1, role: 'teacher' }],
  ['a value of no choice', 'find_people', { field: 'password', value: 'x' }],
  ['JSON that is none', 'match_people', { people: '[{' }],
])('%s is an invalid parameter', async (_, name, params) => {
  expect(await ask(name, params)).toMatchObject({
    exception: 'core\\exception\\invalid_parameter_exception',
    errorcode: 'invalidparameter',
    message: 'Invalid parameter value detected',
    debuginfo: expect.any(String),
  });
});

test.each([
  ['wrong UTF-8', '&value=%ff%fe'],
  ['a NUL', '&value=a%00b'],
  ['a broken escape', '&value=%zz'],
  ['a parameter twice', '&value=a&value=b'],
  ['a list and a value', '&value=a&value[0]=b'],
  ['nesting without end', `&value${'[a]'.repeat(50)}=b`],
])('%s in the form is an invalid parameter', async (_, form) => {
  const answer = await post(
    `wstoken=${target}&moodlewsrestformat=json&wsfunction=local_jouvence_find_people&field=username${form}`,
  );
  expect(answer.json().errorcode).toBe('invalidparameter');
  expect(answer.status).toBe(200);
});

test('raw bytes that are no UTF-8 are refused; a body without end is refused early', async () => {
  const raw = Buffer.concat([Buffer.from(`wstoken=${target}&value=`), Buffer.from([0xc3, 0x28])]);
  expect((await post(raw)).text).toContain('invalidparameter');
  const big = 'x'.repeat(11 * 1024 * 1024);
  expect((await post(big)).status).toBe(413);
  expect((await post(big, { 'transfer-encoding': 'chunked' })).status).toBe(413);
});

test('a form of a million fields is refused before it is looked at', async () => {
  const fields = Array.from({ length: 1_000_000 }, (_, index) => `p${index}`).join('&');
  const began = performance.now();
  expect((await post(fields)).text).toContain('<ERRORCODE>invalidparameter</ERRORCODE>');
  // Comparing each with each took over an hour, in which no site answered.
  expect(performance.now() - began).toBeLessThan(5000);
});

test('query and body together, as PHP reads them; without a format the answer is XML', async () => {
  const path = '/webservice/rest/server.php?moodlewsrestformat=json';
  const body = `wstoken=${target}&wsfunction=local_jouvence_list_categories`;
  expect((await t.ask({ method: 'POST', path, host, body })).json().categories).toHaveLength(3);
  const answer = await post('wstoken=<x>');
  expect(answer.headers['content-type']).toContain('application/xml');
  expect(answer.text).toContain('<ERRORCODE>invalidtoken</ERRORCODE>');
});

test('before 4.5 exceptions have no namespace', async () => {
  const old = {
    name: 'old',
    host: 'old.localhost',
    url: 'http://old.localhost',
    fullname: 'Old',
    branch: 401,
    release: '4.1 (Build: 20221128)',
  };
  await t.door('POST', '/sites', old);
  expect((await t.call('old.localhost', 'x', 'y')).exception).toBe('moodle_exception');
});

test('an expired token says so once, as Moodle does, and is unknown from then on', async () => {
  const short = await token('source');
  await database.withSite(siteId, (tx) =>
    tx.run(`update tokens set expires = now() - interval '1 second' where hash = sha256($1::bytea)`, [
      Buffer.from(short),
    ]),
  );
  expect((await ask('get_site', {}, short)).errorcode).toBe('accessexception');
  expect((await ask('get_site', {}, short)).errorcode).toBe('invalidtoken');
  expect((await ask('get_site', {}, source)).branch).toBe(405);
});

test('a token of one site opens no other', async () => {
  await t.door('POST', '/sites', {
    name: 'else',
    host: 'else.localhost',
    url: 'http://else.localhost',
    fullname: 'Else',
  });
  expect((await t.call('else.localhost', target, 'local_jouvence_get_site')).errorcode).toBe('invalidtoken');
});

test('revoking ends every token of the site', async () => {
  await t.door('POST', '/sites', { name: 'rev', host: 'rev.localhost', url: 'http://rev.localhost', fullname: 'Rev' });
  const made = (await t.door('POST', '/sites/rev/tokens', { profile: 'source' })).json().token;
  expect((await t.call('rev.localhost', made, 'local_jouvence_get_site')).branch).toBe(405);
  expect((await t.door('DELETE', '/sites/rev/tokens')).json()).toEqual({ revoked: 1 });
  expect((await t.call('rev.localhost', made, 'local_jouvence_get_site')).errorcode).toBe('invalidtoken');
});

test('people are found exactly, without case where Moodle has none, and never by an empty value', async () => {
  const found = async (field: string, value: string) =>
    (await ask('find_people', { field, value })).people.map((person: { username: string }) => person.username);
  expect(await found('username', 'PROF')).toEqual(['prof']);
  expect(await found('email', 'prof@EXAMPLE.org')).toEqual(['prof', 'twin']);
  expect(await found('idnumber', 'E1')).toEqual(['prof']);
  expect(await found('idnumber', 'e1')).toEqual([]);
  expect(await found('idnumber', '')).toEqual([]);
  expect(await found('username', 'pro%')).toEqual([]);
});

test('names of any kind survive', async () => {
  for (const name of names)
    expect((await ask('find_people', { field: 'idnumber', value: name })).people[0].fullname).toBe(name);
});

test('people are matched in the order asked: one, none, or several', async () => {
  const asked = [
    { username: 'dean', email: 'dean@example.org', idnumber: '' },
    { username: 'nobody', email: '', idnumber: '' },
    { username: 'dean', email: 'PROF@example.org', idnumber: '' },
  ];
  const { people } = await ask('match_people', { people: JSON.stringify(asked) });
  expect(
    people.map((entry: { candidates: { username: string }[] }) => entry.candidates.map((c) => c.username)),
  ).toEqual([['dean'], [], ['prof', 'dean', 'twin']]);
});

test('a match says what decides whether it is the same person', async () => {
  const asked = [
    { username: 'nobody', email: '', idnumber: 'E1' },
    { username: '', email: '', idnumber: '' },
  ];
  const { people } = await ask('match_people', { people: JSON.stringify(asked) });
  expect(people[0].candidates).toEqual([
    {
      id: ids.prof,
      username: 'prof',
      email: 'Prof@Example.org',
      idnumber: 'E1',
      firstaccess: 0,
      auth: 'manual',
      suspended: false,
      admin: false,
    },
  ]);
  expect(people[1]).toEqual({ username: '', candidates: [] });
});

test('ten thousand people are matched in one call', async () => {
  const asked = Array.from({ length: 10_000 }, (_, index) => ({
    username: `x${index}`,
    email: `x${index}@y.org`,
    idnumber: '',
  }));
  const { people } = await ask('match_people', {
    people: JSON.stringify([...asked, { ...asked[0]!, username: 'prof' }]),
  });
  expect(people).toHaveLength(10_001);
  expect(people.at(-1).candidates[0]).toMatchObject({ id: ids.prof });
});

test('courses by a role in the course, with its teachers', async () => {
  const { courses: listed } = await ask(
    'list_courses',
    { userid: ids.prof, roles: ['editingteacher', 'teacher'] },
    source,
  );
  expect(listed).toHaveLength(1);
  expect(listed[0]).toMatchObject({
    id: courses.own,
    shortname: 'OWN',
    roles: ['editingteacher'],
    filebytes: 10,
    category: { name: 'Lettres', idnumber: 'LET', path: ['Lettres'], parentid: 0 },
  });
  expect(listed[0].teachers).toEqual(expect.arrayContaining(['Ada Prof', ...names]));
});

test('courses by a role in a category above, hidden ones too, unfinished ones never', async () => {
  const { courses: listed } = await ask(
    'list_courses',
    { userid: ids.dean, roles: ['manager', 'editingteacher'] },
    source,
  );
  expect(listed.map((course: { shortname: string; roles: string[] }) => [course.shortname, course.roles])).toEqual([
    ['BELOW', ['editingteacher', 'manager']],
    ['HIDDEN', ['manager']],
  ]);
  expect(listed[0].category.path).toEqual(['Sciences', 'Biologie']);
});

test('courses are found by id, short name and idnumber', async () => {
  const found = async (field: string, value: unknown) =>
    (await ask('find_courses', { field, value })).courses.map((course: { shortname: string }) => course.shortname);
  expect(await found('id', String(courses.own))).toEqual(['OWN']);
  expect(await found('id', 'x')).toEqual([]);
  expect(await found('shortname', 'HIDDEN')).toEqual(['HIDDEN']);
  expect(await found('idnumber', 'I-OWN')).toEqual(['OWN']);
  expect(await found('idnumber', '')).toEqual([]);
  expect(await found('shortname', 'HALF')).toEqual([]);
});

test('rights are answered for a person', async () => {
  const { categories } = await ask('list_categories');
  const id = (idnumber: string) =>
    categories.find((category: { idnumber: string }) => category.idnumber === idnumber).id;
  const check = (instanceid: number) => ({ capability: 'moodle/course:create', level: 'category', instanceid });
  const { checks } = await ask('check_rights', {
    userid: ids.dean,
    checks: [check(id('BIO')), check(id('LET')), check(99_999_999)],
  });
  expect(checks.map((c: { exists: boolean; allowed: boolean }) => [c.exists, c.allowed])).toEqual([
    [true, true],
    [true, false],
    [false, false],
  ]);
});

test('a person is enrolled with a role; again changes nothing; a role that the service may not give is refused', async () => {
  const params = { courseid: courses.foreign, userid: ids.dean, role: 'editingteacher' };
  expect(await ask('enrol_person', params)).toEqual({ before: { enrolled: false, roles: [] } });
  expect(await ask('enrol_person', params)).toEqual({ before: { enrolled: true, roles: ['editingteacher'] } });
  expect(await ask('enrol_person', { ...params, role: 'guest' })).toMatchObject({
    exception: 'local_jouvence\\error',
    errorcode: 'not-allowed',
  });
  expect(await ask('enrol_person', { ...params, courseid: 99_999_999 })).toMatchObject({ errorcode: 'not-found' });
  expect(await ask('enrol_person', { ...params, userid: 99_999_999 })).toMatchObject({ errorcode: 'not-found' });
});

test('the list of plugins is that of a new Moodle', async () => {
  const { plugins } = await ask('list_plugins', { type: 'mod' });
  const modules = plugins.map((plugin: { name: string }) => plugin.name);
  expect(modules).toHaveLength(24);
  expect(modules).toContain('subsection');
  const all = (await ask('list_plugins')).plugins;
  expect(all).toContainEqual({ type: 'qtype', name: 'multichoice', version: '2024100700', state: 'on' });
});

test('chosen modules are all that is installed; 5.0 has no chat', async () => {
  const plugins = async (name: string, extra: object) => {
    await t.door('POST', '/sites', {
      name,
      host: `${name}.localhost`,
      url: `http://${name}.localhost`,
      fullname: name,
      ...extra,
    });
    const made = (await t.door('POST', `/sites/${name}/tokens`, { profile: 'target' })).json().token;
    const answer = await t.call(`${name}.localhost`, made, 'local_jouvence_list_plugins', { type: 'mod' });
    return answer.plugins.map((plugin: { name: string }) => plugin.name);
  };
  expect(await plugins('few', { modules: ['page', 'hvp'] })).toEqual(['hvp', 'page']);
  const five = await plugins('five', { branch: 500, release: '5.0 (Build: 20250414)' });
  expect(five).not.toContain('chat');
  expect(five).toContain('qbank');
});

test('in maintenance the service works and pages do not; when its right is taken it is refused', async () => {
  await t.door('PATCH', '/sites/rest', { state: 'maintenance' });
  expect((await ask('get_site')).maintenance).toBe(true);
  expect((await t.ask({ path: '/', host })).status).toBe(503);
  const override = `insert into role_capabilities (context_id, role_id, capability, permission)
    select c.id, r.id, 'moodle/site:maintenanceaccess', -1000 from contexts c, roles r
    where c.level = 10 and r.shortname = 'user'`;
  await database.withSite(siteId, (tx) => tx.run(override));
  expect(await ask('get_site')).toEqual({
    exception: 'core\\exception\\moodle_exception',
    errorcode: 'sitemaintenance',
    message: 'The site is undergoing maintenance and is currently not available',
  });
  await database.withSite(siteId, (tx) => tx.run('delete from role_capabilities where permission = -1000'));
  await t.door('PATCH', '/sites/rest', { state: 'active' });
});

test('a service without its right is told in Moodle’s words', async () => {
  const change = (permission: number) =>
    database.withSite(siteId, (tx) =>
      tx.run(
        `update role_capabilities set permission = $1 where capability = 'moodle/course:view'
         and role_id = (select id from roles where shortname = 'jouvencesource')`,
        [permission],
      ),
    );
  await change(-1);
  expect(await ask('list_courses', { userid: ids.prof, roles: ['editingteacher'] }, source)).toEqual({
    exception: 'core\\exception\\required_capability_exception',
    errorcode: 'nopermissions',
    message: 'Sorry, but you do not currently have permissions to do that (View courses without participation).',
  });
  await change(1);
});

test('when the database ends every connection, the engine makes new ones', async () => {
  await database.withoutSite((tx) =>
    tx.run(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    ),
  );
  await expect.poll(async () => (await post(`wstoken=${target}&moodlewsrestformat=json`)).status).toBe(200);
  expect((await ask('get_site')).branch).toBe(405);
});

test('a suspended site answers 503 to everything, and no other site notices', async () => {
  await t.door('PATCH', '/sites/rest', { state: 'suspended' });
  expect((await post(`wstoken=${target}`)).status).toBe(503);
  expect((await t.ask({ path: '/login/index.php', host })).status).toBe(503);
  expect((await t.ask({ path: '/', host: 'else.localhost' })).status).toBe(200);
  await t.door('PATCH', '/sites/rest', { state: 'active' });
});

test('nothing unexpected was logged', () => {
  expect(t.failures).toEqual([]);
});
