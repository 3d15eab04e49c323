import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, expectAccessible, shoot } from './browser.ts';
import { openSitesWorld, type SitesWorld } from './sites-world.ts';

/** Where courses come from and go to, for those who look after it. */
describe.skipIf(!chromiumPath)('the pages about sites (needs Chromium: apt-get install chromium)', () => {
  let world: SitesWorld;
  beforeAll(async () => {
    world = await openSitesWorld();
  }, 60_000);
  afterAll(() => world[Symbol.asyncDispose]());

  test('the list says how each is, since when, and what waits; filters stand in the address', async () => {
    await world.ask(1);
    await using visit = await world.open('/sites');
    const { page, complaints } = visit;
    await page.getByRole('heading', { level: 2, name: 'Moodle 2026' }).waitFor();
    expect(await page.getByRole('heading', { level: 2 }).count()).toBe(4);
    await page.getByText('This service is ready').waitFor();
    const waiting = page.getByRole('link', { name: 'Requests from here: 0 under way, 1 waiting' });
    expect(await waiting.getAttribute('href')).toContain('source=old');
    await expectAccessible(page, 'sites');
    await shoot(page, 'sites');
    await page.getByLabel('Used as').selectOption('target');
    await page.getByText('1 site', { exact: true }).waitFor();
    await page.waitForURL('**/sites?role=target');
    await page.reload();
    expect(await page.getByLabel('Used as').inputValue()).toBe('target');
    await page.getByRole('searchbox').fill('nowhere');
    await page.getByText('No site is like that.').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByText('4 sites').waitFor();
    expect(complaints).toEqual([]);
  });
});
