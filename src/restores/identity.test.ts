import type { ArchivePerson } from '@jouvence/mbz';
import { expect, test } from 'vitest';
import type { Pair } from '../sites/index.ts';
import { type AskTarget, type Candidate, type Matching, matchPeople, sayProblems } from './identity.ts';

const archiveUrl = 'https://old.example.org';

let ids = 0;
const somebody = (username: string, change: Partial<ArchivePerson> = {}): ArchivePerson => ({
  id: ++ids,
  username,
  email: `${username}@old.example.org`,
  idnumber: '',
  firstname: 'First',
  lastname: `Last ${username}`,
  auth: 'manual',
  mnethosturl: '',
  firstaccess: 1_600_000_000,
  deleted: false,
  ...change,
});

const account = (username: string, change: Partial<Candidate> = {}): Candidate => ({
  id: ++ids,
  username,
  email: `${username}@new.example.org`,
  idnumber: '',
  firstaccess: 1_700_000_000,
  auth: 'manual',
  suspended: false,
  admin: false,
  ...change,
});

/** As a site answers `match_people`: every account that has one of the three. */
const targetOf =
  (accounts: readonly Candidate[]): AskTarget =>
  async (people) =>
    people.map((person) =>
      accounts.filter(
        (each) =>
          each.username === person.username.toLowerCase() ||
          (person.email !== '' && each.email.toLowerCase() === person.email.toLowerCase()) ||
          (person.idnumber !== '' && each.idnumber === person.idnumber),
      ),
    );

function match(
  people: ArchivePerson[],
  accounts: Candidate[],
  rules: Partial<Pick<Pair, 'identity' | 'auth' | 'createPeople'>> = {},
): Promise<Matching> {
  const pair = {
    source: { name: 'old' },
    target: { name: 'new' },
    roles: [],
    identity: 'username',
    auth: [],
    createPeople: true,
    ...rules,
  } as unknown as Pair;
  const methods = new Set(['manual', 'nologin', 'ldap', 'email']);
  return matchPeople(people, pair, { archiveUrl, methods, ask: targetOf(accounts) });
}

const codes = ({ problems }: Matching) => problems.map(({ code }) => code);

test('an e-mail that changed does not stop the course: Moodle is told of the one that the account has', async () => {
  const [person, there] = [somebody('etu1'), account('etu1')];
  const { accounts, problems, made } = await match([person], [there]);
  expect(problems).toEqual([]);
  expect(made).toBe(0);
  expect(accounts.get(person.id)).toEqual({
    username: 'etu1',
    email: 'etu1@new.example.org',
    firstaccess: 1_700_000_000,
  });
});

test.each([
  ['email', { email: 'Same@Example.org' }, { email: 'same@example.ORG' }],
  ['idnumber', { idnumber: 'N-17' }, { idnumber: 'N-17' }],
] as const)('the same person by another username, known by %s', async (identity, mine, theirs) => {
  const [person, there] = [somebody('jdupont', mine), account('jean.dupont', theirs)];
  const { accounts, problems } = await match([person], [there], { identity });
  expect(problems).toEqual([]);
  expect(accounts.get(person.id)!.username).toBe('jean.dupont');
});

test('who is suspended there is still that person', async () => {
  const person = somebody('etu1');
  expect((await match([person], [account('etu1', { suspended: true })])).accounts.get(person.id)).toMatchObject({
    email: 'etu1@new.example.org',
  });
});

test('several accounts: an error that names each', async () => {
  const people = [somebody('jdupont', { email: 'shared@example.org' })];
  const accounts = [
    account('jean.dupont', { email: 'shared@example.org' }),
    account('julie.dupont', { email: 'SHARED@example.org' }),
  ];
  const matching = await match(people, accounts, { identity: 'email' });
  expect(codes(matching)).toEqual(['person-ambiguous']);
  expect(matching.problems[0]!.what).toContain('jdupont');
  expect(matching.problems[0]!.why).toMatch(/jean\.dupont.*julie\.dupont/);
  expect(matching.accounts.size).toBe(0);
});

test('who is nowhere is made, as in the archive', async () => {
  const person = somebody('etu1');
  const { accounts, made } = await match([person], []);
  expect(made).toBe(1);
  expect(accounts.get(person.id)).toEqual({
    username: 'etu1',
    email: 'etu1@old.example.org',
    firstaccess: 1_600_000_000,
    auth: 'manual',
  });
});

test('a pair that may not create people says who is missing', async () => {
  const matching = await match([somebody('etu1'), somebody('etu2')], [account('etu1')], { createPeople: false });
  expect(codes(matching)).toEqual(['person-missing']);
  expect(matching.problems[0]!.what).toContain('etu2');
});

test('the same username for two different people names both', async () => {
  const matching = await match([somebody('martin')], [account('martin')], { identity: 'email' });
  expect(codes(matching)).toEqual(['person-taken']);
  expect(matching.problems[0]!.what).toContain('martin@old.example.org');
  expect(matching.problems[0]!.why).toContain('martin@new.example.org');
});

test('an e-mail that another account has is not given to a second one', async () => {
  const people = [somebody('jdupont', { email: 'jean@example.org' })];
  const matching = await match(people, [account('jean.dupont', { email: 'jean@example.org' })]);
  expect(codes(matching)).toEqual(['person-taken']);
  expect(matching.problems[0]!.why).toContain('jean.dupont');
});

test.each([
  ['self-registered on the target', 'manual', 'email', [], 'person-method'],
  ['self-registered on the source', 'email', 'ldap', [], 'person-method'],
  ['of MNet on the target', 'manual', 'mnet', [], 'person-method'],
  ['of a method that the pair does not name', 'ldap', 'manual', ['ldap'], 'person-method'],
  ['self-registered, where the pair allows it', 'email', 'email', ['email', 'manual'], undefined],
  ['closed on the source', 'nologin', 'manual', [], undefined],
] as const)('an account %s', async (_, from, to, auth, problem) => {
  const person = somebody('rector', { auth: from });
  const matching = await match([person], [account('rector', { auth: to })], { auth: [...auth] });
  expect(codes(matching)).toEqual(problem ? [problem] : []);
  expect(matching.accounts.has(person.id)).toBe(!problem);
});

test('a self-registered account of the source is that person where username and e-mail agree, and one of the target never', async () => {
  const mine = somebody('etu1', { auth: 'email', email: 'etu1@new.example.org' });
  expect(codes(await match([mine], [account('etu1')]))).toEqual([]);
  expect(codes(await match([mine], [account('etu1', { auth: 'email' })]))).toEqual(['person-method']);
  const shut = somebody('gone', { auth: 'nologin', email: 'gone@new.example.org' });
  expect(codes(await match([shut], [account('gone', { auth: 'nologin' })]))).toEqual([]);
  expect(codes(await match([somebody('gone')], [account('gone', { auth: 'nologin' })]))).toEqual(['person-method']);
});

test.each([
  ['ldap', 'ldap'],
  ['nologin', 'nologin'],
  // The next course could not match it.
  ['email', 'manual'],
  // Moodle would make it self-registered, where self-registration is on.
  ['cas', 'manual'],
])('who is made and signs in by %s does so by %s', async (auth, expected) => {
  const person = somebody('etu1', { auth });
  expect((await match([person], [])).accounts.get(person.id)!.auth).toBe(expected);
});

test('of two accounts with one e-mail the vouched one is the person', async () => {
  const person = somebody('jdupont', { email: 'jean@example.org' });
  const accounts = [
    account('jean.dupont', { email: 'jean@example.org' }),
    account('impostor', { email: 'jean@example.org', auth: 'email' }),
  ];
  const matching = await match([person], accounts, { identity: 'email' });
  expect(matching.accounts.get(person.id)!.username).toBe('jean.dupont');
});

test('an account of MNet is not known by its username alone, and by its e-mail too it is', async () => {
  const foreign = { auth: 'mnet', mnethosturl: 'https://third.example.org' };
  expect(codes(await match([somebody('etu1', foreign)], [account('etu1')], { auth: ['manual', 'mnet'] }))).toEqual([
    'person-taken',
  ]);
  const person = somebody('etu1', { ...foreign, auth: 'manual', email: 'etu1@new.example.org' });
  expect((await match([person], [account('etu1')])).accounts.get(person.id)).toMatchObject({ username: 'etu1' });
  const made = somebody('etu9', foreign);
  expect((await match([made], [])).accounts.get(made.id)).toMatchObject({ username: 'etu9', auth: 'manual' });
});

test('what a site writes of its own accounts is not MNet', async () => {
  const person = somebody('etu1', { mnethosturl: `${archiveUrl}/` });
  expect((await match([person], [account('etu1')])).problems).toEqual([]);
});

test('admin on both sites is another person, and stops no course', async () => {
  const person = somebody('admin');
  const first = await match([person], [account('admin', { admin: true })]);
  expect(first.problems).toEqual([]);
  expect(first.accounts.get(person.id)).toEqual({
    username: 'admin.old',
    email: 'admin@old.example.org',
    firstaccess: 1_600_000_000,
    auth: 'manual',
  });
  expect(first.lines).toMatchObject([{ code: 'admin-renamed', severity: 'info', what: 'admin → admin.old' }]);
  expect(first.made).toBe(1);
  // The next course finds the account that the first one made.
  const there = [account('admin', { admin: true }), account('admin.old', { email: 'admin@old.example.org' })];
  const second = await match([person], there);
  expect(second).toMatchObject({ problems: [], made: 0 });
  expect(second.accounts.get(person.id)).toMatchObject({ username: 'admin.old', firstaccess: 1_700_000_000 });
});

test('a name that somebody else has is passed over for a renamed administrator', async () => {
  const person = somebody('admin');
  const { accounts } = await match(
    [person, somebody('admin.old.2')],
    [account('admin', { admin: true }), account('admin.old')],
  );
  expect(accounts.get(person.id)!.username).toBe('admin.old.3');
});

test('an administrator with the same e-mail is the same person', async () => {
  const person = somebody('admin', { email: 'it@example.org' });
  const { accounts, lines } = await match([person], [account('admin', { admin: true, email: 'IT@example.org' })]);
  expect(accounts.get(person.id)).toMatchObject({ username: 'admin', email: 'IT@example.org' });
  expect(lines).toEqual([]);
});

test('a renamed administrator is made only where people may be', async () => {
  const matching = await match([somebody('admin')], [account('admin', { admin: true })], { createPeople: false });
  expect(codes(matching)).toEqual(['person-missing']);
});

test('two people of the archive do not become one', async () => {
  const people = [somebody('a', { email: 'one@example.org' }), somebody('b', { email: 'one@example.org' })];
  const matching = await match(people, [account('c', { email: 'one@example.org' })], { identity: 'email' });
  expect(codes(matching)).toEqual(['person-twice']);
  expect(matching.problems[0]!.what + matching.problems[0]!.why).toMatch(/a \(.*b \(/);
});

test('without the field of the rule, username and e-mail together name a person', async () => {
  const person = somebody('etu1', { email: 'etu1@new.example.org' });
  expect((await match([person], [account('etu1')], { identity: 'idnumber' })).problems).toEqual([]);
  const other = somebody('etu1', { email: 'etu1@new.example.org', idnumber: 'A' });
  expect(codes(await match([other], [account('etu1', { idnumber: 'B' })], { identity: 'idnumber' }))).toEqual([
    'person-taken',
  ]);
});

test('deleted people and the guest are left to Moodle', async () => {
  const deleted = somebody('etu1@old.example.org.1600000000', { deleted: true, email: 'd41d8cd98f00b204' });
  const guest = somebody('guest', { email: 'root@localhost' });
  const alone = await match([deleted, guest], []);
  expect(alone).toMatchObject({ problems: [], made: 0 });
  expect(alone.accounts.size).toBe(0);
  const { accounts } = await match([guest], [account('guest')]);
  expect(accounts.get(guest.id)).toMatchObject({ email: 'guest@new.example.org' });
});

test('at most twenty are named, and the rest is counted', async () => {
  const people = Array.from({ length: 30 }, (_, n) => somebody(`etu${n}`));
  const { problems } = await match(people, [], { createPeople: false });
  const { message, lines } = sayProblems(problems, 'new');
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toMatchObject({ code: 'more-of-the-same', what: 'person-missing' });
  expect(message).toContain('And 10 more.');
  expect(message).toContain('etu19 (');
  expect(message).not.toContain('etu20 (');
});

test('what is true of many is said once, after their names', async () => {
  const { problems } = await match([somebody('etu1'), somebody('etu2')], [], { createPeople: false });
  const { message } = sayProblems(problems, 'new');
  expect(message).toMatch(/etu1.*etu2.*Nobody on new/);
  expect(message.match(/Nobody on new/g)).toHaveLength(1);
});
