import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, expectAccessible, shoot } from './browser.ts';
import { openPlace, type Place } from './place.ts';

/** Addresses that somebody has typed, cut off or kept for too long. */
describe.skipIf(!chromiumPath)('odd addresses (needs Chromium: apt-get install chromium)', () => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace();
  });
  afterAll(() => place[Symbol.asyncDispose]());

  test('a teacher at an address of operators is told that there is no such page, and nothing is asked for', async () => {
    await using at = await place.enter('/courses');
    const { page, complaints } = at;
    const calls: string[] = [];
    page.on('request', (request) => calls.push(new URL(request.url()).pathname));
    for (const path of ['/sites', '/sites/new', '/settings', '/operators', '/audit']) {
      await page.goto(place.url + path);
      await page.getByRole('heading', { level: 1, name: 'There is no such page' }).waitFor();
    }
    await expectAccessible(page, 'a page of operators');
    expect(calls.filter((path) => /^\/api\/v1\/(sites|pairs|settings|operators|tokens|audit)/.test(path))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['/audit?from=2026-13-45&to=2026-02-31&action=sites', '/audit?action=sites'],
    ['/requests?state=nonsense,done&since=2026-13-45&until=2026-01-31', '/requests?state=done&until=2026-01-31'],
    ['/requests?state=nonsense', '/requests'],
    ['/courses?look=nonsense', '/courses'],
    ['/courses?target=x%20y&person=prof.martin', '/courses?person=prof.martin'],
    ['/courses?look=x%20y:3', '/courses'],
    ['/settings?target=x%20y&q=people', '/settings?q=people'],
    ['/audit?site=X_Y', '/audit'],
  ])('what makes no sense in %s is dropped', async (asked, shown) => {
    await using at = await place.operate(asked);
    const { page, complaints } = at;
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForURL(place.url + shown);
    expect(await page.getByText('That did not work').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['en', 'This request is not there', 'Requests', 'There is no site', 'All sites'],
    ['fr', 'Cette demande n’existe pas', 'Demandes', 'Il n’y a pas de site', 'Tous les sites'],
  ] as const)(
    'what no id can be is not there, in words, with a way back (%s)',
    async (language, noRequest, requests, noSite, sites) => {
      await using at = await place.operate('/', { language });
      const { page, complaints } = at;
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      for (const id of ['none', 'x%20y', 'abc-def-ghi-', '%3Cb%3E']) {
        await page.goto(`${place.url}/requests/${id}`);
        await page.getByText(noRequest).waitFor();
      }
      await expectAccessible(page, `no such request (${language})`);
      await page.locator('main').getByRole('link', { name: requests }).click();
      await page.waitForURL(`${place.url}/requests`);
      for (const name of ['x%20y', 'X_Y', `${'a'.repeat(70)}`]) {
        await page.goto(`${place.url}/sites/${name}`);
        await page.getByText(noSite).waitFor();
      }
      await expectAccessible(page, `no such site (${language})`);
      await page.locator('main').getByRole('link', { name: sites }).click();
      await page.waitForURL(`${place.url}/sites`);
      expect(
        asked.filter((path) => /^\/api\/v1\/(requests|sites)\/(none|x%20y|abc-|%3C|X_Y|a{70})/i.test(path)),
      ).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );

  test('who follows a link goes on reading at the title of what came; who opens an address begins at its beginning', async () => {
    await using at = await place.operate('/sites');
    const { page } = at;
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    const link = page.locator('main a[href="/sites/far"]');
    const title = (await link.textContent())!;
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
    await link.press('Enter');
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await expect.poll(focused).toBe(title);
    await page.getByRole('link', { name: 'All sites' }).press('Enter');
    await expect.poll(focused).toBe('Sites');
  });

  test('an entrance that is none says so in words to a browser', async () => {
    await using context = await place.browser.person({ language: 'fr' });
    const page = await context.newPage();
    expect((await page.goto(`${place.url}/enter/nowhere`))?.status()).toBe(404);
    await page.getByRole('heading', { name: 'On n’entre pas par là' }).waitFor();
    await expectAccessible(page, 'no entrance');
    await shoot(page, 'enter-nowhere-fr');
    expect((await fetch(`${place.url}/enter/nowhere`)).headers.get('content-type')).toMatch('application/json');
  });
});
