import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestEngine, type TestEngine } from '../../packages/site-engine/testing.ts';
import { localOperator } from '../../src/accounts/index.ts';
import { openTestApi, type TestApi } from '../../src/api/testing.ts';
import { chromiumPath, complaintsOf, expectAccessible, openBrowser, shoot, type TestBrowser } from './browser.ts';
import { freePort } from './free-port.ts';

const names: Record<string, string> = {
  campus: 'Campus <script>alert(1)</script> "2026" & مقدمة في البرمجة',
  other: `Très long nom ${'x'.repeat(120)}`,
};
const password = 'sept lampes au grenier';

/** The ways in, and back in: people by the sign-in page of their own site, operators by ours. */
describe.skipIf(!chromiumPath)('coming in (needs Chromium: apt-get install chromium)', () => {
  let api: TestApi;
  let engine: TestEngine;
  let url: string;
  let browser: TestBrowser;

  beforeAll(async () => {
    engine = await startTestEngine();
    const port = await freePort();
    url = `http://localhost:${port}`;
    api = await openTestApi({ pages: join(import.meta.dirname, '../../portal/dist'), checks: [], publicUrl: url });
    const app = await api.open('public');
    await app.listen({ host: '127.0.0.1', port });
    expect((app.server.address() as AddressInfo).port).toBe(port);
    for (const name of Object.keys(names)) await addSite(name);
    const ada = { username: 'ada', email: 'a@x.org', firstname: 'Ada', lastname: 'L', password };
    const eve = { ...ada, username: 'eve', email: 'e@x.org', firstname: 'Eve' };
    await engine.door('POST', '/sites/campus/people', [ada, eve]);
    const operator = { username: 'root', name: 'Zoé <b>', role: 'operator' as const, siteIds: null };
    await api.accounts.operators.add(localOperator, operator);
    await api.accounts.operators.setPassword(localOperator, 'root', password);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await api[Symbol.asyncDispose]();
    await engine.close();
  });

  async function addSite(name: string): Promise<void> {
    const address = `http://${name}.localhost:${engine.addresses.sites.port}`;
    const site = { name, host: `${name}.localhost`, url: address, fullname: names[name] ?? name };
    await engine.door('POST', '/sites', site);
    const { code } = (await engine.door('POST', `/sites/${name}/pairings`, { profile: 'target' })).json();
    await api.sites.pair(localOperator, { name, code });
  }

  /** On the site's own page, which asks for name and password. */
  async function signInThere(page: Awaited<ReturnType<BrowserContext['newPage']>>, username = 'ada'): Promise<void> {
    await page.waitForURL(/\/login\/index\.php/);
    await page.locator('input[name=username]').fill(username);
    await page.locator('input[name=password]').fill(password);
    await page.keyboard.press('Enter');
  }

  const endSessions = () =>
    api.store.query('delete from person_sessions').then(() => api.store.query('delete from operator_sessions'));

  test('a first sign-in: from the first page over one’s own platform to one’s courses', async () => {
    await using context = await browser.person({ language: 'fr' });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(url);
    const way = page.getByRole('link', { name: 'Campus <script>' });
    await way.waitFor();
    await expectAccessible(page, 'welcome with platforms');
    await shoot(page, 'enter-fr');
    await way.click();
    await signInThere(page);
    await page.waitForURL(`${url}/courses`);
    await page.getByRole('button', { name: /Compte de ada/ }).waitFor();
    // The next time it stands first.
    await endSessions();
    await page.goto(url);
    const first = page.getByRole('link', { name: /Celle d’où vous êtes venu/ });
    await first.waitFor();
    await expectAccessible(page, 'welcome, come back');
    expect(complaints).toEqual([]);
  });

  test('what was asked for is where one comes to, and never another’s address', async () => {
    await using context = await browser.person();
    const page = await context.newPage();
    await page.goto(`${url}/requests?state=failed`);
    await page.getByRole('link', { name: 'Campus <script>' }).click();
    await signInThere(page);
    await page.waitForURL(`${url}/requests?state=failed`);
    for (const forged of ['//evil.example/x', '/.//evil.example', 'https://evil.example', 'javascript:alert(1)']) {
      await page.goto(`${url}/enter/campus?next=${encodeURIComponent(forged)}`);
      await page.waitForURL(`${url}/courses`);
    }
  });

  test('a session that ends while somebody looks: back to the very page', async () => {
    await using context = await browser.person();
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${url}/enter/campus?next=${encodeURIComponent('/courses?q=bio')}`);
    await signInThere(page);
    await page.waitForURL(`${url}/courses?q=bio`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await endSessions();
    await look(page);
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    await expectAccessible(page, 'session ended');
    await shoot(page, 'ended');
    // Put aside to look at the page: it stays told.
    await page.keyboard.press('Escape');
    await page.getByRole('status').getByText('Your session has ended').waitFor();
    await expectAccessible(page, 'session ended, put aside');
    await page.getByRole('link', { name: 'Sign in again' }).click();
    // Still signed in on the campus: nobody types anything.
    await page.waitForURL(`${url}/courses?q=bio`);
    await page.getByRole('button', { name: /Account of ada/ }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('an operator, by the keyboard alone: signed in in another window, the first goes on by itself', async () => {
    await using context = await browser.person();
    const page = await context.newPage();
    await page.goto(`${url}/settings`);
    await page.getByRole('link', { name: 'Sign in as an operator' }).press('Enter');
    await page.waitForURL('**/sign-in?next=%2Fsettings');
    await page.getByLabel('Username').fill('root');
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${url}/settings`);
    await page.getByRole('button', { name: /Account of Zoé/ }).waitFor();
    const loads: string[] = [];
    page.on('framenavigated', (frame) => loads.push(frame.url()));
    await endSessions();
    await look(page);
    const beside = page.getByRole('link', { name: 'In a new window' });
    await beside.waitFor();
    const [other] = await Promise.all([context.waitForEvent('page'), beside.press('Enter')]);
    await other.getByLabel('Username').fill('root');
    await other.getByLabel('Password').fill(password);
    await other.keyboard.press('Enter');
    await other.getByRole('heading', { level: 1, name: 'You are signed in' }).waitFor();
    await expectAccessible(other, 'signed in beside');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(loads).toEqual([]);
    // Out in one is out in the other.
    await other.goto(`${url}/requests`);
    await other.getByRole('button', { name: /Account of Zoé/ }).click();
    await other.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Bring your courses along' }).waitFor();
  });

  test('somebody else signs in: nothing of whoever was there before is shown', async () => {
    await using context = await browser.person();
    const page = await context.newPage();
    await page.goto(`${url}/enter/campus?next=/notices`);
    await signInThere(page);
    await page.getByRole('button', { name: /Account of ada/ }).waitFor();
    await endSessions();
    const other = await context.newPage();
    await other.goto(`${url}/sign-in`);
    await other.getByLabel('Username').fill('root');
    await other.getByLabel('Password').fill(password);
    await other.keyboard.press('Enter');
    await other.getByRole('button', { name: /Account of Zoé/ }).waitFor();
    await page.getByRole('button', { name: /Account of Zoé/ }).waitFor();
    await page.waitForURL('**/requests');
    expect(await page.getByText('ada').count()).toBe(0);
  });

  test('many platforms are searched; one that is not listed is offered to who came by it; none at all', async () => {
    await using context = await browser.person({ language: 'fr', phone: true, dark: true });
    const page = await context.newPage();
    await page.route('**/api/v1/entrances', (route) =>
      route.fulfill({
        json: {
          entrances: Array.from({ length: 12 }, (_, n) => ({
            name: `s${n}`,
            title: `Lycée ${n}`,
            address: `/enter/s${n}`,
          })),
        },
      }),
    );
    await page.goto(url);
    await page.getByRole('searchbox', { name: 'Chercher votre plateforme' }).fill('lycee 11');
    await expect.poll(() => page.getByRole('link', { name: /Lycée/ }).count()).toBe(1);
    await expectAccessible(page, 'many platforms');
    await shoot(page, 'enter-phone-dark-fr');
    await page.getByRole('searchbox').fill('nulle part');
    await page.getByText('Aucune plateforme ne porte ce nom.').waitFor();
    await page.unroute('**/api/v1/entrances');
    await api.settings.set(localOperator, 'entrance.listed', false);
    await page.reload();
    await page.getByText('Entrez depuis votre plateforme').waitFor();
    await expectAccessible(page, 'no platform');
    await page.evaluate(() => localStorage.setItem('jouvence.entrance', 'campus'));
    await page.reload();
    await page.getByRole('link', { name: /campus/ }).waitFor();
    await api.settings.unset(localOperator, 'entrance.listed');
    await page.route('**/api/v1/entrances', (route) => route.fulfill({ status: 503, body: 'no' }));
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await page.getByRole('button', { name: 'Essayer à nouveau' }).or(page.getByRole('alert')).first().waitFor();
    await expectAccessible(page, 'platforms cannot be read');
  });
});

/** As when a window is looked at again. */
async function look(page: Awaited<ReturnType<BrowserContext['newPage']>>): Promise<void> {
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
}
