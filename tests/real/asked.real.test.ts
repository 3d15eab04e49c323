import { createSiteClient, exchangePairingCode, type SiteClient } from '@jouvence/moodle-client';
import { readPairingCode } from '@jouvence/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MailCatcher, openMailCatcher } from '../../src/notices/test/mail-catcher.ts';
import { openRig, type Rig } from './rig/rig.ts';
import type { MoodleSite } from './rig/site.ts';

/* What requests ask of a real Moodle besides the course: keys of categories, people of a course, notices. */
let rig: Rig;
let site: MoodleSite;
let source: SiteClient;
let target: SiteClient;
let mail: MailCatcher;

beforeAll(async () => {
  mail = await openMailCatcher();
  rig = openRig();
  site = await rig.site({
    name: 'asked',
    release: process.env.JOUVENCE_TEST_RELEASE ?? '4.5',
    database: 'pgsql',
    cronSeconds: 0,
  });
  site.configure({ noemailever: false, smtphosts: `127.0.0.1:${mail.port}` });
  source = await clientOf('source');
  target = await clientOf('target');
});

afterAll(async () => {
  await Promise.all([source?.close(), target?.close(), mail?.close()]);
  await site?.remove();
});

const setUp = (...args: string[]) => site.tryPhp([site.setUpScript, ...args]);

async function clientOf(profile: 'source' | 'target'): Promise<SiteClient> {
  const said = await site.php([site.setUpScript, `--profile=${profile}`]);
  const code = readPairingCode(/https?:\/\/\S+#\S+/.exec(said)![0])!;
  const { token } = await exchangePairingCode({ site: site.name, ...code, control: 'http://127.0.0.1:9' });
  return createSiteClient({ site: site.name, url: site.url, token });
}

interface Made {
  userid: number;
  categoryid: number;
}

test('a table of the site’s own gives keys once the administrator has allowed it, and one row is a key', async () => {
  const one = await site.seed<Made>('target', { category: 'MAP-1' });
  const two = await site.seed<Made>('target', { category: 'MAP-2' });
  await site.query(
    'create table mdl_faculty_map (id bigint primary key, categoryid bigint, apogee varchar(50), secret bytea)',
  );
  await site.query(
    `insert into mdl_faculty_map values (1, ${one.categoryid}, 'APO-1 é'), (2, ${two.categoryid}, 'A'), (3, ${two.categoryid}, 'B')`,
  );
  const key = 'faculty_map:categoryid:apogee';
  const refused = await target.call('list_categories', { key }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'not-allowed', message: expect.stringContaining('--category-key') });
  for (const wrong of ['user:id:password', 'faculty_map:categoryid:secret', 'faculty_map:categoryid:nothing'])
    expect((await setUp(`--category-key=${wrong}`)).code, wrong).not.toBe(0);
  expect((await setUp(`--category-key=${key}`)).code).toBe(0);

  const { categories } = await target.call('list_categories', { key });
  const keyOf = (id: number) => categories.find((category) => category.id === id)?.key;
  expect([keyOf(one.categoryid), keyOf(two.categoryid)]).toEqual(['APO-1 é', null]);
  const { courses } = await site.seed<{ courses: { courseid: number }[] }>('plain', {
    courses: [{ shortname: 'MAPPED', files: 1, category: one.categoryid }],
  });
  const { courseid } = courses[0]!;
  const listed = await source.call('list_courses', { userid: one.userid, roles: ['editingteacher'], key });
  expect(listed.courses.find(({ id }) => id === courseid)?.category.key).toBe('APO-1 é');
  expect((await source.call('get_course', { courseid, key })).category.key).toBe('APO-1 é');

  await site.query('drop table mdl_faculty_map');
  await expect(target.call('list_categories', { key })).rejects.toMatchObject({ code: 'site-error' });
  expect((await setUp('--no-category-keys')).stdout).toContain('took back');
  await expect(target.call('list_categories', { key })).rejects.toMatchObject({ code: 'not-allowed' });
});

test('people of a course: its teachers, who is above it, nobody else', async () => {
  const { userid, categoryid } = await site.seed<Made>('target', { category: 'PEOPLE' });
  const { courses } = await site.seed<{ courses: { courseid: number }[] }>('plain', {
    courses: [{ shortname: 'PEOPLE', files: 1, category: categoryid }],
  });
  const { courseid } = courses[0]!;
  const ids = await site.seed<Record<string, number>>('accounts', {
    people: [{ username: 'dean' }, { username: 'pupil' }, { username: 'away', suspended: 1, idnumber: 'N 7' }],
  });
  await site.seed('enrol', { courseid, usernames: ['pupil'] });
  const role = (name: string) => `(select id from mdl_role where shortname = '${name}')`;
  const context = (level: number, id: number) =>
    `(select id from mdl_context where contextlevel = ${level} and instanceid = ${id})`;
  await site.query(
    `insert into mdl_role_assignments (roleid, contextid, userid, timemodified, component, itemid) values
       (${role('manager')}, ${context(40, categoryid)}, ${ids.dean}, 1, '', 0),
       (${role('teacher')}, ${context(50, courseid)}, ${ids.away}, 1, '', 0)`,
  );
  const { people, more } = await source.call('get_course_people', {
    courseid,
    roles: ['editingteacher', 'teacher', 'manager'],
  });
  expect(more).toBe(false);
  expect(people.map(({ id, roles, suspended }) => ({ id, roles, suspended }))).toEqual(
    [
      { id: userid, roles: ['editingteacher'], suspended: false },
      { id: ids.dean, roles: ['manager'], suspended: false },
      { id: ids.away, roles: ['teacher'], suspended: true },
    ].toSorted((a, b) => a.id! - b.id!),
  );
  expect(people.find(({ id }) => id === ids.away)).toMatchObject({ username: 'away', idnumber: 'N 7', auth: 'manual' });
});

test('a notice is a notification on the site and an e-mail, once; the person’s preferences decide', async () => {
  const { ada } = await site.seed<{ ada: number }>('accounts', {
    people: [{ username: 'ada', email: 'ada@example.org', lang: 'en' }],
  });
  const url = `${site.url}/course/view.php?id=1&section=2`;
  const send = (key: string, more: object = {}) =>
    target.call('send_notice', {
      key,
      userid: ada,
      kind: 'carried',
      subject: 'Your course <b> has come & is here é 😀',
      text: 'Good news.\n\n<script>alert(1)</script>',
      html: '<p>Good <strong>news</strong>.</p><script>alert(1)</script>',
      url,
      urlname: 'The course',
      ...more,
    });
  for (let time = 0; time < 2; time++) expect(await send('real.1')).toEqual({ accepted: true, why: '' });
  const rows = await site.query(
    `select concat_ws('|', component, eventtype, subject, contexturl, contexturlname, useridfrom) from mdl_notifications where useridto = ${ada}`,
  );
  expect(rows).toEqual([
    expect.stringMatching(
      /^local_jouvence\|carried\|Your course <b> has come & is here é 😀\|http.*section=2\|The course\|-\d+$/,
    ),
  ]);
  const [html] = await site.query(`select fullmessagehtml from mdl_notifications where useridto = ${ada}`);
  expect(html).toContain('<strong>news</strong>');
  expect(html).not.toContain('<script');
  // Moodle 4.5 itself welcomes whoever is enrolled in a course.
  const toAda = () => mail.caught.filter(({ to }) => to.includes('ada@example.org'));
  const [caught] = toAda();
  expect(caught).toMatchObject({
    to: ['ada@example.org'],
    mail: { subject: 'Your course <b> has come & is here é 😀' },
  });
  expect(caught!.mail.text).toContain('Good news.');
  expect(caught!.mail.html).not.toContain('<script');

  // Each kind is set by its receivers.
  await site.query(
    `insert into mdl_user_preferences (userid, name, value) values (${ada}, 'message_provider_local_jouvence_failed_enabled', 'popup')`,
  );
  expect((await send('real.2', { kind: 'failed' })).accepted).toBe(true);
  expect((await send('real.3', { kind: 'partly', html: undefined })).accepted).toBe(true);
  expect(toAda()).toHaveLength(2);
  expect(await site.query(`select eventtype from mdl_notifications where useridto = ${ada} order by id`)).toEqual([
    'carried',
    'failed',
    'partly',
  ]);
  await site.query(`update mdl_user set suspended = 1 where id = ${ada}`);
  expect(await send('real.4')).toMatchObject({ accepted: false, why: expect.stringContaining('suspended') });
  await site.query(`update mdl_user set suspended = 0, deleted = 1 where id = ${ada}`);
  await expect(send('real.5')).rejects.toMatchObject({ code: 'not-found' });
  expect(toAda()).toHaveLength(2);
});
