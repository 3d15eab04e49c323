import { openArchive } from '../archive.ts';
import { MbzError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import { documentShape } from '../people/catalogue.ts';
import type { Decision, Rule } from '../people/xml-filter.ts';
import { createRecordHandler, createXmlReader, type XmlHandler } from '../xml.ts';

/** What an archive says of one person: a row of `users.xml`. */
export interface ArchivePerson {
  id: number;
  username: string;
  email: string;
  idnumber: string;
  firstname: string;
  lastname: string;
  auth: string;
  /** Of the Moodle that the person belongs to, where it is another one of a network; else empty. */
  mnethosturl: string;
  /** Unix seconds, 0 for never. */
  firstaccess: number;
  deleted: boolean;
}

/** The account of the target that a person of the archive is, or is to be made as. What is absent stays as it is. */
export interface Account {
  username: string;
  email: string;
  firstaccess: number;
  idnumber?: string;
  auth?: string;
  firstname?: string;
  lastname?: string;
}

const wanted = new Set('username email idnumber firstname lastname auth mnethosturl firstaccess deleted'.split(' '));

/** Reads `users.xml` person by person. */
export function createPeopleHandler(person: (person: ArchivePerson) => void): XmlHandler {
  return createRecordHandler(
    {
      '/users/user': (row) =>
        person({
          id: Number(row['@id']),
          username: row.username ?? '',
          email: row.email ?? '',
          idnumber: row.idnumber ?? '',
          firstname: row.firstname ?? '',
          lastname: row.lastname ?? '',
          auth: row.auth ?? '',
          mnethosturl: row.mnethosturl ?? '',
          firstaccess: Number(row.firstaccess ?? 0),
          deleted: row.deleted === '1',
        }),
    },
    wanted,
  );
}

/** Everybody in an archive; nobody is an empty list. Reads no further than to the end of `users.xml`. */
export async function readPeople(
  path: string,
  options: { signal?: AbortSignal | undefined; limits?: Partial<Limits> | undefined } = {},
): Promise<ArchivePerson[]> {
  const people: ArchivePerson[] = [];
  const archive = await openArchive(path, options);
  try {
    let entry = await (archive.openEntry?.('users.xml') ?? archive.next());
    while (entry !== null && entry.path !== 'users.xml') entry = await archive.next();
    if (entry === null) return people;
    const handler = createPeopleHandler((person) => people.push(person));
    const { limits } = options;
    const reader = createXmlReader(handler, { entry: entry.path, ...(limits && { limits }) });
    await entry.read((chunk) => reader.write(chunk));
    reader.end();
    return people;
  } finally {
    await archive.close();
  }
}

/**
 * Who everybody will be. Refuses what Moodle could only guess at: two rows for one person, and two people who would be one
 * account, be it that one is mapped to the name that another keeps, or that one of them came over MNet.
 */
export function planAccounts(
  people: readonly ArchivePerson[],
  accounts: ReadonlyMap<number, Account>,
): ReadonlyMap<number, Account> {
  const ids = new Set<number>();
  const byUsername = new Map<string, ArchivePerson>();
  for (const person of people) {
    if (ids.has(person.id))
      throw new MbzError('inconsistent', `users.xml holds the person ${person.id} twice`, { entry: 'users.xml' });
    ids.add(person.id);
    const username = (accounts.get(person.id)?.username ?? person.username).toLowerCase();
    const other = byUsername.get(username);
    if (other !== undefined)
      throw new MbzError(
        'plan-impossible',
        `${named(other)} and ${named(person)} would both be the account ${username}`,
        { entry: 'users.xml', hint: 'Moodle would merge them or fail. Map each of them to an account of their own.' },
      );
    byUsername.set(username, person);
  }
  for (const id of accounts.keys())
    if (!ids.has(id))
      throw new MbzError('plan-impossible', `there is no person ${id} in the archive to map to an account`, {
        entry: 'users.xml',
      });
  return accounts;
}

function named({ id, username, mnethosturl }: ArchivePerson): string {
  return `person ${id} (${username}${mnethosturl === '' ? '' : ` of ${mnethosturl}`})`;
}

/** Fields that tell who somebody is: at most once in a row, so that no two readers see two people. */
export const identityFields: ReadonlySet<string> = new Set([
  'username',
  'email',
  'idnumber',
  'firstname',
  'lastname',
  'auth',
  'firstaccess',
  'deleted',
]);

const user = documentShape('users.xml')!.children.get('user')!;

/**
 * `users.xml` with the accounts of the target. Moodle inserts every column that a row names into its table of users, as an
 * attribute or as an element, so only what a backup writes passes: no `password`, no `secret`, no `suspended`. The host of a
 * person who came over MNet goes as well: Moodle would look for the account among that host's.
 */
export function usersRule(accounts: ReadonlyMap<number, Account>, changed: (field: string) => void): Rule {
  const inUsers: Rule = (name, attributes) => {
    if (name !== 'user') return { action: 'drop' };
    const account = accounts.get(Number(attributes.id));
    const without = Object.keys(attributes).filter((key) => !user.attributes.has(key));
    for (const key of without) changed(key);
    return { action: 'keep', withoutAttributes: without, ...userRules(account, changed) };
  };
  return (name, attributes) =>
    name === 'users'
      ? { action: 'keep', inside: inUsers, withoutAttributes: Object.keys(attributes) }
      : { action: 'keep', inside: () => ({ action: 'drop' }) };
}

function userRules(account: Account | undefined, changed: (field: string) => void): Pick<Decision, 'inside' | 'added'> {
  const values = new Map<string, string>();
  // A deleted row would be matched by what remains of its e-mail, whatever it is mapped to.
  const mapped = account === undefined ? {} : { ...account, deleted: 0 };
  for (const [field, value] of Object.entries(mapped)) if (value !== undefined) values.set(field, String(value));
  const written = new Set<string>();
  const inside: Rule = (name, attributes) => {
    if (name === 'mnethosturl' || !(user.fields.has(name) || user.children.has(name))) {
      changed(name);
      return { action: 'drop' };
    }
    if (!identityFields.has(name)) return { action: 'keep' };
    if (written.has(name))
      throw new MbzError('inconsistent', `users.xml: a person has two elements ${name}`, { entry: 'users.xml' });
    written.add(name);
    const field = (text: string) => {
      // A login of that host; here it would be none that the target has.
      const value = values.get(name) ?? (name === 'auth' && text === 'mnet' ? 'manual' : text);
      if (value !== text) changed(name);
      return value;
    };
    return { action: { field }, withoutAttributes: Object.keys(attributes) };
  };
  const added = () => {
    const missing = [...values].filter(([name]) => !written.has(name));
    for (const [name] of missing) changed(name);
    return missing;
  };
  return { inside, added };
}
