import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { localOperator, type OperatorRole } from '../../src/accounts/index.ts';
import { sourceAnswers, targetAnswers } from '../../src/api/test/campus.ts';
import { openTestApi } from '../../src/api/testing.ts';
import { openOddSite } from '../../src/sites/test/odd-site.ts';
import { type Looks, openBrowser } from './browser.ts';

type Answers = NonNullable<Parameters<typeof openOddSite>[0]['answers']>;

/** A server with its pages, sites that answer as is said, and browsers of people. */
export async function openCoursesWorld() {
  const api = await openTestApi({ pages: join(import.meta.dirname, '../../portal/dist'), callsPerMinute: 100_000 });
  const app = await api.open('public');
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  const browser = await openBrowser();
  const opened: AsyncDisposable[] = [];
  let count = 0;

  async function addSite(name: string, profile: 'source' | 'target', answers: Answers) {
    const odd = await openOddSite({ identifier: name, token: `token-of-${name}`, profile, answers });
    opened.push(odd);
    odd.change = { get_site: { name: titleOf(name) } };
    const site = await api.sites.add(localOperator, { name, url: odd.url, token: odd.token, profile });
    return Object.assign(odd, { id: site.id });
  }

  return {
    api,
    url,
    /** A target and its sources, each with answers over the usual ones. */
    async campus(target: string, sources: Record<string, Answers>, targetsAnswers: Answers = {}) {
      const to = await addSite(target, 'target', { ...targetAnswers, ...targetsAnswers });
      const from: Record<string, Awaited<ReturnType<typeof addSite>>> = {};
      for (const [name, answers] of Object.entries(sources)) {
        from[name] = await addSite(name, 'source', { ...sourceAnswers, ...answers });
        await api.sites.pairs.add(localOperator, { source: name, target });
      }
      return { target: to, sources: from };
    },
    /** Somebody who came in from a target, in a browser of their own, at `/courses`. */
    async enter(target: string, looks: Looks & { username?: string; path?: string } = {}) {
      const { username = 'prof.martin', path = '/courses', ...rest } = looks;
      const key = await this.sessionOf(target, username);
      const context = await browser.person({
        ...rest,
        cookies: [{ url, name: '__Host-jouvence-person', value: key }],
      });
      const page = await context.newPage();
      await page.goto(url + path);
      return { context, page, key };
    },
    async sessionOf(target: string, username = 'prof.martin'): Promise<string> {
      const { id: siteId } = await api.sites.get(target);
      const ticket = { jti: `courses-ticket-${++count}`, until: new Date(Date.now() + 60_000) };
      const person = { kind: 'person' as const, siteId, site: target, username };
      return api.accounts.sessions.start({ person, language: 'fr', ticket });
    },
    async operate(path: string, role: OperatorRole = 'operator', { only, ...looks }: Looks & { only?: string[] } = {}) {
      const { operators, operatorSessions } = api.accounts;
      const siteIds = only ? await Promise.all(only.map(async (name) => (await api.sites.get(name)).id)) : null;
      const operator = await operators.add(localOperator, { username: `${role}-${++count}`, role, siteIds });
      const visit = { address: '127.0.0.1', browser: 'test' };
      const value = await api.store.transaction((tx) => operatorSessions.start(tx, operator, 'password', visit));
      const context = await browser.person({ ...looks, cookies: [{ url, name: '__Host-jouvence-operator', value }] });
      const page = await context.newPage();
      await page.goto(url + path);
      return { context, page };
    },
    async [Symbol.asyncDispose]() {
      await browser[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
      for (const each of opened) await each[Symbol.asyncDispose]();
    },
  };
}

export type CoursesWorld = Awaited<ReturnType<typeof openCoursesWorld>>;

/** What a site of that name calls itself. */
export const titleOf = (name: string): string => `Campus “${name}” <i>&</i> مدرسة`;

/** The box of a course, by its source and number. */
export const boxOf = (page: Page, key: string) => page.locator(`input[data-course="${key}"]`);
