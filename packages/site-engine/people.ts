import type { Result, Person as WirePerson } from '@jouvence/protocol';
import type { Tx } from './database.ts';

/** An account as Moodle keeps it, without its password. */
export interface Person {
  id: number;
  username: string;
  email: string;
  firstname: string;
  lastname: string;
  idnumber: string;
  language: string;
  auth: string;
  /** Unix seconds, 0: never. */
  firstaccess: number;
  lastaccess: number;
  suspended: boolean;
}

export type PersonField = 'username' | 'email' | 'idnumber';
export type NewPerson = Omit<Person, 'id' | 'firstaccess' | 'lastaccess' | 'suspended'> &
  Partial<Pick<Person, 'firstaccess' | 'lastaccess' | 'suspended'>> & { password?: string | null };

const columns =
  'id, username, email, firstname, lastname, idnumber, language, auth, firstaccess, lastaccess, suspended';

/** Moodle keeps usernames in lower case and compares e-mails without it. */
const fieldColumn = { username: 'username', email: 'email_key', idnumber: 'idnumber' } as const;

export const fullname = (person: Pick<Person, 'firstname' | 'lastname'>): string =>
  `${person.firstname} ${person.lastname}`.trim();

export function getPerson(tx: Tx, id: number): Promise<Person | undefined> {
  return tx.row<Person>(`select ${columns} from people where id = $1`, [id]);
}

/** By id; those that are gone are missing. */
export async function getPeople(tx: Tx, ids: number[]): Promise<Map<number, Person>> {
  const people = await tx.rows<Person>(`select ${columns} from people where id = any($1)`, [ids]);
  return new Map(people.map((person) => [person.id, person]));
}

/** Those whose field is exactly this; an empty value finds nobody, because every account may have none. */
export async function findPeople(tx: Tx, field: PersonField, value: string): Promise<Person[]> {
  if (value.trim() === '') return [];
  const wanted = field === 'idnumber' ? value : value.toLowerCase();
  return tx.rows<Person>(`select ${columns} from people where ${fieldColumn[field]} = $1 order by id`, [wanted]);
}

/** For each of the asked, in their order, the accounts that have the username, e-mail or idnumber. One query for all. */
export async function matchPeople(
  tx: Tx,
  asked: { username: string; email: string; idnumber: string }[],
): Promise<Result<'match_people'>['people']> {
  const wanted = asked.map(({ username, email, idnumber }) => ({
    username: username.toLowerCase(),
    email_key: email.toLowerCase(),
    idnumber,
  }));
  const given = (field: keyof (typeof wanted)[number]) =>
    wanted.map((person) => person[field]).filter((value) => value !== '');
  type Row = Pick<Person, 'id' | 'username' | 'email' | 'idnumber' | 'firstaccess' | 'auth' | 'suspended'>;
  const fields = 'id, username, email, email_key, idnumber, firstaccess, auth, suspended';
  const found = await tx.rows<Row & { email_key: string }>(
    `select ${fields} from people where username = any($1)
     union select ${fields} from people where email_key = any($2)
     union select ${fields} from people where idnumber = any($3) and idnumber <> ''
     order by id`,
    [given('username'), given('email_key'), given('idnumber')],
  );
  const byField = {
    username: Map.groupBy(found, (person) => person.username),
    email_key: Map.groupBy(found, (person) => person.email_key),
    idnumber: Map.groupBy(found, (person) => person.idnumber),
  };
  return wanted.map((person, index) => {
    const candidates = new Map<number, Row>();
    for (const field of ['username', 'email_key', 'idnumber'] as const) {
      if (person[field] === '') continue;
      for (const { email_key: _, ...row } of byField[field].get(person[field]) ?? []) candidates.set(row.id, row);
    }
    return {
      username: asked[index]!.username,
      // Nobody here is a site administrator: who runs an embedded site does so at the engine's own door.
      candidates: [...candidates.values()].sort((a, b) => a.id - b.id).map((row) => ({ ...row, admin: false })),
    };
  });
}

/** Creates the accounts, or changes those that have the username; ids in the order given. One query for all. */
export async function savePeople(tx: Tx, people: NewPerson[]): Promise<number[]> {
  if (people.length === 0) return [];
  // The last of two with one username counts, as if they had come one after the other.
  const unique = new Map(people.map((person) => [person.username.toLowerCase(), person]));
  const rows = await tx.rows<{ id: number; username: string }>(
    `insert into people (username, email, firstname, lastname, idnumber, language, auth, password, firstaccess, lastaccess, suspended)
     select username, email, firstname, lastname, idnumber, language, auth, password,
            coalesce(firstaccess, 0), coalesce(lastaccess, 0), coalesce(suspended, false)
     from jsonb_to_recordset($1::jsonb) as p(username text, email text, firstname text, lastname text, idnumber text,
       language text, auth text, password text, firstaccess bigint, lastaccess bigint, suspended boolean)
     on conflict (site_id, username) do update set
       email = excluded.email, firstname = excluded.firstname, lastname = excluded.lastname, idnumber = excluded.idnumber,
       language = excluded.language, auth = excluded.auth, password = coalesce(excluded.password, people.password),
       suspended = excluded.suspended
     returning id, username`,
    [JSON.stringify([...unique].map(([username, person]) => ({ ...person, username })))],
  );
  const ids = new Map(rows.map((row) => [row.username, row.id]));
  return people.map((person) => ids.get(person.username.toLowerCase())!);
}

/** As it travels. */
export const toWire = (person: Person): WirePerson => ({
  id: person.id,
  username: person.username,
  email: person.email,
  idnumber: person.idnumber,
  fullname: fullname(person),
  auth: person.auth,
  language: person.language,
  firstaccess: person.firstaccess,
  suspended: person.suspended,
});
