import {
  type BlockClient,
  type CodeBase,
  createBlockClient,
  createCommandClient,
  createSiteClient,
  type SiteClient,
  SiteError,
  type SiteLimits,
} from '@jouvence/moodle-client';
import type { Profile } from '@jouvence/protocol';
import type { Clock } from '../clock.ts';
import { toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Outcome, Site, SiteObserver } from './site.ts';

export interface Access {
  siteId: number;
  site: string;
  url: string;
  kind: Site['kind'];
  profile: Profile;
  /** The token as stored: while it is the same, the client may be. Null: it is reached through its code. */
  sealed: string | null;
  codeBase: CodeBase | null;
}

/** What every client is made with. */
export interface ClientTools {
  limits?: Partial<SiteLimits>;
  log: Log;
  /** Below it PHP keeps what it compiled of code bases on this machine; null: nowhere. */
  cacheDir: string | null;
  /** The token. @throws AppError `key-missing` */
  open: (access: Access & { sealed: string }) => string;
}

/** By whatever way the site is reached. @throws AppError `key-missing` */
export function createClient({ limits, log, cacheDir, open }: ClientTools, access: Access): SiteClient {
  const { site, url, kind, profile, codeBase, sealed } = access;
  if (codeBase) {
    const printed = (about: { key: string; text: string }) =>
      log.info({ site, profile, ...about }, 'what the site printed while it ran a task that did not get to its end');
    return createCommandClient({ site, codeBase, profile, cacheDir, printed, ...(limits && { limits }) });
  }
  const token = open({ ...access, sealed: sealed! });
  return (kind === 'strasbourg' ? createBlockClient : createSiteClient)({ site, url, token, limits });
}

export interface Clients {
  /** The client of that token. @throws AppError `key-missing` when there is none yet and the token cannot be opened */
  get(access: Access): SiteClient;
  close(): Promise<void>;
}

interface Kept {
  access: Access;
  client: SiteClient;
}

/**
 * One client per site and profile, for as long as its token stays. The database is asked each time, so a token changed
 * by one process reaches the others with their next piece of work. A client that is replaced is left to those who
 * still use it; its idle connections end by themselves within seconds.
 *
 * A piece of work may last longer than a token: when a site no longer accepts the one that a client was made with, and
 * another one is kept by now, the call is made once more with that. The site refused it before it did anything.
 */
export function keepClients(options: {
  tools: ClientTools;
  clock: Clock;
  observe?: SiteObserver | undefined;
  record: (siteId: number, outcome: Outcome) => void;
  /** As it is stored now. */
  find: (siteId: number, profile: Profile) => Promise<Access | undefined>;
}): Clients {
  const { tools, clock, observe, record, find } = options;
  const { log } = tools;
  const kept = new Map<string, { own: Kept; watched: SiteClient }>();
  const create = (access: Access): Kept => ({ access, client: createClient(tools, access) });

  /** With the token that is stored now, if it is another one; what stands in the way of that says less than the refusal. */
  const renew = async ({ access }: Kept): Promise<Kept | undefined> => {
    try {
      const now = await find(access.siteId, access.profile);
      return now && !isSame(now, access) ? create(now) : undefined;
    } catch {
      return undefined;
    }
  };

  return {
    get(access) {
      const key = `${access.siteId}.${access.profile}`;
      const found = kept.get(key);
      if (found && isSame(found.own.access, access)) return found.watched;
      const own = create(access);
      const watched = watch(own, { clock, log, observe, renew, record: (outcome) => record(access.siteId, outcome) });
      kept.set(key, { own, watched });
      return watched;
    },
    async close() {
      await Promise.all([...kept.values()].map(({ own }) => own.client.close()));
      kept.clear();
    },
  };
}

const isSame = (one: Access, other: Access): boolean =>
  one.sealed === other.sealed &&
  one.url === other.url &&
  JSON.stringify(one.codeBase) === JSON.stringify(other.codeBase);

interface Watching {
  clock: Clock;
  log: Log;
  observe: SiteObserver | undefined;
  record: (outcome: Outcome) => void;
  renew: (own: Kept) => Promise<Kept | undefined>;
}

/** The same client, whose outcomes are the site's health, and which outlives its token. */
function watch(own: Kept, { clock, log, observe, record, renew }: Watching): SiteClient {
  const withToken = async <T>(work: (client: SiteClient) => Promise<T>): Promise<T> => {
    const { access, client } = own;
    try {
      return await work(client);
    } catch (error) {
      if (!(error instanceof SiteError) || error.code !== 'token-expired') throw error;
      // Of several calls at once, the first makes the new client for all.
      const renewed = isSame(own.access, access) ? await renew(own) : own;
      if (!renewed) throw error;
      Object.assign(own, renewed);
      return work(own.client);
    }
  };
  const { site } = own.access;
  const note = (name: string, start: number, thrown?: unknown): void => {
    const about = { site, function: name, code: thrown === undefined ? 'ok' : toAppError(thrown).code };
    const ms = clock.nowMs() - start;
    observe?.called({ ...about, ms });
    log.debug({ ...about, ms }, 'site called');
  };
  const watched: Watched = async (name, work, { timed = true } = {}) => {
    const start = clock.nowMs();
    const latency = () => (timed ? { latencyMs: clock.nowMs() - start } : {});
    try {
      const result = await withToken(work);
      record({ ok: true, ...latency() });
      note(name, start);
      return result;
    } catch (error) {
      // How long a failure took says nothing about how quick the site is.
      record({ ok: false, error });
      note(name, start, error);
      throw error;
    }
  };
  const counted = (direction: 'in' | 'out') => (bytes: number) => observe?.moved({ site, direction, bytes });
  return {
    site,
    ...(own.client.block && { block: watchBlock(watched, counted('in')) }),
    call: (name, params, options) => watched(name, (client) => client.call(name, params, options)),
    siteInfo: (options) => watched('site_info', (client) => client.siteInfo(options)),
    ...(own.client.news && { news: (key, options) => own.client.news?.(key, options) ?? Promise.resolve(false) }),
    // Opened by a grant, not by the token.
    async download(request) {
      const found = await watched('download', (client) => client.download(request), { timed: false });
      return { ...found, body: counting(found.body, counted('in')) };
    },
    upload: (request) =>
      watched(
        'upload',
        (client) =>
          client.upload({
            ...request,
            open: (from, to) => counting(request.open(from, to), counted('out')),
          }),
        { timed: false },
      ),
    close: () => own.client.close(),
  };
}

/** The same bytes, counted as they go by. */
async function* counting(
  bytes: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void> {
  for await (const part of bytes) {
    count(part.length);
    yield part;
  }
}

type Watched = <T>(name: string, work: (client: SiteClient) => Promise<T>, options?: { timed?: boolean }) => Promise<T>;

function watchBlock(watched: Watched, count: (bytes: number) => void): BlockClient {
  return {
    describe: (options) => watched('site_info', (client) => client.block!.describe(options)),
    listCourses: (query, options) => watched('get_courses', (client) => client.block!.listCourses(query, options)),
    findCourse: (id, options) => watched('get_courses_by_field', (client) => client.block!.findCourse(id, options)),
    // How long a backup takes says nothing about how quick the site is.
    backUp: (query, options) =>
      watched('get_courses_zip', (client) => client.block!.backUp(query, options), { timed: false }),
    async open(query) {
      const found = await watched('download', (client) => client.block!.open(query), { timed: false });
      return { ...found, body: counting(found.body, count) };
    },
  };
}
