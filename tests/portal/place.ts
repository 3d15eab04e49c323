import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { localOperator, type OperatorRole } from '../../src/accounts/index.ts';
import { sourceAnswers, targetAnswers } from '../../src/api/test/campus.ts';
import { openTestApi } from '../../src/api/testing.ts';
import { openOddSite } from '../../src/sites/test/odd-site.ts';
import { complaintsOf, type Looks, openBrowser } from './browser.ts';

/** A server with its pages, the sites `old` → `new` and `far`, and browsers of people and operators. */
export async function openPlace(options: Parameters<typeof openTestApi>[0] = {}) {
  const pages = join(import.meta.dirname, '../../portal/dist');
  const api = await openTestApi({ pages, checks: [], callsPerMinute: 100_000, ...options });
  const app = await api.open('public');
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  const browser = await openBrowser();
  const opened: AsyncDisposable[] = [];
  let count = 0;
  for (const [name, profile] of [
    ['old', 'source'],
    ['new', 'target'],
    ['far', 'target'],
  ] as const) {
    const answers =
      profile === 'source' ? sourceAnswers : { ...targetAnswers, send_notice: () => ({ accepted: true, why: '' }) };
    const site = await openOddSite({ identifier: name, token: `token-of-${name}`, profile, answers });
    opened.push(site);
    await api.sites.add(localOperator, { name, url: site.url, token: site.token, profile });
  }
  await api.sites.pairs.add(localOperator, { source: 'old', target: 'new' });

  async function open(path: string, cookie: { name: string; value: string }, looks: Looks) {
    const context = await browser.person({ ...looks, cookies: [{ url, ...cookie }] });
    const page: Page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(url + path);
    return { context, page, complaints, [Symbol.asyncDispose]: () => context.close() };
  }

  return {
    api,
    url,
    browser,
    /** As somebody who came in from `new`. */
    async enter(path: string, { username = 'prof.martin', ...looks }: Looks & { username?: string } = {}) {
      const { id: siteId } = await api.sites.get('new');
      const ticket = { jti: `ticket-of-place-${++count}`, until: new Date(Date.now() + 60_000) };
      const person = { kind: 'person' as const, siteId, site: 'new', username };
      const value = await api.accounts.sessions.start({ person, language: 'fr', ticket });
      return open(path, { name: '__Host-jouvence-person', value }, looks);
    },
    /** As an operator, of all sites unless it is said. */
    async operate(
      path: string,
      {
        role = 'operator',
        sites,
        username,
        ...looks
      }: Looks & { role?: OperatorRole; sites?: string[]; username?: string } = {},
    ) {
      const siteIds = sites ? await Promise.all(sites.map(async (name) => (await api.sites.get(name)).id)) : null;
      const { operators, operatorSessions } = api.accounts;
      const operator = await operators.add(localOperator, {
        username: username ?? `${role}-${++count}`,
        role,
        siteIds,
      });
      const visit = { address: '127.0.0.1', browser: 'test' };
      const value = await api.store.transaction((tx) => operatorSessions.start(tx, operator, 'password', visit));
      return open(path, { name: '__Host-jouvence-operator', value }, looks);
    },
    async [Symbol.asyncDispose]() {
      await browser[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
      for (const each of opened) await each[Symbol.asyncDispose]();
    },
  };
}

export type Place = Awaited<ReturnType<typeof openPlace>>;
