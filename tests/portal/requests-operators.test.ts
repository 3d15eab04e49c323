import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, complaintsOf, expectAccessible, openBrowser, shoot, type TestBrowser } from './browser.ts';
import { openRequestsWorld, type RequestsWorld } from './requests-world.ts';

/** Requests of everybody, for whoever looks after the sites. */
describe.skipIf(!chromiumPath)('requests of everybody (needs Chromium: apt-get install chromium)', () => {
  let world: RequestsWorld;
  let browser: TestBrowser;

  beforeAll(async () => {
    world = await openRequestsWorld();
    await world.fill(3000);
    browser = await openBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  test('filter, look at one, back, reload, the next page and back: everything is kept', async () => {
    await using context = await browser.person({ cookies: await world.operator('operator') });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${world.url}/requests`);
    await page.getByText('3,000 requests').first().waitFor();
    await expectAccessible(page, 'all');
    await shoot(page, 'requests-all');
    await page.getByLabel('Course', { exact: true }).fill('geographie 2021');
    await page.getByLabel('State').selectOption('done');
    await page.waitForURL(/course=geographie.2021/);
    expect(complaints).toEqual([]);
  });
});
