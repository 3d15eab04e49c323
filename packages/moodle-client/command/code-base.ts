import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { SiteError } from '../errors.ts';
import { accountName, type Identity, identityOf, ownAccount } from './account.ts';
import { run } from './run.ts';

/** A site that is reached through its own code on this machine. */
export interface CodeBase {
  /** Directory of the code, without symbolic links. */
  path: string;
  /** Program. */
  php: string;
  /** Unix account that owns the data directory. */
  account: string;
  /** Which site, where the code serves several: `JOUVENCE_HOST` in its processes' environment. Empty: it serves one. */
  host: string;
}

export interface NewCodeBase {
  /** For messages. */
  site: string;
  path: string;
  /** Default: the first `php` of the path. */
  php?: string | undefined;
  /** Default: who owns the data directory, if config.php says in plain words where that is. */
  account?: string | undefined;
  host?: string | undefined;
}

/**
 * Looks whether a directory holds a Moodle with the agent, which account its data belongs to, and whether that PHP is one
 * of its. Nothing of the code base is run yet.
 * @throws SiteError `invalid-parameter`, `unsupported` (no agent; another PHP is needed), `not-allowed` (an account that
 * we cannot be)
 */
export async function findCodeBase({ site, path: given, php, account, host = '' }: NewCodeBase): Promise<CodeBase> {
  const wrong = (message: string) => new SiteError('invalid-parameter', site, message);
  if (!isAbsolute(given)) throw wrong(`${given}: the directory of the code is named from / on`);
  const path = await realpath(given).catch(() => undefined);
  const root = path && (await publicRoot(path));
  if (!path || !root) throw wrong(`${given} holds no Moodle: it has no version.php`);
  if (!(await isFile(scriptOf(root, 'call.php'))))
    throw new SiteError(
      'unsupported',
      site,
      `${path} has no agent that answers on the command line: copy local_jouvence to ${join(root, 'local/jouvence')}, then run its upgrade (admin/cli/upgrade.php)`,
    );
  const owner = await chooseAccount(site, path, account);
  const codeBase = { path, php: php ?? (await findPhp(site)), account: owner, host };
  if (!isAbsolute(codeBase.php)) throw wrong(`${codeBase.php}: the PHP is named from / on`);
  await requirePhp(site, codeBase, root, await identityOf(site, owner));
  return codeBase;
}

/** Since 5.1 what the web server shows is below `public/`. */
export async function publicRoot(path: string): Promise<string | undefined> {
  for (const root of [join(path, 'public'), path]) if (await isFile(join(root, 'version.php'))) return root;
  return undefined;
}

export const scriptOf = (root: string, name: 'call.php' | 'setup.php'): string =>
  join(root, 'local/jouvence/cli', name);

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isFile() ?? false;

/**
 * Who owns the data directory, as far as config.php says in plain words where that is; what was named is not to be tried
 * where it is another's. What nobody can tell from here, the site says: `cli/setup.php` asks its configuration.
 */
async function chooseAccount(site: string, path: string, named: string | undefined): Promise<string> {
  const own = ownAccount();
  const { owners, isReadable } = await findOwners(site, path);
  if (named !== undefined && (owners.length === 0 || owners.includes(named))) return named;
  if (named !== undefined)
    throw new SiteError(
      'not-allowed',
      site,
      `its data directory belongs to ${owners.join(' or ')}, and not to ${named}`,
    );
  if (owners.length === 1) return owners[0]!;
  // Nobody but root can be anybody else.
  if (own !== 'root' && (owners.includes(own) || (owners.length === 0 && isReadable))) return own;
  if (own !== 'root' && !isReadable)
    throw new SiteError(
      'not-allowed',
      site,
      `its config.php cannot be read by ${own}: run Jouvence as the account that owns the site's data directory, or as root`,
    );
  const why =
    owners.length > 1
      ? `names data directories of several accounts (${owners.join(', ')})`
      : 'does not say in plain words where the data directory is';
  throw new SiteError(
    'invalid-parameter',
    site,
    `its config.php ${why}: name the account that owns it (--account www-data)`,
  );
}

/** By what Moodle made in each data directory: the directory itself may be an administrator's. */
async function findOwners(site: string, path: string): Promise<{ owners: string[]; isReadable: boolean }> {
  const text = await readFile(join(path, 'config.php'), 'utf8').catch(() => undefined);
  const places = [...(text ?? '').matchAll(/^\s*\$CFG->dataroot\s*=\s*(['"])([^'"$]+)\1\s*;/gm)];
  const found = new Set<string>();
  for (const dataroot of new Set(places.map((place) => place[2]!))) {
    for (const inside of ['filedir', 'muc', '.']) {
      const made = await stat(join(dataroot, inside)).catch(() => undefined);
      if (!made) continue;
      found.add(await accountName(site, made.uid));
      break;
    }
  }
  return { owners: [...found], isReadable: text !== undefined };
}

async function findPhp(site: string): Promise<string> {
  for (const directory of (process.env.PATH ?? '').split(':')) {
    const path = join(directory, 'php');
    if (isAbsolute(path) && (await isFile(path))) return path;
  }
  throw new SiteError('invalid-parameter', site, 'there is no php in the path: name the one of this code base (--php)');
}

/** As the account of the site: what it names must not run as us. */
async function requirePhp(site: string, codeBase: CodeBase, root: string, identity: Identity): Promise<void> {
  const { php } = codeBase;
  const ended = await run(php, ['-n', '-r', 'echo PHP_VERSION;'], { identity, timeoutMs: 20_000 });
  const version = /^(\d+)\.(\d+)\.(\d+)/.exec(ended.stdout.trim());
  if (ended.code !== 0 || !version) {
    const said = ended.failure ?? (ended.stderr.trim() || ended.stdout.trim()).slice(0, 200);
    throw new SiteError('invalid-parameter', site, `${php} is no PHP of the command line${said && `: ${said}`}`);
  }
  const { release, least, below } = await phpRange(root);
  const number = (text: string) => text.split('.').reduce((sum, part, at) => sum + Number(part) * 1000 ** (2 - at), 0);
  const is = number(version[0]);
  const problem =
    is < number(least)
      ? `it needs ${least} or newer`
      : below && is >= number(below)
        ? `it needs one before ${below}`
        : '';
  if (problem)
    throw new SiteError(
      'unsupported',
      site,
      `${php} is PHP ${version[0]}, and this is Moodle ${release}: ${problem}. Name another (--php)`,
    );
}

/** What Moodle says of itself, for its own release; never less than what the agent needs. */
async function phpRange(root: string): Promise<{ release: string; least: string; below: string | undefined }> {
  const branch = /\$branch\s*=\s*'(\d)(\d\d?)'/.exec(await readFile(join(root, 'version.php'), 'utf8'));
  const release = branch ? `${branch[1]}.${Number(branch[2])}` : '';
  const text = await readFile(join(root, 'admin/environment.xml'), 'utf8').catch(() => '');
  const begin = text.indexOf(`<MOODLE version="${release}"`);
  const own = begin < 0 ? '' : text.slice(begin, text.indexOf('</MOODLE>', begin));
  const least = /<PHP version="([\d.]+)" level="required"/.exec(own)?.[1] ?? '7.4.0';
  const refused = /restrict_php_version_(\d)(\d+)"/.exec(own);
  return { release, least, below: refused ? `${refused[1]}.${refused[2]}.0` : undefined };
}
