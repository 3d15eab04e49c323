import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckedItem, Request } from '@jouvence/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MailCatcher, openMailCatcher } from '../../src/notices/test/mail-catcher.ts';
import { until } from '../cli/product.ts';
import { type Couple, openCouple, say } from './rig/couple.ts';
import { PersonBrowser } from './rig/person.ts';
import { freePort } from './rig/web.ts';

/* A request from its check to its notices, between two real Moodles: where it goes, who may, who is told. */
let couple: Couple;
let mail: MailCatcher;
let url: string;
const table = 'faculty_map';
const key = `${table}:categoryid:apogee`;

beforeAll(async () => {
  mail = await openMailCatcher();
  const port = await freePort();
  url = `http://localhost:${port}`;
  couple = await openCouple({
    name: 'req',
    serve: ['--port', String(port)],
    prepare: (dataDir) =>
      writeFileSync(
        join(dataDir, 'jouvence.yaml'),
        `server:\n  publicUrl: ${url}\nmail:\n  url: ${mail.url}\n  from: Jouvence <jouvence@example.org>\n`,
      ),
  });
  for (const site of [couple.source, couple.target]) {
    site.configure({ noemailever: false, smtphosts: `127.0.0.1:${mail.port}` });
    await site.query(`create table mdl_${table} (id serial primary key, categoryid bigint, apogee varchar(50))`);
    await site.seed('accounts', { people: people.map((username) => ({ username, password: 'Person-123' })) });
  }
});

afterAll(async () => {
  await couple?.[Symbol.asyncDispose]();
  await mail?.close();
});

/** On both sites; the first two may create courses on the target. */
const people = ['prof.martin', 'prof.durand', 'prof.autre', 'eleve.un', 'eleve.deux'];

interface Asked {
  teachers?: string[];
  students?: string[];
  category?: number;
}

/** A course of the source with these people. */
async function course(shortname: string, { teachers = [], students = [], category }: Asked = {}): Promise<number> {
  const { source } = couple;
  const made = await source.seed<{ courses: { courseid: number }[] }>('plain', {
    courses: [{ shortname, files: 1, ...(category !== undefined && { category }) }],
  });
  const { courseid } = made.courses[0]!;
  if (students.length > 0) await source.seed('enrol', { courseid, usernames: students });
  for (const username of teachers)
    await source.query(
      `insert into mdl_role_assignments (roleid, contextid, userid, timemodified, component, itemid)
       select r.id, x.id, u.id, 1, '', 0 from mdl_role r, mdl_context x, mdl_user u
       where r.shortname = 'editingteacher' and x.contextlevel = 50 and x.instanceid = ${courseid} and u.username = '${username}'`,
    );
  return courseid;
}

const set = (name: string, value: string) =>
  couple.control.json(['settings', 'set', name, value, '--target', couple.target.name]);
const unset = (name: string) => couple.control.json(['settings', 'unset', name, '--target', couple.target.name]);
const send = (courseid: number, more: object = {}) =>
  couple.control.send({ source: couple.source.name, target: couple.target.name, courseid, ...more });
const check = async (courseid: number, person = 'prof.martin', more: string[] = []): Promise<CheckedItem> => {
  const args = ['requests', 'check', `${couple.source.name}:${courseid}`, '--target', couple.target.name];
  const codes = Array.from({ length: 20 }, (_, code) => code);
  const answer = await couple.control.json<{ items: CheckedItem[] }>([...args, '--person', person, ...more], codes);
  return answer.items[0]!;
};
const reasons = ({ problems }: CheckedItem) => problems.map(({ reason, code }) => reason ?? code);
const rolesIn = (courseid: number, username: string): Promise<string[]> =>
  couple.target.query(
    `select r.shortname from mdl_role_assignments a join mdl_role r on r.id = a.roleid join mdl_user u on u.id = a.userid
     join mdl_context x on x.id = a.contextid where x.contextlevel = 50 and x.instanceid = ${courseid} and u.username = '${username}' order by 1`,
  );
const mailTo = (username: string) => mail.caught.filter(({ to }) => to.includes(`${username}@example.org`));
const toldOnSite = (username: string): Promise<string[]> =>
  couple.target.query(
    `select n.eventtype || ' ' || coalesce(n.contexturl, '') from mdl_notifications n join mdl_user u on u.id = n.useridto
     where u.username = '${username}' and n.component = 'local_jouvence' order by n.id`,
  );

let carried: Request;

test('a course goes where the mapping says, its teacher gets the role that was set, and is told on the site and by mail', async () => {
  const { source, target } = couple;
  const here = await source.seed<{ categoryid: number }>('target', { category: 'OLD-BIO' });
  const there = await target.seed<{ categoryid: number }>('target', { category: 'NEW-LIFE' });
  await target.seed('target', { username: 'prof.durand', category: 'NEW-LIFE' });
  await source.query(`insert into mdl_${table} (categoryid, apogee) values (${here.categoryid}, 'APO 1 é')`);
  await target.query(`insert into mdl_${table} (categoryid, apogee) values (${there.categoryid}, 'APO 1 é')`);
  const id = await course('MAPPED', {
    category: here.categoryid,
    teachers: ['prof.durand'],
    students: ['eleve.un', 'eleve.deux'],
  });
  await set('requests.oneInstance', 'yes');
  await set('category.table', table);
  await set('category.foreignKey', 'categoryid');
  await set('category.field', 'apogee');
  await set('enrol.role', 'teacher');
  // Until both administrators have allowed it, the default category, and why.
  const before = await check(id);
  expect(before.category).toMatchObject({ why: { code: 'key-refused' } });
  for (const site of [source, target]) await site.php([site.setUpScript, `--category-key=${key}`]);
  const checked = await check(id);
  expect(checked.problems).toEqual([]);
  expect(checked.category).toMatchObject({ id: there.categoryid, why: null, path: ['Nouvelle faculté NEW-LIFE'] });
  expect(checked.enrolledAs).toBe('teacher');

  carried = await send(id);
  expect(carried.state, say(carried)).toBe('done');
  const newId = carried.newCourse!.id;
  expect(await target.query(`select category from mdl_course where id = ${newId}`)).toEqual([String(there.categoryid)]);
  expect(await rolesIn(newId, 'prof.martin')).toEqual(['teacher']);
  const told = await until(
    () => toldOnSite('prof.martin'),
    (rows) => rows.length > 0,
  );
  expect(told).toEqual([expect.stringMatching(new RegExp(`^(carried|partly) .*id=${newId}`))]);
  // Moodle sends the e-mail after it has written the notification.
  await until(
    async () => mailTo('prof.martin'),
    (mails) => mails.some(({ mail: { text, html } }) => `${text}${html}`.includes(`course/view.php?id=${newId}`)),
  );
});

test('the same course is brought once; who taught it too enrols in what is there, and nobody else does', async () => {
  const { control, target } = couple;
  const id = carried.courseid;
  const again = await check(id, 'prof.durand');
  expect(reasons(again)).toEqual(['carried-already']);
  expect(again.carried).toMatchObject({ request: carried.id, arrived: true, by: 'prof.martin', mayEnrol: true });
  const enrolled = await control.json<{ role: string; before: boolean }>([
    'requests',
    'enrol',
    carried.id,
    ...['--person', 'prof.durand'],
  ]);
  expect(enrolled).toMatchObject({ role: 'teacher', before: false });
  expect(await rolesIn(carried.newCourse!.id, 'prof.durand')).toEqual(['teacher']);
  for (const username of ['prof.autre', 'eleve.un']) {
    const { code } = await control.run(['requests', 'enrol', carried.id, '--person', username]);
    expect(code, username).not.toBe(0);
    expect(await rolesIn(carried.newCourse!.id, username)).toEqual([]);
  }
  // Deleted on the target, it may come again.
  await target.seed('delete-course', { courseid: carried.newCourse!.id });
  expect((await check(id)).problems).toEqual([]);
  const second = await send(id);
  expect(second.state, say(second)).toBe('done');
});

test('a person of the site asks by a session of their own; participants’ data travel only with the capability', async () => {
  const { source, target } = couple;
  for (const name of ['category.table', 'category.foreignKey', 'category.field', 'enrol.role']) await unset(name);
  await set('requests.peopleChoice', 'capability');
  // Since 4.5: whoever is enrolled is welcomed by e-mail, here from the no-reply address.
  for (const site of [source, target]) await site.setConfig('sendcoursewelcomemessage', '3', 'enrol_manual');
  const id = await course('DATA', { students: ['eleve.un', 'eleve.deux'] });
  await target.seed('capability', {
    username: 'prof.martin',
    capabilities: { 'local/jouvence:use': true },
  });
  const browser = await PersonBrowser.enter(target, url, 'prof.martin');
  const wish = { items: [{ source: source.name, courseid: id, people: true }] };
  const refused = await browser.api('POST', `${url}/api/v1/requests/check`, wish);
  expect(refused.status).toBe(200);
  expect(reasons(refused.json.items[0])).toEqual(['people-choice']);
  expect((await browser.api('POST', `${url}/api/v1/requests`, wish)).status).toBe(403);
  await target.seed('capability', {
    username: 'prof.martin',
    capabilities: { 'local/jouvence:use': true, 'local/jouvence:chooseuserdata': true },
  });
  const sent = await browser.api('POST', `${url}/api/v1/requests`, wish);
  expect(sent.status, JSON.stringify(sent.json)).toBeLessThan(300);
  const before = mail.caught.length;
  const { requests } = await couple.control.json<{ requests: Request[] }>(
    ['requests', 'watch', sent.json.requests[0].id],
    Array.from({ length: 20 }, (_, code) => code),
  );
  const ended = requests[0]!;
  expect(ended.state, say(ended)).toBe('done');
  const enrolled = await target.query(
    `select u.username from mdl_user u join mdl_user_enrolments ue on ue.userid = u.id join mdl_enrol e on e.id = ue.enrolid where e.courseid = ${ended.newCourse!.id} order by 1`,
  );
  expect(enrolled).toEqual(['eleve.deux', 'eleve.un', 'prof.martin']);
  // Not the students: their teacher has not looked at the course yet.
  await until(
    async () => mailTo('prof.martin').length,
    (count) => count > 0,
  );
  expect(mail.caught.slice(before).filter(({ to }) => to.some((each) => each.startsWith('eleve')))).toEqual([]);
  const welcomed = await target.query(
    `select u.username from mdl_notifications n join mdl_user u on u.id = n.useridto where u.username like 'eleve%'`,
  );
  expect(welcomed).toEqual([]);
  // Another's request is nobody else's business.
  await target.seed('capability', { username: 'prof.durand', capabilities: { 'local/jouvence:use': true } });
  const other = await PersonBrowser.enter(target, url, 'prof.durand');
  expect((await other.api('GET', `${url}/api/v1/requests/${ended.id}`)).status).toBe(404);
});
