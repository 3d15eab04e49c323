import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, complaintsOf, expectAccessible, shoot } from './browser.ts';
import { boxOf, type CoursesWorld, openCoursesWorld } from './courses-world.ts';

/** Whatever ends or fails: nothing ticked is lost, and nothing is sent twice. */
describe.skipIf(!chromiumPath)('nothing ticked is lost (needs Chromium: apt-get install chromium)', () => {
  let world: CoursesWorld;
  beforeAll(async () => {
    world = await openCoursesWorld();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const coursesOf = async (target: string) =>
    (await world.api.restores.list({ target }, { limit: 100 })).requests.map(({ courseid }) => courseid).sort();

  test('the session ends while ticking: after signing in again all of it is there', async () => {
    await world.campus('ends', { attic: {} });
    const { page, context, key } = await world.enter('ends');
    await using _ = context;
    await boxOf(page, 'attic:1').check();
    await world.api.accounts.sessions.end(key);
    await boxOf(page, 'attic:2').check();
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByText('Your session has ended').waitFor();
    expect(await boxOf(page, 'attic:2').isChecked()).toBe(true);
    await expectAccessible(page, 'the session has ended');
    const next = new URL(
      (await page.getByRole('link', { name: 'Sign in again', exact: true }).getAttribute('href'))!,
      world.url,
    ).searchParams.get('next')!;
    const value = await world.sessionOf('ends');
    await context.addCookies([
      { url: world.url.replace('http:', 'https:'), name: '__Host-jouvence-person', value, secure: true },
    ]);
    await page.goto(world.url + next);
    await page.getByRole('dialog').getByText('Nothing stands in the way.').waitFor();
    expect(await page.getByRole('dialog').getByRole('heading', { level: 4 }).count()).toBe(2);
  });

  test('the session ends while sending: nothing went, and the same press sends it afterwards', async () => {
    await world.campus('late', { attic2: {} });
    const { page, context, key } = await world.enter('late');
    await using _ = context;
    for (const id of [1, 2]) await boxOf(page, `attic2:${id}`).check();
    await page.getByRole('button', { name: 'Review' }).click();
    const panel = page.getByRole('dialog').filter({ hasText: '2 courses to' });
    await panel.getByText('Nothing stands in the way.').waitFor();
    await world.api.accounts.sessions.end(key);
    await panel.getByRole('button', { name: 'Send 2 courses' }).click();
    await page.getByText('Your session has ended').waitFor();
    expect(await coursesOf('late')).toEqual([]);
    const value = await world.sessionOf('late');
    await context.addCookies([
      { url: world.url.replace('http:', 'https:'), name: '__Host-jouvence-person', value, secure: true },
    ]);
    await page.reload();
    await panel.getByText('Nothing stands in the way.').waitFor();
    await panel.getByRole('button', { name: 'Send 2 courses' }).click();
    await page.waitForURL('**/requests');
    expect(await coursesOf('late')).toEqual([1, 2]);
  });

  test('the answer is lost: asked again, by the same key, it went once', async () => {
    await world.campus('fog', { attic3: {} });
    const { page, context } = await world.enter('fog');
    await using _ = context;
    for (const id of [1, 2, 3]) await boxOf(page, `attic3:${id}`).check();
    const keys: string[] = [];
    await page.route('**/api/v1/requests', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      keys.push((route.request().postDataJSON() as { key: string }).key);
      if (keys.length > 1) return route.continue();
      // It arrives, and is done; only nobody hears of it.
      await route.fetch();
      await route.abort('connectionreset');
    });
    await page.getByRole('button', { name: 'Review' }).click();
    const panel = page.getByRole('dialog');
    await panel.getByText('Nothing stands in the way.').waitFor();
    await panel.getByRole('button', { name: 'Send 3 courses' }).click();
    await panel.getByText('No answer came').waitFor();
    await expectAccessible(page, 'no answer came');
    await shoot(page, 'courses-lost-answer');
    expect(await coursesOf('fog')).toEqual([1, 2, 3]);
    await page.reload();
    await panel.getByRole('button', { name: 'Ask again' }).click();
    await page.waitForURL('**/requests');
    await page.getByText('3 courses are on their way').waitFor();
    expect(keys.length).toBe(2);
    expect(keys[1]).toBe(keys[0]);
    expect(await coursesOf('fog')).toEqual([1, 2, 3]);
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('basket')))).toEqual([]);
  });

  test('by the keyboard alone: found, looked into, ticked, sent', async () => {
    await world.campus('keys', { piano: {} });
    const { page, context } = await world.enter('keys');
    await using _ = context;
    const complaints = complaintsOf(page);
    await boxOf(page, 'piano:1').waitFor();
    const focused = () =>
      page.evaluate(() => {
        const element = document.activeElement as HTMLElement | null;
        return `${element?.tagName} ${element?.getAttribute('aria-label') ?? element?.textContent ?? ''}`;
      });
    const tabTo = async (wanted: RegExp) => {
      for (let presses = 0; presses < 60; presses++) {
        if (wanted.test(await focused())) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`${wanted} is not reached; the focus is on ${await focused()}`);
    };
    await page.getByRole('searchbox').focus();
    await page.keyboard.type('gras');
    await page.getByText('1 of 9 courses').waitFor();
    await tabTo(/Look inside/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('It will arrive in part').waitFor();
    await tabTo(/^BUTTON Tick it/);
    await page.keyboard.press('Space');
    await page.keyboard.press('Escape');
    await expect.poll(focused).toMatch(/Look inside/);
    expect(await boxOf(page, 'piano:1').isChecked()).toBe(true);
    await tabTo(/^BUTTON Send 1 course/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Nothing stands in the way.').waitFor();
    await tabTo(/^BUTTON Send 1 course/);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/requests');
    await expect.poll(focused).toMatch(/^H1/);
    expect(await coursesOf('keys')).toEqual([1]);
    expect(complaints).toEqual([]);
  });
});
