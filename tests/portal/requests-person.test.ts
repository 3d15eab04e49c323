import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { localOperator } from '../../src/accounts/index.ts';
import { chromiumPath, complaintsOf, expectAccessible, openBrowser, shoot, type TestBrowser } from './browser.ts';
import { openRequestsWorld, type RequestsWorld } from './requests-world.ts';

/** What somebody asked for, in every state that it can be in. */
describe.skipIf(!chromiumPath)('my requests (needs Chromium: apt-get install chromium)', () => {
  let world: RequestsWorld;
  let browser: TestBrowser;

  beforeAll(async () => {
    world = await openRequestsWorld();
    browser = await openBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });
  afterEach(() => world.clear());

  const cardOf = (page: Page, name: string) => page.getByRole('article').filter({ hasText: name });
  const megabytes = 1024 ** 2;

  test('the bar over the whole way: bytes where they are known, unknown as unknown, and never back', async () => {
    const id = await world.send(1);
    await using context = await browser.person({ cookies: await world.person() });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${world.url}/requests`);
    const card = page.getByRole('article');
    await card.getByText('Not begun yet').waitFor();
    await expectAccessible(page, 'queued');
    const bar = card.getByRole('progressbar');
    const percent = async () => Number(await bar.getAttribute('aria-valuenow'));
    await world.becomes(id, { parked: false, waiting_for: null, step: 'backing-up', progress: 0 });
    await card.getByText('is making a backup of it').waitFor();
    const atFirst = await percent();
    expect(atFirst).toBeLessThan(5);
    await shoot(page, 'requests-unknown');
    await world.knows(id, { archive: { filename: 'a.mbz', sizeBytes: 48 * megabytes, sha256: '0'.repeat(64) } });
    await world.becomes(id, { step: 'fetching', progress: 0.25, bytes_done: 12 * megabytes });
    await card.getByText('12 MB of 48 MB').waitFor();
    const half = await percent();
    expect(half).toBeGreaterThan(atFirst);
    await shoot(page, 'requests-bytes');
    // The disk of that host is gone: it is fetched once more. The words say so, the bar does not run back.
    await world.becomes(id, { step: 'fetching', progress: 0, bytes_done: 0 });
    await card.getByText('0 B of 48 MB').waitFor();
    expect(await percent()).toBe(half);
    await world.becomes(id, { step: 'restoring', progress: 0.5, bytes_done: 0 });
    await card.getByText('is building the course').waitFor();
    expect(await percent()).toBeGreaterThan(half);
    // Read out: the step, and not how far it is.
    await page.getByRole('status').filter({ hasText: 'is building the course' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('what was asked for others stands in a list of its own, live, and nobody else has it', async () => {
    const mine = await world.send(1);
    const { id: siteId } = await world.api.sites.get('new');
    const martin = { kind: 'person' as const, siteId, site: 'new', username: 'prof.martin' };
    const items = [{ source: 'old', courseid: 2 }];
    const [theirs] = await world.api.restores.send(martin, { target: 'new', person: 'prof.weber', items });
    await using context = await browser.person({ cookies: await world.person() });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${world.url}/requests`);
    const linkTo = (id: string) => page.locator(`article a[href="/requests/${id}"]`).first();
    await linkTo(mine).waitFor();
    expect(await linkTo(theirs!.id).count()).toBe(0);
    await page.getByRole('link', { name: 'Asked for others' }).click();
    await page.waitForURL('**/requests?whose=others');
    await linkTo(theirs!.id).waitFor();
    await page.getByText('for prof.weber').waitFor();
    expect(await linkTo(mine).count()).toBe(0);
    await expectAccessible(page, 'asked for others');
    await shoot(page, 'requests-others');
    await world.becomes(theirs!.id, { parked: false, waiting_for: null, step: 'backing-up', progress: 0 });
    await page.getByRole('article').getByText('is making a backup of it').waitFor();
    expect(complaints).toEqual([]);
    // For whom it is sees it as theirs, and whoever asks for nobody has no such list.
    await using other = await browser.person({ cookies: await world.person('prof.weber') });
    const hers = await other.newPage();
    await hers.goto(`${world.url}/requests`);
    await hers.locator(`article a[href="/requests/${theirs!.id}"]`).first().waitFor();
    expect(await hers.getByRole('link', { name: 'Asked for others' }).count()).toBe(0);
  });

  test('why it waits: the site, since when, until when; the hours; a pause in the operator’s words', async () => {
    const id = await world.send(1);
    await using context = await browser.person({ cookies: await world.person() });
    const page = await context.newPage();
    await page.goto(`${world.url}/requests`);
    const card = page.getByRole('article');
    await card.waitFor();
    const minutes = (count: number) => new Date(Date.now() + count * 60_000);
    await world.becomes(id, {
      step: 'fetching',
      parked: false,
      waiting_for: 'source',
      waiting_since: minutes(-12),
      next_at: minutes(5),
      error: { code: 'site-unreachable', message: 'old: connect ECONNREFUSED', retry: true, step: 'fetching' },
    });
    await card.getByText('does not answer: it goes on by itself').waitFor();
    await card.getByText(/for 1[12] minutes, next try (today|tomorrow)/).waitFor();
    await card.getByText('The site could not be reached').waitFor();
    await expectAccessible(page, 'waiting');
    await shoot(page, 'requests-waiting');
    // Two others have the turns: this one waits in the line, outside the hours, and then because of a pause.
    for (const course of [2, 3]) await world.send(course);
    const hour = (new Date().getUTCHours() + 6) % 24;
    const hours = `${String(hour).padStart(2, '0')}:00-${String(hour).padStart(2, '0')}:30`;
    await world.api.settings.set(localOperator, 'queue.zone', 'UTC', world.pair);
    await world.api.settings.set(localOperator, 'queue.hours', hours, world.pair);
    await world.send(5);
    await page.reload();
    const waits = cardOf(page, 'Robert');
    await waits.getByText('Courses are not carried at this hour').waitFor();
    await waits.getByText(/begins (today|tomorrow) \d\d:00/).waitFor();
    await waits.getByText(/Number \d in the line/).waitFor();
    await shoot(page, 'requests-hours');
    await world.api.sites.setPaused(localOperator, 'old', true, 'moves on <b>Friday</b>');
    // Nothing of a request has changed by that, and whoever looks on is told all the same.
    await waits.getByText('have paused').waitFor();
    await waits.getByText('Reason: moves on <b>Friday</b>', { exact: true }).waitFor();
    await shoot(page, 'requests-paused');
    await using french = await browser.person({ language: 'fr', cookies: await world.person() });
    const inFrench = await french.newPage();
    await inFrench.goto(`${world.url}/requests`);
    const attend = cardOf(inFrench, 'Robert');
    await attend.getByText('Raison\u00a0: moves on <b>Friday</b>', { exact: true }).waitFor();
    await world.api.sites.setPaused(localOperator, 'old', false);
    for (const key of ['queue.zone', 'queue.hours']) await world.api.settings.unset(localOperator, key, world.pair);
  });

  test('cancel says what it means, and it can be tried again; the rules are asked at once', async () => {
    await world.send(1);
    await using context = await browser.person({ cookies: await world.person() });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${world.url}/requests`);
    const card = page.getByRole('article');
    const cancel = card.getByRole('button', { name: /^Cancel it/ });
    await cancel.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Nothing has begun: it leaves the line').waitFor();
    await expectAccessible(page, 'cancel?');
    await shoot(page, 'requests-cancel');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await cancel.evaluate((button) => button === document.activeElement)).toBe(true);
    await cancel.click();
    await dialog.getByRole('button', { name: 'Cancel the request' }).click();
    await card.getByText('It was cancelled').waitFor();
    world.allow(false);
    await card.getByRole('button', { name: /Try again/ }).click();
    await page.getByRole('dialog').getByText('does not hold').waitFor();
    await expectAccessible(page, 'retry refused');
    await shoot(page, 'requests-retry-refused');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    world.allow(true);
    await card.getByRole('button', { name: /Try again/ }).click();
    await card.getByText('Not begun yet').waitFor();
    expect(complaints).toEqual([]);
  });

  test('failed and refused: why, and what to do, in the reader’s language; on a phone, in the dark', async () => {
    const [failed, refused] = [await world.send(1), await world.send(4)];
    const error = {
      code: 'site-cron',
      message: 'new: its restore failed: no room <b>',
      retry: true,
      step: 'restoring',
      said: [{ reason: 'task-failed', values: { site: 'new', kind: 'restore', quoted: 'no room <b>' } }],
    };
    await world.becomes(failed, { outcome: 'failed', parked: false, waiting_for: null, error });
    await world.report(refused, [
      { severity: 'error', code: 'nothing-left', what: 'Cours', why: 'None of it.', todo: 'Another target.' },
    ]);
    await world.becomes(refused, {
      outcome: 'refused',
      parked: false,
      waiting_for: null,
      error: { code: 'unsupported', message: 'new: none of it', retry: false, step: 'checking' },
    });
    await using context = await browser.person({
      cookies: await world.person(),
      language: 'fr',
      dark: true,
      phone: true,
    });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${world.url}/requests`);
    await page.getByRole('heading', { level: 1, name: 'Mes demandes' }).waitFor();
    const card = cardOf(page, 'Histoire');
    await card.getByText('n’exécute pas ses tâches programmées').waitFor();
    await card.getByText('Rien de votre côté').waitFor();
    await card.getByText('En détail').click();
    const detail = card.locator('details p');
    await detail.waitFor();
    expect((await detail.textContent())!.replaceAll('\u00a0', ' ')).toBe(
      'new : notre tâche (restauration) a échoué : « no room <b> »',
    );
    // Only what the site itself said is in English, and says so to whoever has it read aloud.
    expect(await detail.locator('[lang=en]').allTextContents()).toEqual(['no room <b>']);
    await expectAccessible(page, 'failed, French, dark, phone');
    await shoot(page, 'requests-phone-fr');
    await cardOf(page, 'البرمجة')
      .getByRole('link', { name: /point à regarder/ })
      .click();
    await page.getByRole('heading', { name: 'Rapport' }).waitFor();
    await page.getByText('aucune des activités ne peut être restaurée').waitFor();
    await expectAccessible(page, 'refused, French, dark, phone');
    await shoot(page, 'request-phone-fr');
    expect(complaints).toEqual([]);
  });

  test('a report is dealt with in two windows: each sees what the other ticks', async () => {
    const id = await world.send(1);
    const line = { severity: 'warning', code: 'module-missing', what: 'Quiz', why: 'It is not there.', todo: 'Ask.' };
    await world.report(id, [line, { ...line, what: 'Triangles <b>' }]);
    await world.becomes(id, { outcome: 'done', parked: false, waiting_for: null });
    await using context = await browser.person({ cookies: await world.person() });
    const [one, other] = [await context.newPage(), await context.newPage()];
    for (const page of [one, other]) {
      await page.goto(`${world.url}/requests/${id}`);
      await page.getByText('2 things should be looked at').waitFor();
    }
    await one.getByRole('checkbox', { name: /Triangles <b>/ }).check();
    await other.getByText('1 thing should be looked at').waitFor();
    expect(await other.getByRole('checkbox', { name: /Triangles/ }).isChecked()).toBe(true);
    await other.getByText('prof.martin (new)').first().waitFor();
    await other.getByRole('checkbox', { name: /Quiz/ }).check();
    await one.getByText('has been dealt with').waitFor();
    await expectAccessible(one, 'dealt with');
    await shoot(one, 'request-dealt');
    await other.getByRole('checkbox', { name: /Quiz/ }).uncheck();
    await one.getByText('1 thing should be looked at').waitFor();
  });

  test('a lost connection is said, and what was missed comes with the next one', async () => {
    const id = await world.send(1);
    await using context = await browser.person({ cookies: await world.person() });
    const page = await context.newPage();
    await page.goto(`${world.url}/requests/${id}`);
    await page.getByText('Not begun yet').waitFor();
    const again = await world.loseConnections();
    await page.getByText('The connection is lost').waitFor();
    await expectAccessible(page, 'lost');
    await world.becomes(id, { step: 'comparing', parked: false, waiting_for: null });
    await again();
    await page.getByText('is being compared').first().waitFor();
    await page.getByText('The connection is lost').waitFor({ state: 'detached' });
  });

  test('what came before, page by page, with the address', async () => {
    await world.history(45);
    const moving = await world.send(1);
    await using context = await browser.person({ cookies: await world.person(), language: 'fr' });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${world.url}/requests`);
    const cards = page.getByRole('article');
    await page.getByRole('heading', { level: 2, name: 'En cours' }).waitFor();
    await expect.poll(() => cards.count()).toBe(21);
    await page.getByRole('button', { name: 'Plus anciennes' }).click();
    await page.waitForURL(/after=\d+$/);
    await expect.poll(() => cards.count()).toBe(20);
    const shown = await cards.getByRole('heading').allTextContents();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await expectAccessible(page, 'the second page');
    await page.reload();
    await cards.first().waitFor();
    expect(await cards.getByRole('heading').allTextContents()).toEqual(shown);
    await page.getByRole('button', { name: 'Plus anciennes' }).click();
    await expect.poll(() => cards.count()).toBe(5);
    expect(await page.getByRole('button', { name: 'Plus anciennes' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Plus récentes' }).click();
    await expect.poll(() => cards.getByRole('heading').allTextContents()).toEqual(shown);
    await page.getByRole('button', { name: 'Les dernières' }).click();
    await page.getByRole('heading', { level: 2, name: 'En cours' }).waitFor();
    // What ends while one looks stays where it was.
    await world.becomes(moving, { outcome: 'cancelled', parked: false, waiting_for: null });
    await cards.first().getByText('La demande a été annulée').waitFor();
    expect(complaints).toEqual([]);
  });

  test('nasty names everywhere they are shown, and more than a page of them', async () => {
    for (let course = 1; course <= 9; course++) await world.send(course);
    const ended = await world.api.restores.list({}, { limit: 200 });
    for (const { id } of ended.requests.slice(0, 4)) {
      await world.knows(id, {
        new_course: {
          id: 9,
          url: 'http://new.example/c',
          shortname: world.nastyName(2),
          fullname: world.nastyName(1),
          category: world.nastyName(9),
        },
      });
      await world.becomes(id, { outcome: 'done', parked: false, waiting_for: null });
    }
    for (const looks of [{}, { phone: true, dark: true }]) {
      await using context = await browser.person({ cookies: await world.person(), ...looks });
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await page.goto(`${world.url}/requests`);
      for (let course = 1; course <= 9; course++)
        await page
          .getByRole('link', { name: world.nastyName(course).slice(0, 30) })
          .first()
          .waitFor();
      await expectAccessible(page, `nasty names ${JSON.stringify(looks)}`);
      await shoot(page, `requests-nasty${'phone' in looks ? '-phone' : ''}`);
      await page.goto(`${world.url}/requests/${ended.requests[0]!.id}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await expectAccessible(page, 'one nasty name');
      await shoot(page, `request-nasty${'phone' in looks ? '-phone' : ''}`);
      expect(complaints).toEqual([]);
    }
  });

  test('somebody else’s request is not there', async () => {
    const id = await world.send(1);
    await using context = await browser.person({ cookies: await world.person('prof.weber') });
    const page = await context.newPage();
    await page.goto(`${world.url}/requests/${id}`);
    await page.getByText('This request is not there').waitFor();
    await expectAccessible(page, 'not there');
  });
});
