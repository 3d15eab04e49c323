import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../src/store/testing.ts';
import { createCategory } from './categories.ts';
import { type Context, getContext } from './contexts.ts';
import { insertCourse } from './course-rows.ts';
import { type Database, openDatabase, type Tx } from './database.ts';
import { savePeople } from './people.ts';
import {
  assignableRoles,
  assignRoles,
  checkRights,
  hasCapability,
  listRoles,
  requireCapability,
  setCapability,
} from './roles.ts';
import { openSites } from './sites.ts';

let raw: TestDatabase;
let database: Database;
let siteId: number;
let made = 0;

beforeAll(async () => {
  raw = await testDatabase();
  database = await openDatabase({ url: raw.url, log: () => {} });
});
afterAll(async () => {
  await database?.close();
  await raw?.drop();
});

/** system > science > biology > course, and one person without a role. */
interface Place {
  personId: number;
  system: Context;
  science: Context;
  biology: Context;
  course: Context;
}
let place: Place;

beforeEach(async () => {
  const sites = await openSites(database);
  const name = `roles-${++made}`;
  const site = await sites.create({
    name,
    host: `${name}.localhost`,
    url: `http://${name}.localhost`,
    fullname: name,
    language: 'en',
    timezone: 'UTC',
    release: '4.5 (Build: 20241007)',
    branch: 405,
    demo: false,
  });
  siteId = site.id;
  place = await within(async (tx) => {
    const [personId] = await savePeople(tx, [
      {
        username: 'prof',
        email: 'p@example.org',
        firstname: 'P',
        lastname: 'Q',
        idnumber: '',
        language: 'fr',
        auth: 'manual',
      },
    ]);
    const science = await createCategory(tx, { name: 'Science', idnumber: 'S', parentId: null });
    const biology = await createCategory(tx, { name: 'Biology', idnumber: 'B', parentId: science });
    const course = await insertCourse(tx, { categoryId: biology, shortname: 'BIO', fullname: 'Bio' });
    return {
      personId: personId!,
      system: await getContext(tx, 'system', 0),
      science: await getContext(tx, 'category', science),
      biology: await getContext(tx, 'category', biology),
      course: await getContext(tx, 'course', course),
    };
  });
});

const within = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.withSite(siteId, work);
const give = (role: string, context: Context) =>
  within(async (tx) => {
    const roleId = (await listRoles(tx)).get(role)!.id;
    await assignRoles(tx, [{ personId: place.personId, roleId, contextId: context.id }]);
  });
const set = (role: string, capability: string, context: Context, permission: 1 | 0 | -1 | -1000) =>
  within(async (tx) => {
    const roleId = (await listRoles(tx)).get(role)!.id;
    await setCapability(tx, { roleId, contextId: context.id, capability, permission });
  });
const may = (capability: string, context: Context) =>
  within((tx) => hasCapability(tx, place.personId, capability, context));

const create = 'moodle/course:create';
const update = 'moodle/course:update';

test('a role counts where it was given and below, not above', async () => {
  expect(await may(create, place.biology)).toBe(false);
  await give('coursecreator', place.science);
  expect(await may(create, place.biology)).toBe(true);
  expect(await may(create, place.course)).toBe(true);
  expect(await may(create, place.system)).toBe(false);
});

test.each([
  ['manager', create, true],
  ['coursecreator', create, true],
  ['coursecreator', update, false],
  ['editingteacher', update, true],
  ['editingteacher', create, false],
  ['editingteacher', 'moodle/restore:restorecourse', true],
  ['editingteacher', 'moodle/backup:backupcourse', true],
  ['teacher', update, false],
  ['teacher', 'moodle/course:viewhiddencourses', true],
  ['student', 'moodle/course:viewparticipants', true],
  ['student', update, false],
  ['manager', 'moodle/site:config', false],
  ['manager', 'local/unknown:capability', false],
])('Moodle’s default: %s has %s: %s', async (role, capability, expected) => {
  await give(role, place.course);
  expect(await may(capability, place.course)).toBe(expected);
});

test('what everybody with an account may do needs no role', async () => {
  expect(await may('moodle/user:changeownpassword', place.system)).toBe(true);
});

test('the nearest definition of a role counts: prevent below, allow again further below', async () => {
  await give('manager', place.system);
  await set('manager', create, place.science, -1);
  expect(await may(create, place.system)).toBe(true);
  expect(await may(create, place.biology)).toBe(false);
  await set('manager', create, place.biology, 1);
  expect(await may(create, place.biology)).toBe(true);
});

test('another role that allows outweighs a prevent, and nothing outweighs a prohibit', async () => {
  await give('manager', place.system);
  await give('coursecreator', place.system);
  await set('manager', create, place.science, -1);
  expect(await may(create, place.biology)).toBe(true);
  await set('coursecreator', create, place.system, -1000);
  await set('coursecreator', create, place.biology, 1);
  expect(await may(create, place.biology)).toBe(false);
});

test('inherit at the system takes the archetype’s default away', async () => {
  await give('coursecreator', place.system);
  await set('coursecreator', create, place.system, 0);
  expect(await may(create, place.system)).toBe(false);
});

test('rights are checked in the order asked, and what is gone is said to be', async () => {
  await give('coursecreator', place.science);
  const checks = await within((tx) =>
    checkRights(tx, place.personId, [
      { capability: create, level: 'category', instanceid: 424_242 },
      { capability: create, level: 'category', instanceid: place.biology.instanceId },
      { capability: update, level: 'course', instanceid: place.course.instanceId },
      { capability: create, level: 'system', instanceid: 77 },
    ]),
  );
  expect(checks).toEqual([
    { capability: create, exists: false, allowed: false },
    { capability: create, exists: true, allowed: true },
    { capability: update, exists: true, allowed: false },
    { capability: create, exists: true, allowed: false },
  ]);
});

test('assignable roles are those of the allow-lists of roles held there, and none without moodle/role:assign', async () => {
  const names = () =>
    within(async (tx) => [...(await assignableRoles(tx, place.personId, place.course)).keys()].sort());
  expect(await names()).toEqual([]);
  await give('editingteacher', place.course);
  expect(await names()).toEqual(['student', 'teacher']);
  await give('manager', place.science);
  expect(await names()).toEqual(['coursecreator', 'editingteacher', 'manager', 'student', 'teacher']);
  await set('manager', 'moodle/role:assign', place.system, -1000);
  expect(await names()).toEqual([]);
});

test('a missing right is told in Moodle’s words', async () => {
  await expect(within((tx) => requireCapability(tx, place.personId, create, place.biology))).rejects.toMatchObject({
    exception: 'required_capability_exception',
    errorcode: 'nopermissions',
    message: 'Sorry, but you do not currently have permissions to do that (Create courses).',
  });
});
