import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Identity } from './account.ts';
import { run } from './run.ts';

/**
 * Options of PHP by which it keeps what it compiled, so that a call need not read a Moodle anew: one directory for each
 * account and code base. PHP runs whatever lies there, so nobody else may write into it, and one that is not as it should
 * be is not used: then a call is slower, and nothing else.
 * @param parent made if need be; null: none is kept
 */
export async function fileCacheOptions(parent: string | null, code: string, identity: Identity): Promise<string[]> {
  const directory = parent === null ? undefined : await prepare(parent, code, identity).catch(() => undefined);
  if (directory === undefined) return [];
  const settings = {
    'opcache.enable': '1',
    'opcache.enable_cli': '1',
    'opcache.file_cache': directory,
    // Without it each process would first set up memory that it shares with nobody.
    'opcache.file_cache_only': '1',
    // Production servers switch this off, and have the server started anew after an update; nobody does that for us.
    'opcache.validate_timestamps': '1',
    'opcache.file_cache_consistency_checks': '1',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-d', `${name}=${value}`]);
}

async function prepare(parent: string, code: string, { uid, gid }: Identity): Promise<string | undefined> {
  const own = process.getuid!();
  // The account has to get through, and to see nothing else.
  if (await mkdir(parent, { recursive: true, mode: 0o711 })) await chmod(parent, 0o711);
  const above = await lstat(parent);
  if (!above.isDirectory() || above.uid !== own || (above.mode & 0o022) !== 0) return undefined;
  const owner = uid ?? own;
  const directory = join(parent, `${owner}-${createHash('sha256').update(code).digest('hex').slice(0, 16)}`);
  const made = await mkdir(directory, { mode: 0o700 }).then(
    () => true,
    () => false,
  );
  if (made && uid !== undefined) await chown(directory, uid, gid!);
  const found = await lstat(directory);
  if (!found.isDirectory() || found.uid !== owner || (found.mode & 0o077) !== 0) return undefined;
  // PHP does not start at all with a directory that it cannot reach: some other one above may be closed to the account.
  const reached = await run('test', ['-w', directory], { identity: { uid, gid }, timeoutMs: 20_000 });
  return reached.code === 0 ? directory : undefined;
}
