import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlockTokens } from './api/index.ts';
import { type Door, openDoor } from './demo/door.ts';
import { AppError } from './errors.ts';
import { socketPath } from './store/index.ts';

type ThroughDoor = <T>(work: (door: Pick<Door, 'call'>) => Promise<T>) => Promise<T>;

/** By the engine's own door, on this machine. */
export const openBlockTokens = (dataDir: string): BlockTokens => blockTokensBy((work) => throughDoor(dataDir, work));

export function blockTokensBy(through: ThroughDoor): BlockTokens {
  return {
    list: (site) =>
      through(async (door) => {
        const { tokens } = await door.call('listBlockTokens', { site: (await siteOf(door, site)).name });
        return tokens.map(({ created, expires, used, ...token }) => ({
          ...token,
          createdAt: dateOf(created),
          expiresAt: dateOf(expires),
          lastUsedAt: used === null ? null : dateOf(used),
        }));
      }),
    create: (site, rules) =>
      through(async (door) => {
        const { name, url } = await siteOf(door, site);
        const { expires, ...made } = await door.call('createBlockToken', { site: name }, rules);
        return { ...made, line: `${url},${made.token}`, expiresAt: dateOf(expires) };
      }),
    revoke: (site, id) =>
      through(async (door) => {
        const { name } = await siteOf(door, site);
        return (await door.call('revokeBlockToken', { site: name, id: String(id) })).revoked;
      }),
  };
}

async function siteOf(
  door: Pick<Door, 'call'>,
  site: { url: string } | { name: string },
): Promise<{ name: string; url: string }> {
  if ('name' in site) return door.call('getSite', { site: site.name });
  const { sites } = await door.call('listSites', {});
  const found = sites.find(({ url }) => url === site.url);
  if (found) return found;
  throw new AppError('not-found', `no embedded site that is served here has the address ${site.url}`);
}

async function throughDoor<T>(dataDir: string, work: (door: Door) => Promise<T>): Promise<T> {
  try {
    const key = (await readFile(join(dataDir, 'engine.key'), 'utf8')).trim();
    return await work(openDoor(socketPath(dataDir, 'door.sock'), key));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ECONNREFUSED') throw error;
    throw new AppError('no-server', `no server with embedded sites is running on ${dataDir}`, { cause: error });
  }
}

const dateOf = (seconds: number): Date => new Date(seconds * 1000);
