import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localOperator } from '../../src/accounts/index.ts';
import { openTestApi, type TestApi } from '../../src/api/testing.ts';
import { chromiumPath, complaintsOf, expectAccessible, openBrowser, shoot, type TestBrowser } from './browser.ts';

/** What stands around every page, and who is let in. */
describe.skipIf(!chromiumPath)('the shell (needs Chromium: apt-get install chromium)', () => {
  let api: TestApi;
  let url: string;
  let browser: TestBrowser;

  beforeAll(async () => {
    api = await openTestApi({ pages: join(import.meta.dirname, '../../portal/dist'), checks: [] });
    const app = await api.open('public');
    await app.listen({ host: '127.0.0.1', port: 0 });
    url = `http://localhost:${(app.server.address() as AddressInfo).port}`;
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await api[Symbol.asyncDispose]();
  });

  async function signedIn() {
    const { operators, operatorSessions } = api.accounts;
    const operator = await operators.add(localOperator, {
      username: `op${Date.now()}`,
      name: 'Zoé <b>',
      role: 'operator',
      siteIds: null,
    });
    const visit = { address: '127.0.0.1', browser: 'test' };
    const key = await api.store.transaction((tx) => operatorSessions.start(tx, operator, 'password', visit));
    return { key, cookies: [{ url, name: '__Host-jouvence-operator', value: key }] };
  }

  test('nobody is told what this is, in their language, and finds the way in', async () => {
    await using context = await browser.person({ language: 'fr' });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${url}/requests`);
    await page.getByRole('heading', { level: 1, name: 'Emportez vos cours' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('fr');
    await expectAccessible(page, 'welcome');
    await shoot(page, 'welcome-fr');
    await page.getByRole('link', { name: 'Se connecter comme opérateur' }).click();
    await page.waitForURL('**/sign-in**');
    expect(complaints).toEqual([]);
  });

  test.each([
    { language: 'en', dark: false, phone: false },
    { language: 'en', dark: true, phone: false },
    { language: 'fr', dark: false, phone: true },
  ] as const)('an operator, %j', async (looks) => {
    const { cookies } = await signedIn();
    await using context = await browser.person({ ...looks, cookies });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(url);
    await page.waitForURL('**/requests');
    await page.getByRole('button', { name: /Zoé <b>/ }).click();
    await expectAccessible(page, 'account menu');
    await shoot(page, `menu-${looks.language}-${looks.dark ? 'dark' : 'light'}`);
    await page.keyboard.press('Escape');
    expect(await page.locator('html').getAttribute('data-theme')).toBe(looks.dark ? 'dark' : 'light');
    if (looks.phone) {
      await page.getByRole('button', { name: 'Menu' }).click();
      await expectAccessible(page, 'menu on a phone');
      await page.getByRole('link', { name: 'Réglages' }).click();
    } else await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
    await page.waitForURL('**/settings');
    expect(complaints).toEqual([]);
  });

  test('language and appearance are changed, and stay', async () => {
    const { cookies } = await signedIn();
    await using context = await browser.person({ cookies });
    const page = await context.newPage();
    await page.goto(`${url}/settings`);
    await page.getByRole('button', { name: /Account of/ }).click();
    await page.getByRole('radio', { name: 'Dark' }).check();
    await page.getByRole('radio', { name: 'Français' }).click();
    await page.getByRole('heading', { level: 1, name: 'Réglages' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Réglages' }).waitFor();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  });

  test('a page that is not there says so, and programs are answered as before', async () => {
    const { cookies } = await signedIn();
    await using context = await browser.person({ cookies });
    const page = await context.newPage();
    await page.goto(`${url}/no/such/page`);
    await page.getByRole('heading', { level: 1, name: 'There is no such page' }).waitFor();
    await expectAccessible(page, 'missing');
    expect((await (await fetch(url)).json()).api).toBe('/api/v1');
    expect((await fetch(`${url}/api/v1/nothing`, { headers: { accept: 'text/html' } })).status).toBe(404);
    expect((await fetch(`${url}/assets/nothing.js`, { headers: { accept: 'text/html' } })).status).toBe(404);
  });

  test('signing out leaves nothing behind', async () => {
    const { cookies } = await signedIn();
    await using context = await browser.person({ cookies });
    const page = await context.newPage();
    await page.goto(`${url}/settings`);
    await page.evaluate(async () => {
      const { username } = (await (await fetch('/api/v1/session')).json()) as { username: string };
      for (const owner of [`operator ${username}`, `operator ${username}2`])
        localStorage.setItem(`jouvence.basket.${JSON.stringify([owner, 'new', ''])}`, '{}');
    });
    await page.getByRole('button', { name: /Account of/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Bring your courses along' }).waitFor();
    // Somebody else's, whose session ended by itself, waits for them.
    const kept = await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('basket')));
    expect(kept).toEqual([expect.stringMatching(/2","new",""\]$/)]);
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Bring your courses along' }).waitFor();
  });
});
