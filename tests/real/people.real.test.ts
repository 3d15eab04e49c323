import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Couple, openCouple, say } from './rig/couple.ts';

/* Who is who between two real Moodles. Moodle alone stops a whole course for one changed e-mail. */
let couple: Couple;

beforeAll(async () => {
  couple = await openCouple({ name: 'who' });
});

afterAll(() => couple?.[Symbol.asyncDispose]());

interface Person {
  username: string;
  email?: string;
  idnumber?: string;
  auth?: string;
}

/** A course with these people in it, on the source; and these accounts on the target. */
async function course(shortname: string, here: Person[], there: Person[]): Promise<number> {
  const { source, target } = couple;
  const { courses } = await source.seed<{ courses: { courseid: number }[] }>('plain', {
    courses: [{ shortname, files: 1 }],
  });
  await source.seed('accounts', { people: here });
  await source.seed('enrol', { courseid: courses[0]!.courseid, usernames: here.map(({ username }) => username) });
  if (there.length > 0) await target.seed('accounts', { people: there });
  return courses[0]!.courseid;
}

const send = (courseid: number) =>
  couple.control.send({ source: couple.source.name, target: couple.target.name, courseid, people: true });

const identity = (rule: string) =>
  couple.control.addPair(couple.source.name, couple.target.name, ['--create-people', '--identity', rule]);

const enrolledIn = (courseid: number): Promise<string[]> =>
  couple.target.query(
    `select u.username from mdl_user u join mdl_user_enrolments ue on ue.userid = u.id join mdl_enrol e on e.id = ue.enrolid where e.courseid = ${courseid} order by 1`,
  );

test('an e-mail that changed: the same person by username, whose account stays as it is', async () => {
  const id = await course(
    'MAIL',
    [{ username: 'anna', email: 'anna@old.example.org' }],
    [{ username: 'anna', email: 'anna@new.example.org' }],
  );
  const ended = await send(id);
  expect(ended.state, say(ended)).toBe('done');
  expect(await enrolledIn(ended.newCourse!.id)).toContain('anna');
  expect(await couple.target.query(`select email from mdl_user where username = 'anna'`)).toEqual([
    'anna@new.example.org',
  ]);
});

test('admin on both sites is not the same person', async () => {
  const id = await course('ADMIN', [{ username: 'admin', email: 'root@old.example.org' }], []);
  const ended = await send(id);
  expect(ended.state, say(ended)).toBe('done');
  expect(ended.report.map(({ code }) => code)).toContain('admin-renamed');
  expect(await enrolledIn(ended.newCourse!.id)).not.toContain('admin');
  expect(await couple.target.query(`select email from mdl_user where username = 'admin'`)).toEqual([
    'admin@example.org',
  ]);
});

test('by e-mail: another name for the same person; the same name for two people is an error that names both', async () => {
  await identity('email');
  const renamed = await course(
    'RENAME',
    [{ username: 'p.old', email: 'pat@example.org' }],
    [{ username: 'p.new', email: 'pat@example.org' }],
  );
  const ended = await send(renamed);
  expect(ended.state, say(ended)).toBe('done');
  expect(await enrolledIn(ended.newCourse!.id)).toContain('p.new');
  expect(await couple.target.query(`select count(*) from mdl_user where username = 'p.old'`)).toEqual(['0']);

  const taken = await course(
    'TAKEN',
    [{ username: 'jean', email: 'jean.a@example.org' }],
    [{ username: 'jean', email: 'jean.b@example.org' }],
  );
  const before = await couple.target.query('select count(*) from mdl_course');
  const refused = await send(taken);
  expect(refused.state, say(refused)).toBe('refused');
  expect(refused.error!.message).toMatch(/jean.*jean\.b@example\.org/);
  expect(await couple.target.query('select count(*) from mdl_course')).toEqual(before);
});

test('two accounts of that e-mail: neither is taken, both are named', async () => {
  await couple.target.setConfig('allowaccountssameemail', '1');
  const id = await course(
    'TWICE',
    [{ username: 'claire', email: 'claire@example.org' }],
    [
      { username: 'claire.a', email: 'claire@example.org' },
      { username: 'claire.b', email: 'claire@example.org' },
    ],
  );
  const refused = await send(id);
  expect(refused.state, say(refused)).toBe('refused');
  expect(refused.error!.message).toMatch(/claire\.a.*claire\.b/);
});

test('by idnumber', async () => {
  await identity('idnumber');
  // By the same rule the one for whom it is carried is found on the source.
  for (const site of [couple.source, couple.target])
    await site.seed('accounts', { people: [{ username: 'prof.martin', idnumber: 'N-1' }] });
  const id = await course(
    'IDN',
    [{ username: 'lea', email: 'lea@example.org', idnumber: 'N-77' }],
    [{ username: 'l.dupont', email: 'l.dupont@example.org', idnumber: 'N-77' }],
  );
  const ended = await send(id);
  expect(ended.state, say(ended)).toBe('done');
  expect(await enrolledIn(ended.newCourse!.id)).toContain('l.dupont');
});

test('an account that its owner registered by himself is nobody’s match', async () => {
  await identity('username');
  const id = await course(
    'SELF',
    [{ username: 'recteur', email: 'recteur@example.org' }],
    [{ username: 'recteur', email: 'recteur@example.org', auth: 'email' }],
  );
  const refused = await send(id);
  expect(refused.state, say(refused)).toBe('refused');
  expect(refused.error!.message).toContain('recteur');
});

test('a forged source cannot give an account a password that somebody knows', async () => {
  couple.source.configure({ includeuserpasswordsinbackup: true });
  const id = await course('FORGED', [{ username: 'mallory', email: 'mallory@example.org' }], []);
  const ended = await send(id);
  expect(ended.state, say(ended)).toBe('done');
  const [password] = await couple.target.query(`select password from mdl_user where username = 'mallory'`);
  expect(password).not.toMatch(/^\$/);
  const [known] = await couple.source.query(`select password from mdl_user where username = 'mallory'`);
  expect(known).toMatch(/^\$/);
});

test('whose courses: by a role in the course or in a category above, ended and suspended enrolments and hidden courses too', async () => {
  const { control, source, target } = couple;
  await source.seed('teachers');
  const both = ['CAT-TEACHERS-hidden', 'CAT-TEACHERS-visible'];
  const expected = { cours: both, suspendu: both, expire: both, compte: both, categorie: both, eleve: [], parti: [] };
  await target.seed('accounts', { people: Object.keys(expected).map((name) => ({ username: `prof.${name}` })) });
  const found: Record<string, string[]> = {};
  for (const name of Object.keys(expected)) found[name] = await control.coursesOf(target.name, `prof.${name}`);
  expect(found).toEqual(expected);
});
