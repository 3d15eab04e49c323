import type { BackupDocument } from '@jouvence/mbz';
import { getContext } from '../contexts.ts';
import type { Tx } from '../database.ts';
import { getPeople, type Person } from '../people.ts';
import { appended, edited, leaf } from './edits.ts';
import { writeManualMethod } from './enrolments.ts';
import { type Fields, readRecords } from './reading.ts';

/** Somebody of the course as the site has it now. */
export interface Enrolled {
  person: Person;
  /** Null: only a role, as of an assistant who was never enrolled. */
  enrolment: { suspended: boolean; timestart: number; timeend: number } | null;
  roles: { shortname: string; archetype: string }[];
}

/** Everybody enrolled in a course, or with a role in it. */
export async function readEnrolled(tx: Tx, courseId: number): Promise<Enrolled[]> {
  const context = await getContext(tx, 'course', courseId);
  const enrolments = await tx.rows<{ id: number; suspended: boolean; timestart: number; timeend: number }>(
    `select distinct on (e.person_id) e.person_id as id, e.suspended, e.timestart, e.timeend
     from enrolments e join enrol_methods m on m.id = e.method_id where m.course_id = $1
     order by e.person_id, e.suspended`,
    [courseId],
  );
  const roles = await tx.rows<{ id: number; shortname: string; archetype: string }>(
    `select distinct a.person_id as id, r.shortname, r.archetype from role_assignments a join roles r on r.id = a.role_id
     where a.context_id = $1 order by a.person_id, r.shortname`,
    [context.id],
  );
  const ids = [...new Set([...enrolments, ...roles].map(({ id }) => id))];
  const enrolmentOf = new Map(enrolments.map(({ id, ...enrolment }) => [id, enrolment]));
  const rolesOf = Map.groupBy(roles, ({ id }) => id);
  const people = await getPeople(tx, ids);
  return ids.flatMap((id) => {
    const person = people.get(id);
    const held = (rolesOf.get(id) ?? []).map(({ shortname, archetype }) => ({ shortname, archetype }));
    return person ? [{ person, enrolment: enrolmentOf.get(id) ?? null, roles: held }] : [];
  });
}

/**
 * The documents with those who came to the course after it was restored: Moodle writes a backup from its tables, where
 * they are; here the documents are those of the course’s own backup, in which they are not.
 */
export async function addEnrolled(documents: BackupDocument[], enrolled: Enrolled[]): Promise<BackupDocument[]> {
  const known = await readKnown(documents);
  const news = { users: '', references: '', enrolments: [] as Newcomer[], assignments: '', roles: '' };
  let nextId = known.highestId;
  for (const { person, enrolment, roles } of enrolled) {
    let id = known.userIds.get(person.username);
    if (id === undefined) {
      nextId += 1;
      id = nextId;
      news.users += userXml(id, person);
      news.references += `    <user>\n      <id>${id}</id>\n    </user>\n`;
    }
    if (enrolment && !known.enrolled.has(id)) news.enrolments.push({ userId: id, ...enrolment });
    for (const role of roles) {
      let roleId = known.roleIds.get(role.shortname);
      if (roleId === undefined) {
        roleId = Math.max(0, ...known.roleIds.values()) + 1;
        known.roleIds.set(role.shortname, roleId);
        news.roles += roleXml(roleId, role);
      }
      if (known.assigned.has(`${id} ${roleId}`)) continue;
      nextId += 1;
      news.assignments += assignmentXml(nextId, roleId, id);
    }
  }
  return written(documents, news, nextId + 1);
}

type Newcomer = { userId: number } & NonNullable<Enrolled['enrolment']>;

interface Known {
  userIds: Map<string, number>;
  /** Of all ids that new ones must not meet. */
  highestId: number;
  enrolled: Set<number>;
  /** `user role` */
  assigned: Set<string>;
  roleIds: Map<string, number>;
}

/** What the documents say already. */
async function readKnown(documents: BackupDocument[]): Promise<Known> {
  const read = (path: string, rows: string, fields?: Set<string>): Promise<Fields[]> =>
    readRecords(
      documents.find((document) => document.path === path),
      rows,
      fields,
    );
  const users = await read('users.xml', '/users/user', new Set(['username']));
  const enrolments = await read('course/enrolments.xml', '/enrolments/enrols/enrol/user_enrolments/enrolment');
  const methods = await read('course/enrolments.xml', '/enrolments/enrols/enrol', new Set(['enrol']));
  const assignments = await read('course/roles.xml', '/roles/role_assignments/assignment');
  const roles = await read('roles.xml', '/roles_definition/role', new Set(['shortname']));
  const idOf = (fields: Fields) => Number(fields['@id'] ?? 0);
  return {
    userIds: new Map(users.map((user) => [(user.username ?? '').toLowerCase(), idOf(user)])),
    highestId: [...users, ...enrolments, ...methods, ...assignments].reduce(
      (most, row) => Math.max(most, idOf(row)),
      0,
    ),
    enrolled: new Set(enrolments.map((row) => Number(row.userid))),
    assigned: new Set(assignments.map((row) => `${row.userid} ${row.roleid}`)),
    roleIds: new Map(roles.map((role) => [role.shortname ?? '', idOf(role)])),
  };
}

interface News {
  users: string;
  references: string;
  enrolments: Newcomer[];
  assignments: string;
  roles: string;
}

function written(documents: BackupDocument[], news: News, methodId: number): BackupDocument[] {
  if (news.users === '' && news.enrolments.length === 0 && news.assignments === '') return documents;
  const addition: Record<string, [closing: string, text: string]> = {
    'users.xml': ['</users>', news.users],
    'roles.xml': ['</roles_definition>', news.roles],
    'course/roles.xml': ['</role_assignments>', news.assignments],
    // Moodle takes several manual methods of one course together when it restores.
    'course/enrolments.xml': [
      '</enrols>',
      news.enrolments.length > 0 ? writeManualMethod(methodId, {}, news.enrolments) : '',
    ],
    'course/inforef.xml': ['</inforef>', news.references && `  <userref>\n${news.references}  </userref>\n`],
  };
  const changed = documents.map((document) => {
    if (document.path === 'moodle_backup.xml') return withPeople(document);
    const [closing, text] = addition[document.path] ?? ['', ''];
    return text === '' ? document : appended(document, closing, text);
  });
  const empty = {
    path: 'users.xml',
    open: () => Buffer.from('<?xml version="1.0" encoding="UTF-8"?>\n<users>\n</users>'),
  };
  const hasUsers = documents.some(({ path }) => path === 'users.xml');
  return hasUsers || news.users === '' ? changed : [...changed, appended(empty, '</users>', news.users)];
}

/** Its settings say that people are in it. */
function withPeople(document: BackupDocument): BackupDocument {
  const setting = 'moodle_backup/information/settings/setting';
  let name = '';
  return edited(document, {
    set: {
      [`${setting}/name`]: (text) => {
        name = text;
        return text;
      },
      [`${setting}/value`]: (text) => (name === 'users' || name === 'role_assignments' ? '1' : text),
    },
  });
}

const fields = (depth: number, values: Record<string, string | number | null>): string =>
  Object.entries(values)
    .map(([name, value]) => leaf(depth, name, value))
    .join('');

/** As Moodle writes an account; what an embedded site does not know is as in a new one. Never a password. */
function userXml(id: number, person: Person): string {
  const empty = (names: string) => Object.fromEntries(names.split(' ').map((name) => [name, '']));
  const { username, idnumber, email, auth, firstname, lastname, language, firstaccess, lastaccess } = person;
  const body = fields(2, {
    username,
    idnumber,
    email,
    ...empty('phone1 phone2 institution department address city country'),
    lastip: '0.0.0.0',
    picture: 0,
    description: null,
    descriptionformat: 1,
    imagealt: null,
    auth,
    ...empty('firstnamephonetic lastnamephonetic middlename alternatename'),
    firstname,
    lastname,
    confirmed: 1,
    policyagreed: 0,
    deleted: 0,
    lang: language,
    theme: '',
    timezone: '99',
    firstaccess,
    lastaccess,
    lastlogin: 0,
    currentlogin: 0,
    mailformat: 1,
    maildigest: 0,
    maildisplay: 2,
    autosubscribe: 1,
    trackforums: 0,
    timecreated: 0,
    timemodified: 0,
    trustbitmask: 0,
  });
  return (
    `  <user id="${id}" contextid="${id}">\n${body}    <custom_fields>\n    </custom_fields>\n    <tags>\n    </tags>\n` +
    `    <preferences>\n    </preferences>\n    <roles>\n      <role_overrides>\n      </role_overrides>\n` +
    `      <role_assignments>\n      </role_assignments>\n    </roles>\n  </user>\n`
  );
}

const roleXml = (id: number, { shortname, archetype }: { shortname: string; archetype: string }): string =>
  `  <role id="${id}">\n${fields(2, { name: '', shortname, nameincourse: null, description: '', sortorder: id, archetype })}  </role>\n`;

const assignmentXml = (id: number, roleid: number, userid: number): string =>
  `    <assignment id="${id}">\n${fields(3, { roleid, userid, timemodified: 0, modifierid: 0, component: '', itemid: 0, sortorder: 0 })}    </assignment>\n`;
