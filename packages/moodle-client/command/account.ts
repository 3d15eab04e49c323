import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { SiteError } from '../errors.ts';

/** Of a process to be; empty when it is our own. */
export interface Identity {
  uid?: number;
  gid?: number;
}

export const ownAccount = (): string => userInfo().username;

/** Accounts come from files or from a directory: `id` asks both. */
async function id(...args: string[]): Promise<string> {
  return (await promisify(execFile)('id', args, { timeout: 20_000 })).stdout.trim();
}

export async function accountName(site: string, uid: number): Promise<string> {
  return id('-un', String(uid)).catch(() => {
    throw new SiteError(
      'not-allowed',
      site,
      `its data directory belongs to the account ${uid}, which has no name here`,
    );
  });
}

/**
 * What to be for a process of that account: only root can be somebody else.
 * @throws SiteError `not-allowed`
 */
export async function identityOf(site: string, account: string): Promise<Identity> {
  const no = (message: string) => new SiteError('not-allowed', site, message);
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}\$?$/.test(account)) throw no(`"${account}" is no name of an account`);
  const own = ownAccount();
  if (own === account && account !== 'root') return {};
  const found = await Promise.all([id('-u', account), id('-g', account)]).catch(() => undefined);
  if (!found) throw no(`there is no account ${account} on this machine`);
  const [uid, gid] = found.map(Number) as [number, number];
  if (uid === 0)
    throw no(
      'its data directory belongs to root: no web server should run as root. Give it to the account of the web server',
    );
  if (process.getuid?.() === uid) return {};
  if (process.getuid?.() !== 0)
    throw no(
      `its data directory belongs to ${account}, and Jouvence runs as ${own}: run Jouvence as ${account}, or as root, which becomes ${account} for each call`,
    );
  return { uid, gid };
}
