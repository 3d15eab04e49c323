import type { Case } from '../case.ts';
import { hostile, type Trial } from '../trial.ts';

export const people: Case[] = [
  {
    name: 'people are found by username, e-mail and idnumber; nothing finds nobody',
    needs: [],
    async run(t) {
      const by = t.any;
      const person = await t.person();
      const find = async (field: 'username' | 'email' | 'idnumber', value: string) =>
        (await by.call('find_people', { field, value })).people;
      const finds = async (field: 'username' | 'email' | 'idnumber', value: string) =>
        t.notes.check(
          'find_people',
          `${field} ${value} finds the account`,
          (await find(field, value)).some(({ id }) => id === person.id),
        );
      await finds('username', person.username);
      await finds('username', person.username.toUpperCase());
      if (person.email !== '') await finds('email', person.email);
      if (person.email !== '') await finds('email', person.email.toUpperCase());
      if (person.idnumber !== '') await finds('idnumber', person.idnumber);
      const nobody = ['', '  ', '%', '*', `${person.username}%`, hostile, 'x'.repeat(5000)];
      for (const field of ['username', 'email', 'idnumber'] as const)
        for (const value of nobody)
          t.notes.same('find_people', `${field} "${value.slice(0, 60)}"`, [], await find(field, value));
    },
  },
  {
    name: 'people are matched in the order asked, each with all that decides',
    needs: ['target'],
    run: matchPeople,
  },
];

async function matchPeople(t: Trial): Promise<void> {
  const connection = await t.target.call('get_connection', {});
  const [self] = (await t.target.call('find_people', { field: 'username', value: connection.username })).people;
  if (!self)
    return t.notes.stop({
      function: 'find_people',
      asked: 'the service’s own account',
      expected: 'one',
      found: 'none',
    });
  const none = { username: '', email: '', idnumber: '' };
  const asked = [
    { ...none, username: hostile },
    { ...none, username: self.username.toUpperCase() },
    none,
    { username: 'nobody-of-this-name', email: self.email.toUpperCase(), idnumber: '' },
    { ...none, username: self.username },
    { username: '%', email: '%', idnumber: '%' },
  ];
  const { people: matched } = await t.target.call('match_people', { people: JSON.stringify(asked) as never });
  t.notes.same(
    'match_people',
    'usernames as they were asked, in their order',
    asked.map(({ username }) => username),
    matched.map(({ username }) => username),
  );
  const { id, username, email, idnumber, firstaccess, auth, suspended } = self;
  const candidate = { id, username, email, idnumber, firstaccess, auth, suspended, admin: false };
  const expected = [[], [candidate], [], self.email === '' ? [] : [candidate], [candidate], []];
  for (const [index, { candidates }] of matched.entries())
    t.notes.same('match_people', `entry ${index} of the asked`, expected[index], candidates.map(inOrder));

  const many = Array.from({ length: 3000 }, (_, n) => ({
    ...none,
    username: `nobody-${n}`,
    email: `${n}@nowhere.invalid`,
  }));
  const all = await t.target.call('match_people', {
    people: JSON.stringify([...many, { ...none, username }]) as never,
  });
  t.notes.same('match_people', 'entries for 3001 asked', 3001, all.people.length);
  t.notes.same('match_people', 'the last of 3001', [candidate], all.people.at(-1)?.candidates.map(inOrder));
}

const inOrder = <T extends { id: number }>(given: T & Record<string, unknown>) => {
  const { id, username, email, idnumber, firstaccess, auth, suspended, admin } = given;
  return { id, username, email, idnumber, firstaccess, auth, suspended, admin };
};
