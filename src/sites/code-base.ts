import { findCodeBase, setUpProfile } from '@jouvence/moodle-client';
import type { Actor } from '../accounts/index.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Secrets, Store } from '../store/index.ts';
import { admit } from './admit.ts';
import { type ClientTools, createClient } from './clients.ts';
import { introduceBy } from './introduce.ts';
import type { NewLocalSite, Site } from './site.ts';
import * as table from './sites.sql.ts';

/**
 * A site on this machine, by the file system alone: its set-up makes the profile, then its own code answers who it is.
 * What can be refused without running any of its code is refused first.
 */
export async function addLocalSite(
  { tools, ...kept }: { store: Store; secrets: Secrets; clock: Clock; tools: ClientTools },
  actor: Actor,
  { name, codeBase: path, php, account, host, profile, createPeople = false }: NewLocalSite,
  signal?: AbortSignal,
): Promise<Site> {
  if (createPeople && profile !== 'target')
    throw new AppError('invalid-parameter', `${name}: only restores create accounts, and only a target restores`);
  const known = await table.findSite(kept.store.db(), name);
  if (known && known.kind !== 'moodle')
    throw new AppError('conflict', `${name} is already the name of ${known.url}: choose another`, {
      details: { site: name, other: known.name },
    });
  const codeBase = await findCodeBase({ site: name, path, php, account, host });
  await setUpProfile({ site: name, codeBase, profile, createPeople });
  const access = { siteId: known?.id ?? 0, site: name, url: known?.url ?? '', kind: 'moodle' as const };
  const client = createClient(tools, { ...access, profile, sealed: null, codeBase });
  const introduced = await introduceBy(client, { name, profile, signal });
  const url = introduced.url.replace(/\/+$/, '');
  return admit(kept, actor, { name, url, profile, codeBase }, { ...introduced, expiresAt: null });
}
