import { type Actor, accountsOfPeople } from '../accounts/index.ts';
import { audit } from '../audit/index.ts';
import { AppError, isAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Notices } from '../notices/index.ts';
import { asUsername, type PersonOfTarget, type Restores, requestsOfPeople } from '../restores/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Store } from '../store/index.ts';
import { takeNamesOut } from './take-names-out.ts';

/** Somebody of a site, by username there. */
export interface PersonWish {
  site: string;
  username: string;
}

export interface ErasureWish extends PersonWish {
  /** E-mail and full name, where the site cannot say them any more: messages are searched for these too. */
  alsoCalled?: readonly string[];
  /** Cancels what is under way, instead of refusing. */
  cancel?: boolean;
}

export interface Erasure {
  /** `cancelling`: requests are being undone; nothing is erased yet, and the same call does it once they have ended. */
  state: 'erased' | 'cancelling';
  /** Ids of requests that are being cancelled. */
  requests: string[];
  /** Changed or deleted. */
  rows: number;
}

export interface People {
  /** One document of everything that is held of somebody here. @throws AppError `not-found` for a site never heard of */
  export(actor: Actor, wish: PersonWish): Promise<Record<string, unknown>>;
  /**
   * Takes somebody out of everything that is held here: what is theirs alone goes; requests and lines of the audit stay
   * as nobody's. Nothing is done on the site: the account there, and their courses, are the site's.
   * @throws AppError `not-found`, `conflict` while requests of theirs are under way
   */
  erase(actor: Actor, wish: ErasureWish): Promise<Erasure>;
}

export interface PeopleOptions {
  store: Store;
  sites: Sites;
  restores: Restores;
  notices: Notices;
  log: Log;
}

const auditPage = 500;

export function createPeople({ store, sites, restores, notices, log }: PeopleOptions): People {
  /** Its id and name; of one that was removed, as requests remember it. */
  async function findSite(wished: string): Promise<{ siteId: number; site: string; isHere: boolean }> {
    try {
      const { id, name } = await sites.get(wished);
      return { siteId: id, site: name, isHere: true };
    } catch (error) {
      if (!isAppError(error, 'not-found')) throw error;
      const { rows } = await store.query<{ siteId: number; site: string }>(
        'select target_id as "siteId", target as site from restore_requests where target = $1 order by number desc limit 1',
        [wished.toLowerCase()],
      );
      if (!rows[0]) throw error;
      return { ...rows[0], isHere: false };
    }
  }

  /** E-mail and full name, from what is kept and from the site, if it answers. */
  async function namesOf(siteId: number, username: string, isHere: boolean): Promise<string[]> {
    const kept = await notices.exportPerson(store, { siteId, username });
    const names = kept.contact.map(({ email }) => String(email));
    if (!isHere) return names;
    try {
      const client = await sites.client(siteId, 'target');
      const { people } = await client.call('find_people', { field: 'username', value: username });
      for (const { email, fullname } of people) names.push(email, fullname);
    } catch (error) {
      log.info({ error }, 'the site does not say what a person who is to be erased is called');
    }
    return [...new Set(names)].filter((name) => name !== '');
  }

  return {
    async export(actor, { site: wished, username: typed }) {
      const { siteId, site } = await findSite(wished);
      const username = asUsername(typed);
      const person: PersonOfTarget = { siteId, site, username };
      const lines: unknown[] = [];
      for (let before: number | null = null; ; ) {
        const page = await audit.about(store, { username, site }, { limit: auditPage, before });
        lines.push(...page);
        if (page.length < auditPage) break;
        before = page.at(-1)!.id;
      }
      const document = {
        person: { site, username },
        requests: await requestsOfPeople.export(store, person),
        notices: await notices.exportPerson(store, { siteId, username }),
        ...(await accountsOfPeople.export(store, { siteId, username })),
        audit: lines,
      };
      // That it was done, and not for whom: else an erased person would stand in the audit again.
      await store.transaction((tx) => audit.write(tx, { actor, action: 'people.export', object: 'person', site }));
      return document;
    },

    async erase(actor, { site: wished, username: typed, alsoCalled = [], cancel = false }) {
      const { siteId, site, isHere } = await findSite(wished);
      const username = asUsername(typed);
      const names = [...new Set([...alsoCalled, ...(await namesOf(siteId, username, isHere))])];
      const person: PersonOfTarget = { siteId, site, username };
      const open = await requestsOfPeople.open(store, person);
      if (open.length > 0 && !cancel)
        throw new AppError(
          'conflict',
          `${open.length} requests of ${username} are under way (${open.slice(0, 5).join(', ')}): cancel them first, or let them end`,
          { details: { requests: open } },
        );
      if (open.length > 0) {
        for (const id of open) await restores.cancel(actor, id).catch(passEnded);
        return { state: 'cancelling', requests: open, rows: 0 };
      }
      const rows = await store.transaction(async (tx) => {
        const count =
          (await requestsOfPeople.erase(tx, person)) +
          (await notices.erasePerson(tx, { siteId, username })) +
          (await accountsOfPeople.erase(tx, { siteId, username })) +
          (await takeNamesOut(tx, siteId, [username, ...names])) +
          (await audit.erase(tx, actor, { username, site }));
        await audit.write(tx, { actor, action: 'people.erase', object: 'person', site, after: { rows: count } });
        return count;
      });
      return { state: 'erased', requests: [], rows };
    },
  };
}

/** It has just ended by itself: so much the better. */
function passEnded(error: unknown): void {
  if (!isAppError(error, 'conflict')) throw error;
}
