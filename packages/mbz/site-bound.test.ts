import { expect, test } from 'vitest';
import { inspect } from './index.ts';
import { leastBackup, tgz } from './test/build.ts';

async function* once(bytes: Uint8Array) {
  yield bytes;
}

/** A backup of no more than these documents. */
async function boundIn(documents: Record<string, string>) {
  const items = Object.entries(documents).map(([name, body]) => ({ name, body }));
  return (await inspect(once(tgz([...leastBackup, ...items])))).siteBound;
}

const lti = (inside: string) => `<activity id="1" moduleid="2" modulename="lti" contextid="3"><lti id="1">
  <name>Lab</name>${inside}</lti></activity>`;
const secret = '<resourcekey encrypted="true">abc=</resourcekey><password encrypted="true">def=</password>';

test.each([
  ['set up in the activity', `<typeid>0</typeid><toolurl>https://tool.example</toolurl>${secret}`, ['secret', '']],
  ['without an address', `<typeid>0</typeid><toolurl></toolurl>${secret}`, undefined],
  [
    'without a key',
    '<typeid>0</typeid><toolurl>https://tool.example</toolurl><resourcekey>$@NULL@$</resourcekey>',
    undefined,
  ],
  [
    'of the whole site',
    '<typeid>7</typeid><ltitype id="7"><name>Turn</name><baseurl>$@NULL@$</baseurl></ltitype>',
    ['site-tool', 'Turn'],
  ],
  ['that is gone', '<typeid>7</typeid>', ['site-tool', '']],
  [
    'of the course, LTI 1.1',
    '<typeid>7</typeid><ltitype id="7"><name>Quizzer</name><baseurl>https://q.example</baseurl><ltiversion>LTI-1p0</ltiversion></ltitype>',
    ['secret', 'Quizzer'],
  ],
  [
    'of the course, LTI 1.3',
    '<typeid>7</typeid><ltitype id="7"><name>Quizzer</name><baseurl>https://q.example</baseurl><ltiversion>1.3.0</ltiversion></ltitype>',
    ['registration', 'Quizzer'],
  ],
])('an external tool %s', async (_, inside, expected) => {
  const { externalTools } = await boundIn({ 'activities/lti_2/lti.xml': lti(inside) });
  expect(externalTools).toEqual(expected ? [{ name: 'Lab', bound: expected[0], tool: expected[1] }] : []);
});

test('scales and outcomes of the whole site, and not those of the course', async () => {
  const { scales, outcomes } = await boundIn({
    'scales.xml': `<scales_definition><scale id="1"><courseid>0</courseid><name>Site</name></scale>
      <scale id="2"><courseid>9</courseid><name>Own</name></scale></scales_definition>`,
    'outcomes.xml': `<outcomes_definition><outcome id="1"><courseid>$@NULL@$</courseid><shortname>S</shortname></outcome>
      <outcome id="2"><courseid>9</courseid><shortname>O</shortname></outcome></outcomes_definition>`,
  });
  expect({ scales, outcomes }).toEqual({ scales: ['Site'], outcomes: ['S'] });
});

test('questions whose author is not in the backup', async () => {
  const question = (createdby: string) => `<question id="1"><createdby>${createdby}</createdby></question>`;
  const { authorlessQuestions } = await boundIn({
    'users.xml': '<users><user id="5"><username>a</username><auth>manual</auth></user></users>',
    'questions.xml': `<question_categories><question_category id="1"><question_bank_entries><question_bank_entry id="1">
      <question_version><question_versions id="1"><questions>${question('5')}${question('6')}${question('$@NULL@$')}${question('0')}
      </questions></question_versions></question_version></question_bank_entry></question_bank_entries></question_category>
      <question_category id="2"><questions>${question('7')}</questions></question_category></question_categories>`,
  });
  expect(authorlessQuestions).toBe(2);
});

test('ways to enrol by cohort and by another course, with how many came by each', async () => {
  const way = (method: string, people: number) =>
    `<enrol id="1"><enrol>${method}</enrol><user_enrolments>${'<enrolment id="1"><userid>1</userid></enrolment>'.repeat(people)}</user_enrolments></enrol>`;
  const { enrolments } = await boundIn({
    'course/enrolments.xml': `<enrolments><enrols>${way('manual', 3)}${way('cohort', 2)}${way('self', 1)}${way('meta', 0)}</enrols></enrolments>`,
  });
  expect(enrolments).toEqual([
    { method: 'cohort', people: 2 },
    { method: 'meta', people: 0 },
  ]);
});

test('people of another Moodle', async () => {
  const user = (auth: string, host: string) =>
    `<user id="1"><username>a</username><auth>${auth}</auth><mnethosturl>${host}</mnethosturl></user>`;
  const { networkPeople } = await boundIn({
    'users.xml': `<users>${user('manual', '')}${user('mnet', '')}${user('manual', 'https://third.example')}${user('manual', '$@NULL@$')}</users>`,
  });
  expect(networkPeople).toBe(2);
});
