import type { BackupDocument } from '@jouvence/mbz';
import type { Tx } from '../database.ts';
import { EngineError } from '../errors.ts';
import { savePeople } from '../people.ts';
import type { Site } from '../sites.ts';
import { type Fields, readRecords } from './reading.ts';

export interface PeopleRules {
  /** The backup was made on this very site. */
  sameSite: boolean;
  mayCreate: boolean;
}

/** Of some seventy fields: a course may have a hundred thousand people. */
const wanted = new Set(
  'username email firstname lastname idnumber lang auth firstaccess lastaccess deleted'.split(' '),
);

/**
 * Accounts for the people of a backup, by Moodle's own matching (`restore_dbops::precheck_user`): the same username and
 * (the same e-mail or the same first access) is the same person; the username with neither is a conflict, which fails
 * the whole course; the others are created. Never with a password: a hash in an archive would be an open door.
 *
 * Ids are not looked at, also on the same site: a course here keeps the ids of the site that its documents came from.
 * Deleted people have no account here and get none; as in Moodle, one who lives on is found by e-mail and first access.
 *
 * @returns id inside the documents → account
 * @throws EngineError `conflict`, naming the people; `not-allowed` when accounts are needed and may not be created
 */
export async function matchOrCreate(
  tx: Tx,
  site: Site,
  document: BackupDocument | undefined,
  rules: PeopleRules,
): Promise<Map<number, number>> {
  const users = await readRecords(document, '/users/user', wanted);
  const found = new Map<number, number>();
  const missing: Fields[] = [];
  const conflicts: string[] = [];
  const known = await accountsOf(tx, users);
  for (const user of users) {
    const username = nameOf(user);
    if (user.deleted === '1') {
      const survivor = known.byEmail
        .get(emailOfDeleted(username))
        ?.find((account) => account.firstaccess !== 0 && account.firstaccess === Number(user.firstaccess));
      if (survivor) found.set(Number(user['@id']), survivor.id);
      continue;
    }
    const account = known.byUsername.get(username);
    if (!account) missing.push(user);
    else if (rules.sameSite || isSame(account, user)) found.set(Number(user['@id']), account.id);
    else conflicts.push(username);
  }
  if (conflicts.length > 0)
    throw new EngineError(
      'conflict',
      `the site has other people under these user names (neither e-mail nor first access agree): ${some(conflicts)}`,
    );
  if (missing.length > 0 && !rules.mayCreate)
    throw new EngineError(
      'not-allowed',
      `these accounts do not exist and may not be created: ${some(missing.map(nameOf))}`,
    );
  const ids = await savePeople(
    tx,
    missing.map((user) => newPerson(user, site)),
  );
  for (const [index, user] of missing.entries()) found.set(Number(user['@id']), ids[index]!);
  return found;
}

interface Account {
  id: number;
  username: string;
  email_key: string;
  firstaccess: number;
}

async function accountsOf(tx: Tx, users: Fields[]) {
  const emails = users.flatMap((user) => (user.deleted === '1' ? [emailOfDeleted(nameOf(user))] : []));
  const accounts = await tx.rows<Account>(
    `select id, username, email_key, firstaccess from people where username = any($1)
     union select id, username, email_key, firstaccess from people where email_key = any($2)`,
    [users.map(nameOf), emails],
  );
  return {
    byUsername: new Map(accounts.map((account) => [account.username, account])),
    byEmail: Map.groupBy(accounts, (account) => account.email_key),
  };
}

const nameOf = (user: Fields): string => (user.username ?? '').toLowerCase();

/** Moodle renames a deleted account to its e-mail and the time. */
const emailOfDeleted = (username: string): string => username.replace(/(.*?)\.[0-9]+.?$/, '$1');

function isSame(account: Account, user: Fields): boolean {
  const firstaccess = Number(user.firstaccess ?? 0);
  return (
    account.email_key === (user.email ?? '').toLowerCase() || (firstaccess !== 0 && account.firstaccess === firstaccess)
  );
}

function newPerson(user: Fields, site: Site) {
  return {
    username: nameOf(user),
    email: user.email ?? '',
    firstname: user.firstname ?? '',
    lastname: user.lastname ?? '',
    idnumber: user.idnumber ?? '',
    // A language pack that is not installed: the site's own, as in Moodle.
    language: user.lang === 'en' || user.lang === 'fr' ? user.lang : site.language,
    auth: user.auth || 'manual',
    firstaccess: Number(user.firstaccess ?? 0),
    lastaccess: Number(user.lastaccess ?? 0),
  };
}

function some(names: string[]): string {
  const shown = names.slice(0, 20).join(', ');
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}
