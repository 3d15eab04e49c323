import { type FunctionName, profiles, wireName } from '@jouvence/protocol';
import { type Caller, checkRefusal, describe } from '../caller.ts';
import type { Case } from '../case.ts';
import type { Trial } from '../trial.ts';

/** What is refused before anything is looked for: tokens, functions, parameters. */
export const refusals: Case[] = [
  {
    name: 'a token that is none is refused as Moodle refuses it',
    needs: ['web'],
    async run(t) {
      const ask = (token: [string, string][]) =>
        t.any.post([...token, ['wsfunction', wireName('get_site')], ['moodlewsrestformat', 'json']]);
      for (const token of ['0'.repeat(32), 'x', `${t.any.token}0`, '<script>'])
        checkRefusal(t.notes, 'get_site', 'another token', await ask([['wstoken', token]]), 'token');
      checkRefusal(t.notes, 'get_site', 'no token', await ask([]), 'token');
    },
  },
  {
    name: 'a function of another profile, of Moodle, or of nobody is refused',
    needs: [],
    async run(t) {
      for (const [profile, caller] of Object.entries(t.callers) as [keyof typeof profiles, Caller][]) {
        const own: readonly string[] = profiles[profile];
        const others = Object.values(profiles)
          .flat()
          .filter((name) => !own.includes(name));
        for (const name of new Set(others))
          checkRefusal(t.notes, name, `as ${profile}`, await caller.ask(name), 'access');
        const core = await caller.ask('core_user_get_users');
        checkRefusal(t.notes, 'core_user_get_users', `as ${profile}`, core, 'access');
        for (const name of ['local_jouvence_no_such_function', 'local_jouvence___proto__'])
          checkRefusal(t.notes, name, `as ${profile}`, await caller.ask(name), 'unknown');
      }
    },
  },
  {
    name: 'errors are XML for whoever does not ask for JSON',
    needs: ['web'],
    async run(t) {
      const got = await t.any.post([
        ['wstoken', '0'.repeat(32)],
        ['wsfunction', wireName('get_site')],
      ]);
      const isXml = got.text.includes('<EXCEPTION class=') && got.text.includes('<ERRORCODE>invalidtoken</ERRORCODE>');
      t.notes.check('get_site', 'XML that names the error', isXml, describe(got));
    },
  },
  {
    name: 'parameters that no function takes are refused: source',
    needs: ['source'],
    run: (t) => wrong(t, t.source, ofSource),
  },
  {
    name: 'parameters that no function takes are refused: target',
    needs: ['target'],
    run: (t) => wrong(t, t.target, ofTarget),
  },
  {
    name: 'parameters that no function takes are refused: fleet',
    needs: ['fleet'],
    run: (t) => wrong(t, t.fleet, ofFleet),
  },
  {
    name: 'ids that name nothing are not found: source',
    needs: ['source'],
    run: (t) => absent(t.source, absentOfSource),
  },
  {
    name: 'ids that name nothing are not found: target',
    needs: ['target'],
    run: (t) => absent(t.target, absentOfTarget),
  },
];

type Wrong = [FunctionName, Record<string, unknown>];
const sha = 'a'.repeat(64);
/** An id that no site has. */
const nobody = 2_000_000_000;
const never = 'conformance-never-used.1';

const ofSource: Wrong[] = [
  ['get_site', { verbose: '1' }],
  ['get_connection', { profile: 'target' }],
  ['find_people', { field: 'username' }],
  ['find_people', { value: 'x' }],
  ['find_people', { field: 'password', value: 'x' }],
  ['find_people', { field: 'username', value: 'x', limit: '1' }],
  ['find_people', { field: 'username', value: 'a\0b' }],
  ['find_people', { field: 'username', value: ['a'] }],
  ['list_courses', { userid: 1 }],
  ['list_courses', { userid: 1, roles: Array.from({ length: 51 }, (_, n) => `r${n}`) }],
  ['list_courses', { userid: 1, roles: ["x' or 1=1"] }],
  ['list_courses', { userid: '12abc', roles: ['editingteacher'] }],
  ['list_courses', { userid: 0, roles: ['editingteacher'] }],
  ['list_courses', { userid: -1, roles: ['editingteacher'] }],
  ['find_courses', { field: 'fullname', value: 'x' }],
  ['search_courses', {}],
  ['search_courses', { text: '', limit: 0 }],
  ['search_courses', { text: '', limit: 201 }],
  ['search_courses', { text: '', before: -1 }],
  ['search_courses', { text: 'x'.repeat(256) }],
  ['list_courses', { userid: 1, roles: ['editingteacher'], key: 'course_categories' }],
  ['find_courses', { field: 'id', value: '1', key: 'course_categories:id:name;--' }],
  ['get_course', { courseid: 1, key: '' }],
  ['get_course_people', { courseid: 1 }],
  ['get_course_people', { courseid: 1, roles: [] }],
  ['get_course_people', { courseid: 0, roles: ['editingteacher'] }],
  ['get_course_people', { courseid: 1, roles: ['editing teacher'] }],
  ['get_course_people', { courseid: 1, roles: ['editingteacher'], after: '1x' }],
  ['check_courses', { ids: [] }],
  ['check_courses', { ids: [1, 0] }],
  ['check_courses', { ids: ['1x'] }],
  ['check_courses', { ids: [1], userid: 0 }],
  ['check_courses', { ids: Array.from({ length: 201 }, (_, n) => n + 1) }],
  ['get_course', {}],
  ['get_course', { courseid: '12abc' }],
  ['get_course', { courseid: '1.5' }],
  ['get_course', { courseid: '' }],
  ['get_course', { courseid: -1 }],
  ['get_course', { courseid: 0 }],
  ['get_course', { courseid: '99999999999999999999' }],
  ['start_backup', { key: never, courseid: 1 }],
  ['start_backup', { key: never, courseid: 1, people: 'yes' }],
  ['start_backup', { key: '../../etc/passwd', courseid: 1, people: false }],
  ['start_backup', { key: 'a', courseid: 1, people: false }],
  ['start_backup', { key: `a${'b'.repeat(100)}`, courseid: 1, people: false }],
  ['get_job', { key: '' }],
  ['get_job', { key: 'a b c' }],
  ['discard_job', { key: never, force: '1' }],
  ['grant_download', { key: 'a/b/c' }],
];

const ofTarget: Wrong[] = [
  ['list_plugins', { kind: 'mod' }],
  ['match_people', {}],
  ['match_people', { people: '[{' }],
  ['match_people', { people: '{"username":"a"}' }],
  ['match_people', { people: '[{"username":"a","email":""}]' }],
  ['match_people', { people: '[{"username":1,"email":"","idnumber":""}]' }],
  [
    'match_people',
    { people: JSON.stringify(Array.from({ length: 20_001 }, () => ({ username: 'a', email: '', idnumber: '' }))) },
  ],
  ['check_rights', { userid: 1, checks: [] }],
  ['check_rights', { userid: 1, checks: [{ capability: 'moodle/course:create', level: 'planet', instanceid: 0 }] }],
  ['check_rights', { userid: 1, checks: [{ capability: 'moodle/course:create', level: 'system' }] }],
  ['check_rights', { userid: 1, checks: [{ capability: 'a', level: 'system', instanceid: 0, more: 1 }] }],
  [
    'check_rights',
    { userid: 1, checks: Array.from({ length: 51 }, () => ({ capability: 'a', level: 'system', instanceid: 0 })) },
  ],
  ['list_categories', { key: 'COURSE_CATEGORIES:id:name' }],
  ['list_categories', { key: 'course_categories:id' }],
  ['list_categories', { key: 'course_categories:id:name\n' }],
  ['send_notice', { userid: 1, kind: 'carried', subject: 's', text: 't' }],
  ['send_notice', { key: '', userid: 1, kind: 'carried', subject: 's', text: 't' }],
  ['send_notice', { key: never, userid: 0, kind: 'carried', subject: 's', text: 't' }],
  ['send_notice', { key: never, userid: 1, kind: 'party', subject: 's', text: 't' }],
  ['send_notice', { key: never, userid: 1, kind: 'carried', subject: '', text: 't' }],
  ['send_notice', { key: never, userid: 1, kind: 'carried', subject: 'a\r\nBcc: x@y.org', text: 't' }],
  ['send_notice', { key: never, userid: 1, kind: 'carried', subject: 's', text: 't\0' }],
  ['send_notice', { key: never, userid: 1, kind: 'carried', subject: 's', text: 't', url: 'javascript:alert(1)' }],
  ['send_notice', { key: never, userid: 1, kind: 'carried', subject: 's', text: 't', url: 'https://a" onclick="x' }],
  ['enrol_person', { courseid: 1, userid: 1 }],
  ['enrol_person', { courseid: '1;drop', userid: 1, role: 'student' }],
  ['enrol_person', { courseid: 1, userid: 1, role: 'no role' }],
  ['grant_upload', { key: never, filename: 'a.mbz', sizebytes: -1, sha256: sha }],
  ['grant_upload', { key: never, filename: 'a.mbz', sizebytes: '1e3', sha256: sha }],
  ['grant_upload', { key: never, filename: 'a.mbz', sizebytes: 1, sha256: sha.toUpperCase() }],
  ['grant_upload', { key: never, filename: 'a.mbz', sizebytes: 1, sha256: 'abc' }],
  ['grant_upload', { key: never, sizebytes: 1, sha256: sha }],
  ['start_restore', { key: never, uploadkey: never, categoryid: 1, people: false, enrolments: 'maybe', sha256: sha }],
  ['start_restore', { key: never, uploadkey: never, categoryid: 1, people: false, enrolments: 'never' }],
  ['start_restore', { key: never, uploadkey: '..', categoryid: 1, people: false, enrolments: 'never', sha256: sha }],
  ['start_restore', { key: never, uploadkey: never, categoryid: 1, people: 2, enrolments: 'never', sha256: sha }],
  [
    'start_restore',
    {
      key: never,
      uploadkey: never,
      categoryid: 1,
      people: false,
      enrolments: 'never',
      sha256: sha,
      idnumber: 'x'.repeat(101),
    },
  ],
];

const ofFleet: Wrong[] = [
  ['set_maintenance', {}],
  ['set_maintenance', { enabled: 'on' }],
  ['set_maintenance', { enabled: false, minutes: 5 }],
  ['rotate_token', { days: 10_000 }],
];

async function wrong(t: Trial, caller: Caller, list: Wrong[]): Promise<void> {
  for (const [name, params] of list) {
    const got = await caller.ask(name, params);
    const text = JSON.stringify(params);
    checkRefusal(
      t.notes,
      name,
      text.length > 160 ? `${text.slice(0, 160)}… (${text.length} characters)` : text,
      got,
      'invalid',
    );
  }
}

const absentOfSource: Wrong[] = [
  ['get_course', { courseid: nobody }],
  ['get_course_people', { courseid: nobody, roles: ['editingteacher'] }],
  ['start_backup', { key: never, courseid: nobody, people: false }],
  ['get_job', { key: never }],
  ['grant_download', { key: never }],
];

const absentOfTarget: Wrong[] = [
  ['get_course', { courseid: nobody }],
  ['get_job', { key: never }],
  ['enrol_person', { courseid: nobody, userid: nobody, role: 'student' }],
  ['send_notice', { key: never, userid: nobody, kind: 'carried', subject: 's', text: 't' }],
  [
    'start_restore',
    {
      key: never,
      uploadkey: 'conformance-never-used.2',
      categoryid: 1,
      people: false,
      enrolments: 'never',
      sha256: sha,
    },
  ],
];

async function absent(caller: Caller, list: Wrong[]): Promise<void> {
  for (const [name, params] of list) await caller.refused(name, params, 'not-found');
}
