import { createHash } from 'node:crypto';
import { chownSync, lstatSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '../errors.ts';

/** `sun_path` of unix(7) holds 108 bytes with its ending zero; macOS has four less. */
const longestPath = process.platform === 'linux' ? 107 : 103;

/** `/tmp` and not `TMPDIR`: every process of a data directory has to find the same one, whatever its environment. */
const shortBase = '/tmp';

/** Who the directory of a socket belongs to, where that is not the process itself. */
interface Owner {
  uid: number;
  gid: number;
}

/**
 * Where the socket `name` of a data directory is: `<dataDir>/run/<name>`, or, where that is longer than a socket's
 * path may be, in a short directory named by a hash of the data directory. Either is made, open to its owner only.
 * @throws AppError `config-invalid` when somebody else has made a directory of that name
 */
export function socketPath(dataDir: string, name: string): string {
  return join(socketDirectory(dataDir, 'run', name), name);
}

/** The same for a directory that will hold `socketName` and belongs to `owner`. */
export function socketDirectory(dataDir: string, folder: string, socketName: string, owner?: Owner): string {
  const near = join(resolve(dataDir), folder);
  const fits = Buffer.byteLength(join(near, socketName)) <= longestPath;
  const hash = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16);
  const directory = fits
    ? near
    : join(shortBase, `jouvence-${hash}-${owner?.uid ?? process.getuid?.() ?? 0}-${folder}`);
  makePrivate(directory, owner);
  return directory;
}

function makePrivate(directory: string, owner: Owner | undefined): void {
  try {
    mkdirSync(directory, { mode: 0o700, recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const own = process.getuid?.() ?? 0;
  let found = lstatSync(directory);
  if (owner && found.isDirectory() && found.uid === own && own !== owner.uid) {
    chownSync(directory, owner.uid, owner.gid);
    found = lstatSync(directory);
  }
  // `/tmp` is everybody's: another user may have made the directory first, to listen in our place.
  if (!found.isDirectory() || found.uid !== (owner?.uid ?? own) || (found.mode & 0o077) !== 0) {
    throw new AppError(
      'config-invalid',
      `${directory} must be a directory of your own with mode 0700, and is not: remove it, or give the data directory a shorter path`,
    );
  }
}
