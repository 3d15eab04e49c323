import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { doorRoutes } from '@jouvence/protocol';
import type { Page } from 'playwright-core';
import { localOperator, type OperatorRole } from '../../src/accounts/index.ts';
import { sourceAnswers, targetAnswers } from '../../src/api/test/campus.ts';
import { openTestApi } from '../../src/api/testing.ts';
import { blockTokensBy } from '../../src/block-tokens.ts';
import { openEmbeddedSites } from '../../src/catalogue/test/embedded-sites.ts';
import type { Door } from '../../src/demo/door.ts';
import { openOddSite } from '../../src/sites/test/odd-site.ts';
import { complaintsOf, type Looks, openBrowser } from './browser.ts';

/**
 * A server with its pages, and sites: `old` and `older` bring courses to `new`, `far` is another school's; `campus` is
 * an embedded one that nobody has paired yet. Names and titles as nasty as they come.
 */
export async function openSitesWorld() {
  /** What of the service itself is broken, as a check would find it. */
  const broken = new Map<string, string>();
  const check = (name: 'database' | 'worker' | 'engine') => ({
    name,
    ask: async () => {
      const why = broken.get(name);
      if (why) throw new Error(why);
    },
  });
  const campuses = await openEmbeddedSites();
  const call: Door['call'] = async (route, path, body) => {
    const { method, path: pattern } = doorRoutes[route];
    const filled = pattern.replace(/:(\w+)/g, (_, name: string) => path[name]!);
    return (await campuses.door(method, filled, body === undefined ? undefined : JSON.stringify(body))) as never;
  };
  const api = await openTestApi({
    blockTokens: blockTokensBy((work) => work({ call })),
    pages: join(import.meta.dirname, '../../portal/dist'),
    checks: [check('database'), check('worker'), check('engine')],
    callsPerMinute: 100_000,
    fixed: new Map([['queue.restores', { value: 3, origin: 'environment' }]]),
  });
  const app = await api.open('public');
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  const campus = await campuses.create('campus', 'source');
  const opened: AsyncDisposable[] = [];

  async function odd(name: string, profile: 'source' | 'target', title: string) {
    const answers = profile === 'source' ? sourceAnswers : targetAnswers;
    const site = await openOddSite({ identifier: name, token: `token-of-${name}`, profile, answers });
    site.change = { get_site: { name: title } };
    opened.push(site);
    return site;
  }
  async function add(name: string, profile: 'source' | 'target', title: string) {
    const site = await odd(name, profile, title);
    const { id } = await api.sites.add(localOperator, { name, url: site.url, profile, token: site.token });
    return Object.assign(site, { id, name });
  }
  const old = await add('old', 'source', 'Moodle 2023 <script>alert(1)</script> « l’ancien »');
  const older = await add('older', 'source', 'مودل القديم');
  const target = await add('new', 'target', 'Moodle 2026');
  const far = await add('far', 'source', 'x'.repeat(200));
  await api.sites.pairs.add(localOperator, { source: old.id, target: target.id });
  await api.sites.pairs.add(localOperator, { source: far.id, target: target.id, roles: ['manager', 'responsable'] });

  const browser = await openBrowser();
  let count = 0;
  return {
    api,
    url,
    browser,
    broken,
    old,
    older,
    target,
    far,
    /** A site that nobody has added yet. */
    odd,
    campus,
    /** As its set-up prints it. */
    code: async (profile = 'source') =>
      (
        (await campuses.door('POST', '/sites/campus/pairings', JSON.stringify({ profile, days: 90 }))) as {
          code: string;
        }
      ).code,
    /** A request of prof.martin from `old` to `new`; it waits, as no worker is there. */
    ask: (courseid: number) =>
      api.restores.send(localOperator, {
        target: 'new',
        person: 'prof.martin',
        items: [{ source: 'old', courseid }],
      }),
    /** Somebody's own browser, signed in as an operator; the address is relative. */
    async open(
      address: string,
      { role = 'operator', siteIds = null, ...looks }: Looks & { role?: OperatorRole; siteIds?: number[] | null } = {},
    ) {
      const { operators, operatorSessions } = api.accounts;
      const username = `${role}-${++count}`;
      const operator = await operators.add(localOperator, { username, name: `Zoé ${count}`, role, siteIds });
      const visit = { address: '127.0.0.1', browser: 'test' };
      const key = await api.store.transaction((tx) => operatorSessions.start(tx, operator, 'password', visit));
      const cookies = [{ url, name: '__Host-jouvence-operator', value: key }];
      const context = await browser.person({ ...looks, cookies });
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await page.goto(url + address);
      return {
        context,
        page,
        complaints,
        username,
        [Symbol.asyncDispose]: () => context.close(),
      };
    },
    async [Symbol.asyncDispose]() {
      await browser[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
      await campuses.close();
      for (const each of opened) await each[Symbol.asyncDispose]();
    },
  };
}

export type SitesWorld = Awaited<ReturnType<typeof openSitesWorld>>;

/** The section of a page under that heading. */
export const section = (page: Page, heading: string | RegExp) => page.getByRole('region', { name: heading });
