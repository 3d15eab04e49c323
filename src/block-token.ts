import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDoor } from './demo/door.ts';
import { AppError } from './errors.ts';
import { socketPath } from './store/index.ts';

export interface BlockTokenOptions {
  dataDir: string;
  site: string;
  days: number;
  roles: string[];
  people: boolean;
  anyCourse: boolean;
}

/**
 * `jouvence block-token`: a token by which a Moodle with Strasbourg's block fetches courses from an embedded site, and
 * what to write into that block's settings. The server must be running. @throws AppError `no-server`, `not-found`
 */
export async function blockToken({ dataDir, site, ...rules }: BlockTokenOptions): Promise<string> {
  try {
    const key = (await readFile(join(dataDir, 'engine.key'), 'utf8')).trim();
    const door = openDoor(socketPath(dataDir, 'door.sock'), key);
    const { url } = await door.call('getSite', { site });
    const { token, expires } = await door.call('createBlockToken', { site }, rules);
    const until = new Date(expires * 1000).toISOString().slice(0, 10);
    return `${url},${token}\n# for external_moodles in the settings of block_my_external_backup_restore_courses (several are separated by ;), until ${until}\n`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ECONNREFUSED') throw error;
    throw new AppError('no-server', `no server with embedded sites is running on ${dataDir}`, { cause: error });
  }
}
