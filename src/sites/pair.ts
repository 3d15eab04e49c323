import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { exchangePairingCode, isLoopback, type SiteLimits } from '@jouvence/moodle-client';
import { type PairAnswer, type Profile, readPairingCode } from '@jouvence/protocol';
import type { Actor } from '../accounts/index.ts';
import type { Clock } from '../clock.ts';
import { AppError, toAppError } from '../errors.ts';
import type { Secrets, Store } from '../store/index.ts';
import { admit, refuseOther } from './admit.ts';
import { introduce } from './introduce.ts';
import type { NewPairing, Site } from './site.ts';
import * as table from './sites.sql.ts';
import { sealToken } from './tokens.ts';

export interface PairingTools {
  store: Store;
  secrets: Secrets;
  clock: Clock;
  limits?: Partial<SiteLimits>;
  /** Our own address, which the site is told; empty: none. */
  publicUrl: string;
}

/**
 * A pairing code's site, with the token that it exchanges the code for. The code opens once: all that can be refused
 * without asking the site is refused first.
 */
export async function pairSite(
  tools: PairingTools,
  actor: Actor,
  { name, code, private: mayBePrivate = false, demo }: NewPairing,
  signal?: AbortSignal,
): Promise<{ site: Site; profile: Profile }> {
  const { store, secrets, limits, publicUrl: control } = tools;
  const given = readPairingCode(code);
  if (!given)
    throw new AppError(
      'invalid-parameter',
      'this is no pairing code: one is the address of the site, then # and 26 letters and digits, as `php local/jouvence/cli/setup.php` prints it',
    );
  const { url, secret } = given;
  if (!mayBePrivate) await refusePrivate(name, url);
  refuseOther({ name, url }, {}, await table.lockLikeSites(store.db(), { name, url, identifier: '' }));
  // A key that is missing or cannot be used shows now, and not when the token is here.
  sealToken(secrets, name, 'source', 'no token');

  const answer = await exchange({ site: name, url, secret, control, limits, signal });
  try {
    const { profile, token, identifier } = answer;
    // From here on whoever asked may go: the code is used up, and the token must not be lost.
    const introduced = await introduce({ name, url, profile, token, limits });
    if (introduced.facts.identifier !== identifier)
      throw new AppError(
        'conflict',
        `${name}: ${url} was paired as one site and answers as another (site identifier ${introduced.facts.identifier} instead of ${identifier}): several sites behind one address?`,
      );
    const site = await admit(tools, actor, { name, url, profile, token, demo, paired: { control } }, introduced);
    return { site, profile };
  } catch (error) {
    throw usedUp(name, answer.profile, error);
  }
}

async function exchange(options: Parameters<typeof exchangePairingCode>[0]): Promise<PairAnswer> {
  try {
    return await exchangePairingCode(options);
  } catch (error) {
    const { code, message, details } = toAppError(error);
    if (code !== 'site-timeout' && code !== 'site-unreachable') throw error;
    throw new AppError(
      code,
      `${message}. If the same code is refused next time, the site had taken it: print a new one there`,
      { details, cause: error },
    );
  }
}

function usedUp(name: string, profile: Profile, error: unknown): AppError {
  const { code, message, details } = toAppError(error);
  // A token that is a second old has not ended.
  const why = code === 'token-expired' ? '; is the token limited to addresses that ours is not among (--ip)?' : '.';
  return new AppError(
    code,
    `${message}${why} ${name} is not paired, and its pairing code is used up: print a new one there (php local/jouvence/cli/setup.php --profile ${profile}) and add it again`,
    { details: { ...details, codeUsedUp: true }, cause: error },
  );
}

const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  privateNetworks.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  privateNetworks.addSubnet(network, prefix, 'ipv6');

/**
 * A code comes from somebody else, and our calls go where it says: into our own network only when that is meant. Names
 * that say by themselves that they are of this machine are seen by whoever types them.
 */
async function refusePrivate(name: string, url: string): Promise<void> {
  const host = URL.parse(url)?.hostname;
  // An address that is none is refused by whoever calls it, in better words.
  if (host === undefined || isLoopback(host)) return;
  const bare = host.replace(/^\[|\]$/g, '');
  // A name that nobody knows is said when it is called.
  const found = await lookup(bare, { all: true }).catch(() => []);
  const inside = found.find(({ address }) => privateNetworks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'));
  if (inside)
    throw new AppError(
      'not-allowed',
      `${name}: ${host} is ${inside.address}, an address of a private network. If the site is meant to be there, say so (--private); the code is still good`,
      { details: { site: name, address: inside.address } },
    );
}
