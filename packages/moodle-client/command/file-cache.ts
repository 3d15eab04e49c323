import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Identity } from './account.ts';
import type { CodeBase } from './code-base.ts';
import { run } from './run.ts';

/**
 * What compiled code relies on without asking again: a function or class that is not there any more, since an extension
 * was removed or something switched off in php.ini, ends the process (SIGSEGV). PHP itself looks at its version only.
 */
const fingerprint = `echo '<', md5(serialize([PHP_VERSION, get_defined_functions()['internal'], get_declared_classes(),
  array_map('phpversion', get_loaded_extensions())])), '>';`;

/**
 * Options of PHP by which it keeps what it compiled, so that a call need not read a Moodle anew: one directory for each
 * account, code base and PHP as it is set up now. PHP runs whatever lies there, so nobody else may write into it, and one
 * that is not as it should be is not used: then a call is slower, and nothing else.
 * @param parent made if need be; null: none is kept
 */
export async function fileCacheOptions(
  parent: string | null,
  codeBase: Pick<CodeBase, 'path' | 'php'>,
  identity: Identity,
): Promise<string[]> {
  const directory = parent === null ? undefined : await prepare(parent, codeBase, identity).catch(() => undefined);
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

async function prepare(
  parent: string,
  { path, php }: Pick<CodeBase, 'path' | 'php'>,
  { uid, gid }: Identity,
): Promise<string | undefined> {
  const own = process.getuid!();
  const asked = await run(php, ['-r', fingerprint], { identity: { uid, gid }, timeoutMs: 20_000 });
  const print = asked.code === 0 && /<([0-9a-f]{32})>/.exec(asked.stdout)?.[1];
  if (!print) return undefined;
  // The account has to get through, and to see nothing else.
  if (await mkdir(parent, { recursive: true, mode: 0o711 })) await chmod(parent, 0o711);
  const above = await lstat(parent);
  if (!above.isDirectory() || above.uid !== own || (above.mode & 0o022) !== 0) return undefined;
  const owner = uid ?? own;
  const hash = createHash('sha256').update(`${path}\n${php}\n${print}`).digest('hex').slice(0, 16);
  const directory = join(parent, `${owner}-${hash}`);
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
