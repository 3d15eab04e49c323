import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localOperator } from '../../src/accounts/index.ts';
import { sourceAnswers, type targetAnswers } from '../../src/api/test/campus.ts';
import { chromiumPath, complaintsOf, expectAccessible, shoot } from './browser.ts';
import { boxOf, type CoursesWorld, openCoursesWorld } from './courses-world.ts';

/** From ticking to what was asked for. */
describe.skipIf(!chromiumPath)('ticking and sending (needs Chromium: apt-get install chromium)', () => {
  let world: CoursesWorld;
  beforeAll(async () => {
    world = await openCoursesWorld();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  /** A teacher to whom nothing is left to choose. */
  const noChoice: NonNullable<typeof targetAnswers.check_rights> = ({ checks }) => ({
    checks: checks.map(({ capability }) => ({
      capability,
      exists: true,
      allowed: capability !== 'local/jouvence:chooseuserdata',
    })),
  });
  /** All of them arrive whole, but one of many megabytes and one of a module that is nowhere. */
  const outline: NonNullable<typeof sourceAnswers.get_course> = async (asked) => {
    const full = await sourceAnswers.get_course!(asked);
    const plugins = full.plugins.filter(({ name }) => name !== 'geogebra');
    const sections = full.sections.map((each) => ({
      ...each,
      activities: each.activities.filter(({ module }) => module !== 'geogebra'),
    }));
    if (asked.courseid === 4) return { ...full, filebytes: 50_000_000_000, idnumber: 'UE-4' };
    return asked.courseid === 5 ? full : { ...full, plugins, sections };
  };
  const requestsOf = async (target: string) => {
    const { requests } = await world.api.restores.list({ target }, { limit: 100 });
    return requests.map(({ source, courseid, people, enrolments, category, person }) => ({
      course: `${source}:${courseid}`,
      people,
      enrolments,
      category: category.kind,
      person,
    }));
  };

  test('three courses: ticked, and sent by one press where nothing needs a decision', async () => {
    await world.campus('plain', { easy: { get_course: outline } }, { check_rights: noChoice });
    const { page, context } = await world.enter('plain');
    await using _ = context;
    const complaints = complaintsOf(page);
    for (const id of [1, 2, 3]) await boxOf(page, `easy:${id}`).check();
    const bar = page.getByRole('region', { name: 'Ticked courses' });
    expect(await bar.textContent()).toContain('3 courses ticked · 6 kB');
    await shoot(page, 'courses-ticked');
    await expectAccessible(page, 'ticked');
    await bar.getByRole('button', { name: 'Send 3 courses' }).click();
    await page.waitForURL('**/requests');
    await page.getByText('3 courses are on their way').waitFor();
    expect((await requestsOf('plain')).map(({ course }) => course).sort()).toEqual(['easy:1', 'easy:2', 'easy:3']);
    await page.goBack();
    await page.getByText('On its way, you asked for it').first().waitFor();
    expect(await page.getByText('On its way, you asked for it').count()).toBe(3);
    expect(await boxOf(page, 'easy:1').isChecked()).toBe(false);
    await expectAccessible(page, 'on their way');
    await shoot(page, 'courses-on-their-way');
    expect(complaints).toEqual([]);
  });

  const slow = { timeout: 15_000 };
  /** Every press of a mouse or finger, and of Enter or Space. */
  const countPresses = (page: Page) =>
    page.evaluate(() => {
      const count = { clicks: 0 };
      addEventListener('click', (event) => event.isTrusted && count.clicks++, true);
      Object.assign(window, { presses: count });
    });
  const pressesOf = (page: Page) =>
    page.evaluate(() => (window as unknown as { presses: { clicks: number } }).presses.clicks);

  test('three courses in three clicks: each by its row, named with its category, and taken back by one more', async () => {
    await world.campus('three', { quick: { get_course: outline } }, { check_rights: noChoice });
    const { page, context } = await world.enter('three');
    await using _ = context;
    const complaints = complaintsOf(page);
    const send = page.getByRole('button', { name: /^Send “/ });
    await send.first().waitFor();
    await expectAccessible(page, 'rows that can be sent');
    await shoot(page, 'courses-rows');
    await countPresses(page);
    const sent: string[] = [];
    for (const id of [1, 2, 3]) {
      const row = page.locator('li', { has: boxOf(page, `quick:${id}`) });
      await row.getByRole('button', { name: /^Send “/ }).click();
      // Whoever goes on by the keyboard is still in that row.
      await row.getByText('On its way, you asked for it').waitFor();
      await row.getByText(/^To the category .+ without participants’ data\.$/).waitFor();
      await row
        .locator('button:focus')
        .and(page.getByRole('button', { name: /^Look inside/ }))
        .waitFor();
      sent.push(`quick:${id}`);
    }
    expect(await pressesOf(page)).toBe(3);
    expect((await requestsOf('three')).map(({ course }) => course).sort()).toEqual(sent);
    expect(new URL(page.url()).pathname).toBe('/courses');
    await expectAccessible(page, 'sent by their rows');
    await shoot(page, 'courses-rows-sent');
    // What takes it back stands beside the word that it went.
    await page.getByRole('button', { name: /^Undo/ }).last().click();
    // The keyboard goes on in that row, where one more press sends nothing.
    await page.locator('input[data-course]:focus').waitFor();
    await expect.poll(() => page.getByText('On its way, you asked for it').count(), slow).toBe(2);
    await expect
      .poll(
        async () =>
          (await world.api.restores.list({ target: 'three', state: ['cancelled', 'cancelling'] }, {})).requests.length,
        slow,
      )
      .toBe(1);
    expect(complaints).toEqual([]);
  });

  test('a course of which something is lost does not go by one press: it is ticked, and the panel says why', async () => {
    await world.campus('careful', { lossy: { get_course: outline } }, { check_rights: noChoice });
    const { page, context } = await world.enter('careful');
    await using _ = context;
    const row = page.locator('li', { has: boxOf(page, 'lossy:5') });
    await row.getByRole('button', { name: /^Send “/ }).press('Enter');
    const panel = page.getByRole('dialog');
    await panel.getByText('arrives in part').waitFor();
    expect(await requestsOf('careful')).toEqual([]);
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    expect(await boxOf(page, 'lossy:5').isChecked()).toBe(true);
    // While something is ticked, rows do not go alone.
    expect(await page.getByRole('button', { name: /^Send “/ }).count()).toBe(0);
    // No answer may still be a request: it is asked again by the same key, and is one.
    await boxOf(page, 'lossy:5').uncheck();
    await page.route('**/api/v1/requests', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      await route.fetch();
      await route.abort();
    });
    await page
      .locator('li', { has: boxOf(page, 'lossy:1') })
      .getByRole('button', { name: /^Send “/ })
      .click();
    await panel.getByText('No answer came').first().waitFor();
    await page.unroute('**/api/v1/requests');
    await panel.getByRole('button', { name: /again/ }).first().click();
    await page.waitForURL('**/requests');
    expect((await requestsOf('careful')).map(({ course }) => course)).toEqual(['lossy:1']);
  });

  test('of three one is too large: it says so, stays ticked, and the others go', async () => {
    const { target } = await world.campus('limit', { big: { get_course: outline } }, { check_rights: noChoice });
    await world.api.settings.set({ kind: 'system' }, 'requests.largestMegabytes', 100, { target: target.id });
    const { page, context } = await world.enter('limit');
    await using _ = context;
    for (const id of [1, 2, 4]) await boxOf(page, `big:${id}`).check();
    await page.getByRole('button', { name: 'Send 3 courses' }).click();
    const panel = page.getByRole('dialog');
    await panel.getByText('It has 47684 MB, and no more than 100 MB are carried.').waitFor();
    await panel.getByText('1 course stays ticked and does not go: it says why.').waitFor();
    const refused = panel.getByRole('listitem').filter({ has: page.getByRole('button', { name: /^Leave out/ }) });
    await refused.getByText('does not go', { exact: true }).waitFor();
    expect(await refused.getByText(/^arrives/).count()).toBe(0);
    // The idnumber is not kept, and nobody asks a teacher to choose what is for operators.
    await refused.getByText(/carries no idnumber/).waitFor();
    expect(await panel.getByText(/Ask for it to be kept/).count()).toBe(0);
    await expectAccessible(page, 'one is refused');
    await shoot(page, 'courses-one-refused');
    // What has been mended meanwhile is seen without closing the panel, and when it is opened again.
    await world.api.settings.set({ kind: 'system' }, 'requests.largestMegabytes', 0, { target: target.id });
    await panel.getByRole('button', { name: 'Check again' }).click();
    await panel.getByText('Nothing stands in the way.').waitFor();
    await panel.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Review' }).hover();
    await world.api.settings.set({ kind: 'system' }, 'requests.largestMegabytes', 100, { target: target.id });
    await page.getByRole('button', { name: 'Review' }).click();
    await panel.getByText('1 course stays ticked and does not go: it says why.').waitFor();
    await panel.getByRole('button', { name: 'Send 2 courses' }).click();
    await page.waitForURL('**/requests');
    await page.getByText('1 is still ticked').waitFor();
    await page.goBack();
    await boxOf(page, 'big:4').waitFor();
    expect(await boxOf(page, 'big:4').isChecked()).toBe(true);
    // And without it there is nothing to send.
    await page.getByRole('button', { name: 'Review' }).click();
    await panel.getByRole('button', { name: 'Leave out' }).click();
    await panel.waitFor({ state: 'hidden' });
    expect(await boxOf(page, 'big:4').isChecked()).toBe(false);
    expect((await requestsOf('limit')).map(({ course }) => course).sort()).toEqual(['big:1', 'big:2']);
  });

  test('a source that is paused: it is said, with the reason, and the course is sent and waits', async () => {
    await world.campus('calm', { still: { get_course: outline } }, { check_rights: noChoice });
    await world.api.sites.setPaused(localOperator, 'still', true, 'moves on <b>Friday</b>');
    const { page, context } = await world.enter('calm', { language: 'fr' });
    await using _ = context;
    const badge = page.getByText('en pause\u00a0: les envois attendent');
    await badge.waitFor();
    // In one list for all sources too.
    await page.goto(`${world.url}/courses?sort=name`);
    await badge.waitFor();
    await boxOf(page, 'still:1').check();
    await page.getByRole('button', { name: 'Envoyer 1 cours' }).click();
    const panel = page.getByRole('dialog');
    await panel.getByText('mis en pause\u00a0: moves on <b>Friday</b>').waitFor();
    await panel.getByText('Rien ne s’y oppose.').waitFor();
    await expectAccessible(page, 'paused');
    await shoot(page, 'courses-paused');
    await panel.getByRole('button', { name: 'Envoyer 1 cours' }).click();
    await page.waitForURL('**/requests');
    expect(await requestsOf('calm')).toHaveLength(1);
  });

  test('the bar of what is ticked: nothing lies over anything, however narrow', async () => {
    await world.campus('narrow', { thin: {} });
    const { page, context } = await world.enter('narrow', { language: 'fr' });
    await using _ = context;
    for (const id of [1, 2, 3]) await boxOf(page, `thin:${id}`).check();
    const bar = page.getByRole('region', { name: 'Cours cochés' });
    for (const width of [360, 640, 800]) {
      await page.setViewportSize({ width, height: 740 });
      const boxes = await bar.locator('p span, button').evaluateAll((all) =>
        all.map((each) => {
          const { left, right, top, bottom } = each.getBoundingClientRect();
          return { text: each.textContent, left, right, top, bottom };
        }),
      );
      expect(boxes.length).toBe(5);
      for (const [index, a] of boxes.entries())
        for (const b of boxes.slice(index + 1))
          expect(
            a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5,
            `${width}: ${a.text} and ${b.text}`,
          ).toBe(false);
      await expectAccessible(page, `the bar at ${width}`);
      await shoot(page, `courses-bar-${width}`);
    }
  });

  test('one choice for all, another one for a single course; what it truly means is said', async () => {
    await world.campus('choice', { rich: { get_course: outline } });
    const { page, context } = await world.enter('choice');
    await using _ = context;
    for (const id of [1, 2, 5]) await boxOf(page, `rich:${id}`).check();
    await page.getByRole('button', { name: 'Send 3 courses' }).click();
    const panel = page.getByRole('dialog');
    // It waits: something may be chosen, and one of them loses something.
    await panel.getByText('Nothing stands in the way.').waitFor();
    await panel.getByText('arrives in part').waitFor();
    await panel.getByRole('checkbox', { name: 'With participants’ data' }).check();
    await panel.getByRole('radio', { name: 'The default category' }).check();
    const card = panel.getByRole('listitem').filter({ has: page.getByRole('heading', { name: /script/ }) });
    await card.getByText('Something else for this one').click();
    await card.getByRole('checkbox', { name: 'With participants’ data' }).uncheck();
    await card.getByRole('combobox', { name: 'Enrolments' }).selectOption('always');
    await card
      .getByText(/and nobody is enrolled by them/)
      .first()
      .waitFor();
    await panel.getByText('Nothing stands in the way.').waitFor();
    await expectAccessible(page, 'choices');
    await shoot(page, 'courses-choices');
    // What was chosen survives a reload, as what is ticked does.
    await page.reload();
    await panel.getByText('Nothing stands in the way.').waitFor();
    await panel.getByRole('button', { name: 'Send 3 courses' }).click();
    await page.waitForURL('**/requests');
    const sent = await requestsOf('choice');
    expect(sent.toSorted((a, b) => a.course.localeCompare(b.course))).toEqual([
      { course: 'rich:1', people: true, enrolments: 'withusers', category: 'default', person: 'prof.martin' },
      { course: 'rich:2', people: false, enrolments: 'always', category: 'default', person: 'prof.martin' },
      { course: 'rich:5', people: true, enrolments: 'withusers', category: 'default', person: 'prof.martin' },
    ]);
  });

  test('two windows: what is ticked in one is ticked in the other, and nothing is lost', async () => {
    await world.campus('windows', { pane: {} });
    const { page, context } = await world.enter('windows');
    await using _ = context;
    const other = await context.newPage();
    await other.goto(page.url());
    await boxOf(page, 'pane:1').check();
    await other.getByText('1 course ticked').waitFor();
    await boxOf(other, 'pane:2').check();
    await page.getByText('2 courses ticked').waitFor();
    await boxOf(page, 'pane:1').uncheck();
    await other.getByText('1 course ticked').waitFor();
    expect(await boxOf(other, 'pane:1').isChecked()).toBe(false);
    expect(await boxOf(other, 'pane:2').isChecked()).toBe(true);
  });

  test('filters, the panel and the way back lose neither what is ticked nor the place', async () => {
    await world.campus('place', { shelf: {}, other: {} });
    const { page, context } = await world.enter('place');
    await using _ = context;
    await boxOf(page, 'shelf:5').check();
    await page.getByRole('searchbox').fill("HISTOÎRE l'art");
    await page.getByText('2 of 18 courses').waitFor();
    await page.getByRole('combobox', { name: 'Platform' }).selectOption('shelf');
    await page.getByText('1 of 18 courses').waitFor();
    expect(new URL(page.url()).searchParams.get('source')).toBe('shelf');
    await boxOf(page, 'shelf:1').check();
    await page.reload();
    await page.getByText('1 of 18 courses').waitFor();
    await page.getByText('2 courses ticked').waitFor();
    await page.getByRole('combobox', { name: 'Year' }).selectOption('2024');
    await page.getByRole('searchbox').fill('zzz');
    await page.getByText('No course is like that').waitFor();
    await expectAccessible(page, 'nothing matches');
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByText('18 courses', { exact: true }).waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('');
    const look = page.getByRole('button', { name: /Look inside “مقدمة/ }).last();
    await look.hover();
    // The browser says that it has scrolled with the next picture that it draws: nobody clicks before it.
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await look.click();
    await page.getByRole('dialog').waitFor();
    const before = await look.boundingBox();
    expect(await page.evaluate(() => scrollY)).toBeGreaterThan(100);
    await page.goBack();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await look.boundingBox()).toEqual(before);
    expect(await boxOf(page, 'shelf:5').isChecked()).toBe(true);
  });
});
