import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localOperator } from '../../src/accounts/index.ts';
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

  const rowsOf = (page: Page) => page.locator('tbody tr');
  const total = (page: Page, text: string) => page.getByText(text, { exact: true }).first().waitFor();
  const coursesOf = (page: Page) => page.locator('tbody th a').allTextContents();

  test('filter, look at one, back, reload, the next page and back: everything is kept', async () => {
    await using context = await browser.person({ cookies: await world.operator('operator') });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${world.url}/requests`);
    await total(page, '3,000 requests');
    await expectAccessible(page, 'all');
    await shoot(page, 'requests-all');
    await page.getByLabel('Course', { exact: true }).fill('geographie');
    await page.getByLabel('State').selectOption('done');
    await page.waitForURL(/course=geographie.*state=done|state=done.*course=geographie/);
    const { total: found } = await world.api.restores.list({ course: 'geographie', state: ['done'] }, { limit: 1 });
    await total(page, `${found.count} requests`);
    await page.getByRole('button', { name: 'Older' }).click();
    await page.waitForURL(/after=/);
    await page.getByRole('button', { name: 'The newest' }).waitFor();
    const shown = await coursesOf(page);
    await page.evaluate(() => scrollTo(0, 700));
    const at = await page.evaluate(() => scrollY);
    await rowsOf(page).nth(10).getByRole('link').first().click();
    await page.getByRole('heading', { name: 'What was asked for' }).waitFor();
    await page.goBack();
    await rowsOf(page).first().waitFor();
    expect(await coursesOf(page)).toEqual(shown);
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(at);
    await page.reload();
    await rowsOf(page).first().waitFor();
    expect(await coursesOf(page)).toEqual(shown);
    expect(await page.getByLabel('Course', { exact: true }).inputValue()).toBe('geographie');
    expect(await page.getByLabel('State').inputValue()).toBe('done');
    await page.getByRole('button', { name: 'Newer', exact: true }).click();
    await page.waitForURL((url) => !url.searchParams.has('after'));
    expect((await coursesOf(page))[0]).not.toBe(shown[0]);
    await page.goBack();
    await page.getByRole('button', { name: 'The newest' }).waitFor();
    expect(await coursesOf(page)).toEqual(shown);
    await page.getByRole('button', { name: 'Clear all filters' }).click();
    await total(page, '3,000 requests');
    expect(await page.getByLabel('Course', { exact: true }).inputValue()).toBe('');
    await page
      .getByRole('navigation', { name: 'Quick filters' })
      .getByRole('link', { name: /failed/ })
      .click();
    await page.waitForURL(/state=failed/);
    await expect.poll(async () => rowsOf(page).filter({ hasText: 'failed' }).count()).toBe(50);
    expect(complaints).toEqual([]);
  });

  test('one is found by its number, as its page shows it', async () => {
    const id = await world.send(6);
    await using context = await browser.person({ cookies: await world.operator('school') });
    const page = await context.newPage();
    await page.goto(`${world.url}/requests`);
    await page.getByLabel('Course', { exact: true }).fill(` ${id}`);
    await total(page, '1 request');
    await rowsOf(page).first().getByRole('link').first().click();
    await page.waitForURL(`**/requests/${id}`);
    await world.api.restores.cancel(localOperator, id);
    await world.api.restores.remove(localOperator, id);
  });

  test('many tried again at once: how many is said first, it can be stopped, each has its result', async () => {
    await using context = await browser.person({ cookies: await world.operator('operator') });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    const { total: failed } = await world.api.restores.list({ state: ['failed'] }, { limit: 1 });
    await page.goto(`${world.url}/requests?state=failed`);
    await rowsOf(page).first().waitFor();
    await page.getByRole('checkbox', { name: 'Tick all on this page' }).check();
    const bar = page.getByRole('region', { name: 'With the ticked requests' });
    await bar.getByRole('button', { name: /Choose all/ }).click();
    await bar.getByText(`All ${failed.count} that are found`).waitFor();
    await expectAccessible(page, 'ticked');
    await shoot(page, 'requests-ticked');
    await bar.getByRole('button', { name: 'Try again' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`${failed.count} have failed or were cancelled`).waitFor();
    await dialog.getByText('jouvence requests retry --state failed --yes').waitFor();
    await expectAccessible(page, 'try again?');
    await shoot(page, 'requests-bulk-asks');
    await dialog.getByRole('button', { name: `Try ${failed.count} again` }).click();
    await dialog.getByText(`Done with ${failed.count} requests.`).waitFor();
    await expectAccessible(page, 'tried again');
    await shoot(page, 'requests-bulk-done');
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    await bar.waitFor({ state: 'detached' });
    expect((await world.api.restores.list({ state: ['failed'] }, { limit: 1 })).total.count).toBe(0);
    // Of one by its number, and of all from a day on: the very same on the command line.
    const [one] = (await world.api.restores.list({ open: true }, { limit: 1 })).requests;
    await page.goto(`${world.url}/requests?course=${one!.id}`);
    await page.getByRole('checkbox', { name: 'Tick all on this page' }).check();
    await bar.getByRole('button', { name: 'Cancel', exact: true }).click();
    await dialog.getByText(`jouvence requests cancel ${one!.id}`).waitFor();
    await page.keyboard.press('Escape');
    await bar.getByRole('button', { name: 'Untick all' }).click();
    await page.goto(`${world.url}/requests?nobody=true&since=2026-01-02`);
    const midnight = await page.evaluate(() => new Date('2026-01-02T00:00').toISOString());
    await page.getByText(`jouvence requests list --since ${midnight} --nobody`).waitFor();
    const { total: nobodys } = await world.api.restores.list({ nobody: true, since: new Date(midnight) }, { limit: 1 });
    await total(page, `${nobodys.count} requests`);
    // These are ended ones: of each it is said why it cannot be cancelled, and none is touched.
    await page.goto(`${world.url}/requests?state=done`);
    await page.getByRole('checkbox', { name: 'Tick all on this page' }).check();
    await page.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByText('50 have ended, and are deleted for good').waitFor();
    await page.keyboard.press('Escape');
    await page.reload();
    await page.getByText('50 ticked').waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await dialog.getByText('Of 50, 0 have not ended').waitFor();
    expect(await dialog.getByRole('button', { name: /^Cancel 0/ }).count()).toBe(0);
    await page.keyboard.press('Escape');
    // Stopped while the first of them are on their way: these are done, and no others.
    const pressed = Promise.withResolvers<void>();
    await page.route('**/requests/bulk', async (route) => {
      await pressed.promise;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete 50 for good' }).click();
    await dialog.getByRole('button', { name: 'Stop' }).click();
    pressed.resolve();
    await dialog.getByText('It was stopped: 30 are left as they were.').waitFor();
    await dialog.getByText('Done with 20 requests.').waitFor();
    await expectAccessible(page, 'stopped');
    expect(complaints).toEqual([]);
  });

  test('rows keep their place under a hand, and what came meanwhile is a click away', async () => {
    await using context = await browser.person({ cookies: await world.operator('operator') });
    const page = await context.newPage();
    await page.goto(`${world.url}/requests?target=new`);
    await page.getByText('No request is like that').waitFor();
    await expectAccessible(page, 'none found');
    const first = await world.send(1);
    await rowsOf(page).filter({ hasText: 'Histoire' }).waitFor();
    await rowsOf(page).first().hover();
    await world.send(2);
    const show = page.getByRole('button', { name: 'The list has changed' });
    await show.waitFor();
    expect(await rowsOf(page).count()).toBe(1);
    // What the row itself says goes on.
    await world.becomes(first, { step: 'comparing', parked: false, waiting_for: null });
    await rowsOf(page).first().getByText('comparing', { exact: true }).waitFor();
    await show.click();
    await expect.poll(() => rowsOf(page).count()).toBe(2);
  });

  test('why did it fail: in one minute, with what to run; then elsewhere, and again', async () => {
    const id = await world.send(3);
    const error = { code: 'site-unreachable', message: 'old: connect ECONNREFUSED', retry: true, step: 'fetching' };
    await world.becomes(id, { outcome: 'failed', parked: false, waiting_for: null, error });
    await world.api.store.query(
      `update sites set health_state = 'failing', health_error = '{"code": "site-unreachable", "message": "old: connect ECONNREFUSED 10.1.2.3:443"}', checked_at = now() where name = 'old'`,
    );
    await using context = await browser.person({ cookies: await world.operator('operator') });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${world.url}/requests?target=new&state=failed`);
    await rowsOf(page).first().getByRole('link').first().click();
    await page.getByText('It stopped at “fetching”').waitFor();
    await page.getByText('jouvence sites check old').waitFor();
    await page.getByText('10.1.2.3:443').waitFor();
    await page.getByText('does not answer', { exact: true }).waitFor();
    await expectAccessible(page, 'failed, for an administrator');
    await shoot(page, 'request-failed-operator');
    await page.getByRole('button', { name: 'Change category' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Search a category').fill('lettr');
    await dialog.getByRole('radio', { name: /Lettres/ }).check();
    await dialog.getByText(`jouvence requests category ${id} --to 1`).waitFor();
    await expectAccessible(page, 'another category');
    await shoot(page, 'request-category');
    await dialog.getByRole('button', { name: 'Put it there' }).click();
    await page.getByText('number 1').waitFor();
    await page.getByRole('button', { name: /Try again/ }).click();
    await page.getByText('queued', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: /Cancel it/ }).click();
    await dialog.getByRole('button', { name: 'Cancel the request' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete for good' }).click();
    await page.waitForURL(/\/requests$/);
    await page.goBack();
    await page.getByText('This request is not there').waitFor();
    await expectAccessible(page, 'deleted');
    expect(complaints).toEqual([]);
  });

  test('nasty names, ticked, on a wide window and on a phone', async () => {
    for (let course = 1; course <= 9; course++) await world.send(course);
    for (const looks of [{ dark: true }, { phone: true }]) {
      await using context = await browser.person({ cookies: await world.operator('operator'), ...looks });
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await page.goto(`${world.url}/requests?target=new&state=queued`);
      for (let course = 1; course <= 9; course++)
        await page
          .getByRole('link', { name: world.nastyName(course).slice(0, 30) })
          .first()
          .waitFor();
      for (const box of (await page.getByRole('checkbox', { name: /^Tick (?!all)/ }).all()).slice(0, 3))
        await box.check();
      await page.getByText('3 ticked').waitFor();
      await expectAccessible(page, `nasty names ${JSON.stringify(looks)}`);
      await shoot(page, `requests-operators-nasty${'phone' in looks ? '-phone' : ''}`);
      await page.getByRole('button', { name: 'Change category' }).click();
      await page.getByRole('dialog').getByText('Of 3, 3 have not been delivered').waitFor();
      await page
        .getByRole('dialog')
        .getByRole('radio', { name: /Lettres/ })
        .waitFor();
      await expectAccessible(page, `their category ${JSON.stringify(looks)}`);
      expect(complaints).toEqual([]);
    }
  });

  test('by the keyboard alone: to a row, ticked, tried again, and the focus comes back', async () => {
    const id = await world.send(5);
    const error = { code: 'quota', message: 'new: full', retry: false, step: 'delivering' };
    await world.becomes(id, { outcome: 'failed', parked: false, waiting_for: null, error });
    await using context = await browser.person({ cookies: await world.operator('school') });
    const page = await context.newPage();
    await page.goto(`${world.url}/requests?target=new&state=failed`);
    await rowsOf(page).first().waitFor();
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent);
    for (let step = 0; step < 60 && !(await focused())?.startsWith('Tick Robert'); step++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.getByText('1 ticked').waitFor();
    for (let step = 0; step < 20 && (await focused()) !== 'Try again'; step++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 has failed or was cancelled').waitFor();
    for (let step = 0; step < 20 && (await focused()) !== 'Try 1 again'; step++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await dialog.getByText('Done with 1 request.').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect((await world.api.restores.get(id)).state).toBe('queued');
  });

  test('an auditor sees all of it, and nothing that changes anything; on a phone, in French, in the dark', async () => {
    await using context = await browser.person({
      cookies: await world.operator('auditor'),
      language: 'fr',
      dark: true,
      phone: true,
    });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${world.url}/requests?state=cancelled`);
    await page.getByRole('listitem').first().waitFor();
    expect(await page.getByRole('checkbox', { name: /^Cocher/ }).count()).toBe(0);
    await expectAccessible(page, 'auditor, phone');
    await shoot(page, 'requests-auditor-phone');
    await page.getByRole('listitem').first().getByRole('link').click();
    await page.getByRole('heading', { name: 'Pour l’administration' }).waitFor();
    expect(await page.getByRole('button', { name: /Réessayer|Annuler|Supprimer|catégorie/ }).count()).toBe(0);
    await expectAccessible(page, 'one request, auditor');
    await shoot(page, 'request-auditor-phone');
    expect(complaints).toEqual([]);
  });
});
