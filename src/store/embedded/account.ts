import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { AppError } from '../../errors.ts';
import type { Log } from '../../log.ts';

/** The system account that PostgreSQL runs as, where that is not our own. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root: then it gets the account made for it, else `nobody`. Any other user runs it as
 * itself, and must have a name, for initdb looks it up.
 */
export function chooseAccount(log: Log): Account | undefined {
  if (process.getuid?.() !== 0) {
    try {
      userInfo();
      return undefined;
    } catch (error) {
      throw new AppError(
        'database-unusable',
        `user id ${process.getuid?.()} has no name on this system (no passwd entry), and PostgreSQL does not start without: give it one, or name a PostgreSQL of your own in DATABASE_URL`,
        { cause: error },
      );
    }
  }
  const postgres = findAccount('postgres');
  if (postgres) return postgres;
  const nobody = findAccount('nobody');
  if (!nobody) {
    throw new AppError(
      'database-unusable',
      'PostgreSQL does not run as root, and this system has neither a user postgres nor nobody: make one, run Jouvence as another user, or name a PostgreSQL of your own in DATABASE_URL',
    );
  }
  log.warn('PostgreSQL runs as nobody, which other programs may use too: a user named postgres would be better');
  return nobody;
}

function findAccount(name: string): Account | undefined {
  try {
    // By id(1) and not /etc/passwd, which is not the only place where users are.
    const ask = (what: string) =>
      Number(execFileSync('id', [what, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { name, uid: ask('-u'), gid: ask('-g') };
  } catch {
    return undefined;
  }
}

/** Whether the account can get to `directory`, through all that is above it. */
export function canReach(directory: string, account: Account | undefined): boolean {
  if (!account) return true;
  for (let each = directory; ; each = dirname(each)) {
    const { mode, uid, gid } = statSync(each);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (each === dirname(each)) return true;
  }
}
