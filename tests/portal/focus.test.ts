import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localOperator } from '../../src/accounts/index.ts';
import { chromiumPath } from './browser.ts';
import { openSitesWorld, type SitesWorld } from './sites-world.ts';

/** Where the keyboard stands, in words. */
const where = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement: at } = document;
    if (!at || at === document.body) return 'nowhere';
    const place = at.closest('dialog') ? ' in a dialog' : '';
    return `${at.tagName.toLowerCase()} ${at.ariaLabel ?? at.textContent?.trim()}${place}`;
  });

/** When the button that was pressed goes with what it did, the keyboard stands beside its place. */
describe.skipIf(!chromiumPath)(
  'the keyboard after something is gone (needs Chromium: apt-get install chromium)',
  () => {
    let world: SitesWorld;
    beforeAll(async () => {
      world = await openSitesWorld();
      for (const name of ['first', 'second']) await world.api.token(name);
      await world.api.sites.add(localOperator, world.campus);
      for (const username of ['ada', 'bob'])
        await world.api.accounts.operators.add(localOperator, {
          username,
          name: username,
          role: 'auditor',
          siteIds: null,
        });
    }, 60_000);
    afterAll(() => world[Symbol.asyncDispose]());

    const press = (page: Page, name: string | RegExp, within: 'page' | 'dialog' = 'page') =>
      (within === 'dialog' ? page.getByRole('dialog') : page)
        .getByRole('button', { name, exact: typeof name === 'string' })
        .first()
        .press('Enter');
    const stands = (page: Page, text: string) => expect.poll(() => where(page), { timeout: 10_000 }).toBe(text);
    /** Does what the open dialog asks about, and waits until it has closed. */
    async function confirm(page: Page, name: string | RegExp): Promise<void> {
      await press(page, name, 'dialog');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }

    test('a token is revoked: on the next one, then on the heading', async () => {
      await using visit = await world.open('/operators?tab=tokens');
      const { page } = visit;
      await press(page, /Revoke.*second/);
      await confirm(page, 'Revoke');
      await stands(page, 'button Revoke first');
      await page.keyboard.press('Enter');
      await confirm(page, 'Revoke');
      await stands(page, 'h1 Operators');
    });

    test('tokens for the block: on the next one, then on the heading of that part', async () => {
      await using visit = await world.open('/sites/campus');
      const { page } = visit;
      for (const name of ['Law', 'Arts']) {
        await press(page, 'New token');
        await page.getByLabel('What is it for?').fill(name);
        await press(page, 'Make it', 'dialog');
        await page.getByText(`The token “${name}” is made`).waitFor();
        await expect.poll(() => where(page)).toMatch(/ in a dialog$/);
        await confirm(page, 'Close');
        await stands(page, 'button New token');
      }
      await press(page, 'Revoke “Law”');
      await confirm(page, 'Revoke');
      await stands(page, 'button Revoke “Arts”');
      await page.keyboard.press('Enter');
      await confirm(page, 'Revoke');
      await expect.poll(() => where(page)).toMatch(/^h2 /);
    });

    test('an operator is kept out, let in and removed: in the panel, then in the list', async () => {
      await using visit = await world.open('/operators');
      const { page } = visit;
      await page.getByRole('link', { name: 'ada', exact: true }).press('Enter');
      const panel = page.getByRole('dialog');
      await press(page, 'Disable', 'dialog');
      await panel.getByRole('button', { name: 'Enable' }).waitFor();
      await stands(page, 'button Enable in a dialog');
      await page.keyboard.press('Enter');
      await panel.getByRole('button', { name: 'Disable' }).waitFor();
      await stands(page, 'button Disable in a dialog');
      await panel.getByLabel('Type ada to remove').fill('ada');
      await page.keyboard.press('Enter');
      await panel.waitFor({ state: 'detached' });
      await page.getByText('ada is no operator any more.').waitFor();
      await page.waitForURL('**/operators');
      await stands(page, 'h1 Operators');
    });

    test('pairs are removed, a site is paused and goes on', async () => {
      await using visit = await world.open('/sites/new');
      const { page } = visit;
      for (const name of ['old', 'far']) {
        await press(page, `Remove the pair ${name} → new`);
        await confirm(page, 'Remove');
        await stands(page, 'h3 To here from');
      }
      await press(page, 'Pause');
      await confirm(page, 'Pause');
      await stands(page, 'button Another reason');
      await press(page, 'Go on');
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      await stands(page, 'button Pause');
    });

    test('a request is cancelled, deleted, and several are', async () => {
      await world.api.sites.pairs.add(localOperator, { source: 'old', target: 'new' });
      const ids: string[] = [];
      for (const course of [1, 2, 5]) ids.push((await world.ask(course))[0]!.id);
      await using visit = await world.open(`/requests/${ids[0]}`);
      const { page } = visit;
      await press(page, /^Cancel/);
      await confirm(page, 'Cancel the request');
      // Not on what would delete it.
      await stands(page, 'button Change category');
      await press(page, 'Delete');
      await press(page, 'Delete for good', 'dialog');
      await page.waitForURL('**/requests');
      await stands(page, 'h1 Requests');
      await page.getByRole('checkbox', { name: /^Tick Robert/ }).waitFor();
      for (const box of await page.getByRole('checkbox', { name: /^Tick (?!all)/ }).all()) await box.check();
      await press(page, 'Cancel');
      await press(page, /^Cancel 2/, 'dialog');
      await page.getByText('Done with 2 requests.').waitFor();
      await stands(page, 'button Close in a dialog');
      await confirm(page, 'Close');
      await stands(page, 'h1 Requests');
    });

    test('what a dialog finds takes the place of its button: the keyboard stays in it', async () => {
      await using visit = await world.open('/settings?target=new');
      const { page } = visit;
      await press(page, 'Import from Strasbourg’s block');
      await page.getByLabel('What it printed').fill('onlyoneremoteinstance\t0');
      await press(page, /^See what/, 'dialog');
      await page.getByText('1 value would be set. Nothing').waitFor();
      await expect.poll(() => where(page)).toMatch(/^button .* in a dialog$/);
      await press(page, /^Set /, 'dialog');
      await expect.poll(() => where(page)).toBe('button Close in a dialog');
      await confirm(page, 'Close');
      await expect.poll(() => where(page)).toMatch(/^button /);
    });
  },
);
