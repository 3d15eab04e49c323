import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The rig cannot do what was asked; the message says what is missing and where it comes from. */
export class RigError extends Error {
  override name = 'RigError';
}

export interface Programs {
  php: string;
  phpFpm: string;
  nginx: string;
  /** Directory of PostgreSQL's own programs: Debian keeps `initdb` and `pg_ctl` out of the path. */
  postgres: string;
  mariadbd: string;
  mariadbInstall: string;
  mariadb: string;
  mariadbDump: string;
}

const extensions = ['pgsql', 'mysqli', 'xml', 'intl', 'mbstring', 'gd', 'curl', 'zip', 'soap', 'sodium'];

/** What a Moodle needs on this machine, Debian's places included. @throws RigError that names all that is missing */
export function findPrograms(): Programs {
  const missing: string[] = [];
  const need = (what: string, found: string | undefined, from: string): string => {
    if (found === undefined) missing.push(`${what} (Debian: ${from})`);
    return found ?? '';
  };
  const php = need('php', findProgram('php'), 'php8.2-cli');
  const programs: Programs = {
    php,
    phpFpm: need('php-fpm', findProgram('php-fpm') ?? findLast('/usr/sbin', /^php-fpm\d/), 'php8.2-fpm'),
    nginx: need('nginx', findProgram('nginx'), 'nginx-light'),
    postgres: need('PostgreSQL 15 or newer: initdb, pg_ctl', findPostgres(), 'postgresql-15'),
    mariadbd: need('mariadbd', findProgram('mariadbd'), 'mariadb-server'),
    mariadbInstall: need('mariadb-install-db', findProgram('mariadb-install-db'), 'mariadb-server'),
    mariadb: need('mariadb', findProgram('mariadb'), 'mariadb-client'),
    mariadbDump: need('mariadb-dump', findProgram('mariadb-dump'), 'mariadb-client'),
  };
  if (php) {
    const there = spawnSync(php, ['-m'], { encoding: 'utf8' }).stdout.toLowerCase().split(/\s+/);
    const absent = extensions.filter((name) => !there.includes(name));
    if (absent.length > 0)
      missing.push(`PHP extensions ${absent.join(', ')} (Debian: ${absent.map((name) => `php8.2-${name}`).join(' ')})`);
  }
  if (missing.length > 0) throw new RigError(`real Moodles need what is not on this machine: ${missing.join('; ')}`);
  return programs;
}

export interface Tree {
  /** `4.5`. */
  release: string;
  /** The code tree, never written to. */
  path: string;
  /** `$version` of its `version.php`: what an installed copy of it is known by. */
  version: string;
}

const variable = 'JOUVENCE_MOODLE_TREES';

/** Moodle's code trees, by release. @throws RigError when none is named, or one is no Moodle */
export function readTrees(env: NodeJS.ProcessEnv = process.env): Map<string, Tree> {
  const given = env[variable];
  if (!given)
    throw new RigError(
      `name the Moodle code trees in ${variable}, such as ${variable}=4.1=/srv/moodle-4.1,4.5=/srv/moodle-4.5: Jouvence brings no Moodle`,
    );
  return new Map(
    given.split(',').map((part) => {
      const at = part.indexOf('=');
      const [release, path] = [part.slice(0, at).trim(), part.slice(at + 1).trim()];
      if (at < 1 || !path) throw new RigError(`${variable}: expected RELEASE=DIRECTORY, found "${part}"`);
      return [release, readTree(release, path)];
    }),
  );
}

export function readTree(release: string, path: string): Tree {
  // Since 5.1 the scripts are below public/.
  const file = [join(path, 'public/version.php'), join(path, 'version.php')].find((each) => existsSync(each));
  const version = file && /\$version\s*=\s*([\d.]+)/.exec(readFileSync(file, 'utf8'))?.[1];
  if (!version) throw new RigError(`${path} holds no Moodle: it has no version.php`);
  return { release, path, version };
}

function findProgram(name: string): string | undefined {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

function findPostgres(): string | undefined {
  const root = '/usr/lib/postgresql';
  const newest = existsSync(root)
    ? readdirSync(root)
        .filter((name) => Number(name) >= 15)
        .sort((a, b) => Number(b) - Number(a))
    : [];
  const inPath = findProgram('initdb');
  return [...newest.map((version) => join(root, version, 'bin')), ...(inPath ? [join(inPath, '..')] : [])].find(
    (each) => isExecutable(join(each, 'initdb')),
  );
}

function findLast(directory: string, pattern: RegExp): string | undefined {
  const names = existsSync(directory) ? readdirSync(directory).filter((name) => pattern.test(name)) : [];
  const last = names.sort().at(-1);
  return last && join(directory, last);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
