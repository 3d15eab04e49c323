import type { CodeBase } from '@jouvence/moodle-client';
import type { Actor } from '../accounts/index.ts';
import { audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { isUniqueViolation, type Secrets, type Store } from '../store/index.ts';
import type { Introduced } from './introduce.ts';
import type { NewSite, Site } from './site.ts';
import * as table from './sites.sql.ts';
import { sealToken } from './tokens.ts';

/** How it came here; by a code, the site was also told our own address. */
export type Admission = Omit<NewSite, 'token'> &
  ({ token: string; paired?: { control: string } } | { codeBase: CodeBase; token?: never; paired?: never });

/**
 * Keeps a site that has said who it is, with its token: as a new one, or as another token of the one that it already is.
 * @throws AppError `conflict`
 */
export async function admit(
  { store, secrets, clock }: { store: Store; secrets: Secrets; clock: Clock },
  actor: Actor,
  input: Admission,
  { facts, expiresAt, trust }: Introduced,
): Promise<Site> {
  const { name, url, profile, demo = false, paired } = input;
  const codeBase = 'codeBase' in input ? input.codeBase : null;
  const write = async (tx: table.SitesTransaction): Promise<Site> => {
    const alike = await table.lockLikeSites(tx, { name, url, identifier: facts.identifier });
    refuseOther(input, facts, alike);
    const before = alike.find((site) => site.name === name);
    const id = before?.id ?? (await table.insertSite(tx, { name, url, demo }, facts));
    if (before) await table.updateFacts(tx, id, facts);
    if (before && demo && !before.demo) await table.updateSite(tx, id, { demo });
    if (trust) await table.updateSite(tx, id, { trust, ...(paired?.control && { control: paired.control }) });
    if (codeBase || before?.codeBase) await table.setCodeBase(tx, id, codeBase);
    const sealed = input.token === undefined ? null : sealToken(secrets, name, profile, input.token);
    await table.putToken(tx, id, profile, { sealed, setAt: clock.now(), expiresAt });
    const site = (await table.findSite(tx, id))!;
    const byToken = paired ? 'sites.pair' : before ? 'sites.setToken' : 'sites.add';
    const action = codeBase ? 'sites.addCodeBase' : byToken;
    const after = { ...site, profile };
    await audit.write(tx, { actor, action, object: `site ${name}`, site: name, before, after });
    return site;
  };
  try {
    return await table.inTransaction(store, write);
  } catch (error) {
    // Two additions at once: the second meets a row that was not there when it looked.
    if (!isUniqueViolation(error)) throw error;
    throw new AppError('conflict', `${name}: the same site has just been added by someone else`, { cause: error });
  }
}

/**
 * What stands in the way of taking this site for the one of that name, or for a new one; without an identifier, as far
 * as that is known before the site was asked.
 * @throws AppError `conflict`
 */
export function refuseOther(
  { name, url }: Pick<NewSite, 'name' | 'url'>,
  { identifier }: { identifier?: string },
  alike: Site[],
): void {
  for (const other of alike) {
    const same = other.name === name;
    let problem: string | undefined;
    if (same && other.url !== url)
      problem = `${name} is already the name of ${other.url}: choose another, or remove that site first`;
    else if (same && identifier !== undefined && other.identifier !== identifier)
      problem = `${url}: ${otherSite(name)}`;
    else if (!same && other.url === url) problem = `${url} is already known as ${other.name}`;
    else if (!same && other.identifier === identifier)
      problem = `${name} has the same site identifier as ${other.name}: it is a copy of it, and Moodle would take people of one for people of the other. Give the copy an identifier of its own first`;
    if (problem) throw new AppError('conflict', problem, { details: { site: name, other: other.name } });
  }
}

export const otherSite = (name: string): string =>
  `this is not the site any more that we know as ${name} (its site identifier is another one): remove ${name} first, then add it anew`;
