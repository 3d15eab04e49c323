import type { Locator, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, complaintsOf, expectAccessible, shoot } from './browser.ts';
import { openSitesWorld, type SitesWorld } from './sites-world.ts';

/** Of everything that a page asks, but for who is signed in. */
const asked = /\/api\/v1\/(?!session$)/;

const failures = {
  away: (route: Route) => route.abort('connectionrefused'),
  403: refuse(403, 'not-allowed', 'new: 127.0.0.1 may not do this'),
  404: refuse(404, 'not-found', 'there is no site <b>nowhere</b>'),
  500: refuse(500, 'internal', 'Something went wrong that we did not foresee.'),
  504: refuse(504, 'site-timeout', `http://${'very-long-name-of-a-host.'.repeat(8)}example did not answer in time`),
};
type Failure = keyof typeof failures;

function refuse(status: number, code: string, message: string) {
  const error = { code, message, requestId: 'req-1' };
  return (route: Route) => route.fulfill({ status, contentType: 'application/json', body: JSON.stringify({ error }) });
}

/** Pages, what stands there once they have what they ask for, two ways in which they do not get it, and where one types. */
const pages: [name: string, address: string, there: (page: Page) => Locator, [Failure, Failure], field?: string][] = [
  [
    'courses',
    '/courses?target=new&person=prof.martin',
    (page) => page.getByText('Robert'),
    [500, 403],
    'main form input',
  ],
  ['courses for nobody', '/courses?target=new', (page) => page.getByText('Robert'), [403, 'away']],
  [
    'requests',
    '/requests',
    (page) => page.getByRole('link', { name: /Robert/ }),
    [403, 404],
    'main search input[type=search]',
  ],
  ['one request', '/requests/ID', (page) => page.locator('#operators'), [500, 403]],
  ['registering', '/requests/register', (page) => page.getByRole('textbox').first(), [403, 500]],
  ['sites', '/sites', (page) => page.getByRole('link', { name: 'Moodle 2026' }), ['away', 504]],
  ['one site', '/sites/new', (page) => page.getByRole('heading', { name: 'Moodle 2026' }), [500, 403]],
  ['settings', '/settings', (page) => page.locator('#group-requests'), [504, 'away']],
  ['notices', '/notices', (page) => page.getByText(/^(No notices yet|Aucun avis)/), [403, 404]],
  ['operators', '/operators', (page) => page.getByRole('link', { name: 'Zoé 1', exact: true }), ['away', 403]],
  ['tokens', '/operators?tab=tokens', (page) => page.getByText('nightly'), [404, 403]],
  ['account', '/account', (page) => page.getByText(/^(this one|celle-ci)$/), [404, 403]],
  ['audit', '/audit', (page) => page.locator('ol > li').first(), [403, 'away'], 'main form input[type=text]'],
];

/** Every page while it waits for what it asks, and when it does not get it: nobody is left with nothing. */
describe.skipIf(!chromiumPath)('pages that are hindered (needs Chromium: apt-get install chromium)', () => {
  let world: SitesWorld;
  let id: string;
  beforeAll(async () => {
    world = await openSitesWorld();
    const [request] = await world.ask(5);
    id = request!.id;
    await world.api.token('nightly');
  }, 60_000);
  afterAll(() => world[Symbol.asyncDispose]());

  test.each([
    ['/requests/ABCDEFGHIJKL', 'This request is not there'],
    ['/sites/nowhere', 'There is no site nowhere'],
  ])('what is not there says so, and the way back: %s', async (address, said) => {
    await using visit = await world.open(address, { dark: true });
    await visit.page.getByText(said).first().waitFor();
    await expectAccessible(visit.page, address);
    expect(await visit.page.getByRole('main').getByRole('link').count()).toBeGreaterThan(0);
  });

  describe.each([
    ['light', {}, 0],
    ['phone, French, dark', { language: 'fr', phone: true, dark: true }, 1],
  ] as const)('%s', (name, looks, turn) => {
    let visit: Awaited<ReturnType<SitesWorld['open']>>;
    beforeAll(async () => {
      visit = await world.open('/account', looks);
      // A worker that all windows share asks where no test can stand in between.
      await visit.context.addInitScript(() => Reflect.deleteProperty(window, 'SharedWorker'));
    });
    afterAll(() => visit[Symbol.asyncDispose]());

    test.each(pages)('%s', async (what, address, there, ways, field) => {
      const { context } = visit;
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      const state = (how: string) => `${what} ${how}, ${name}`;
      const waits = Promise.withResolvers<void>();
      await page.route(asked, async (route) => {
        await waits.promise;
        await route.continue();
      });
      await page.goto(world.url + address.replace('ID', id));
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page
        .getByRole('status')
        .filter({ hasText: /Loading|Chargement/ })
        .first()
        .waitFor({ state: 'attached' });
      await expectAccessible(page, state('waits'));
      await shoot(page, `hindered-${what}-waits-${turn}`);
      waits.resolve();
      await there(page).first().waitFor();

      await page.unroute(asked);
      await page.route(asked, failures[ways[turn]]);
      await page.reload();
      await page.getByRole('heading', { level: 1 }).waitFor();
      const again = page.getByRole('button', { name: /^(Try again|Réessayer)/ });
      await again.first().waitFor();
      await expectAccessible(page, state(`fails by ${ways[turn]}`));
      await shoot(page, `hindered-${what}-fails-${turn}`);
      const typed = field === undefined ? null : page.locator(field).first();
      await typed?.fill('Robert');
      await page.unroute(asked);
      // By the keyboard, as whoever sees nothing does; each part that failed has its own.
      do {
        const before = await again.count();
        await again.first().press('Enter');
        await expect
          .poll(async () => (await again.count()) < before || (await there(page).first().isVisible()), {
            timeout: 20_000,
          })
          .toBe(true);
      } while ((await there(page).first().isHidden()) && (await again.count()) > 0);
      await there(page).first().waitFor();
      if (typed) expect(await typed.inputValue()).toBe('Robert');
      await page.waitForFunction(() => document.activeElement !== document.body);
      expect(complaints).toEqual([]);
      await page.close();
    });
  });
});
