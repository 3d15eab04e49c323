import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, complaintsOf, expectAccessible, shoot } from './browser.ts';
import { boxOf, type CoursesWorld, openCoursesWorld } from './courses-world.ts';

/** Operators look for somebody's courses, and have them carried; auditors look on. */
describe.skipIf(!chromiumPath)('courses for operators (needs Chromium: apt-get install chromium)', () => {
  let world: CoursesWorld;
  beforeAll(async () => {
    world = await openCoursesWorld();
    await world.campus('depot', { barn: {} });
    await world.campus('other', {});
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const requests = async () =>
    (await world.api.restores.list({ target: 'depot' }, { limit: 100 })).requests.map(
      ({ source, courseid, person, people, category }) => ({
        course: `${source}:${courseid}`,
        person,
        people,
        category: category.kind === 'id' ? category.id : category.kind,
      }),
    );

  test('in somebody’s name, and for nobody, with the same on the command line', async () => {
    const { page, context } = await world.operate('/courses');
    await using _ = context;
    const complaints = complaintsOf(page);
    await page.getByRole('combobox', { name: 'To the platform' }).waitFor();
    await expectAccessible(page, 'nobody chosen');
    await shoot(page, 'courses-operator-start');
    await page.getByRole('combobox', { name: 'To the platform' }).selectOption('depot');
    await page.getByRole('textbox', { name: /Courses of/ }).fill('prof.martin');
    await page.keyboard.press('Enter');
    await boxOf(page, 'barn:1').check();
    expect(new URL(page.url()).searchParams.get('person')).toBe('prof.martin');
    await page.getByText('jouvence courses list --target depot --person prof.martin').waitFor();
    await boxOf(page, 'barn:3').check();
    await expectAccessible(page, 'somebody’s courses');
    await shoot(page, 'courses-operator');
    await page.getByRole('button', { name: 'Review' }).click();
    const panel = page.getByRole('dialog');
    await panel.getByText('Nothing stands in the way.').waitFor();
    await panel.getByRole('combobox', { name: 'Which one' }).first().selectOption({ label: 'Lettres' });
    await panel.getByRole('checkbox', { name: 'With participants’ data' }).first().check();
    const command = 'jouvence requests send barn:1 barn:3 --target depot --person prof.martin --people --category 1';
    await panel.getByText(command).waitFor();
    await panel.getByText('prof.martin will be in it as teacher').first().waitFor();
    await panel.getByText('Nothing stands in the way.').waitFor();
    await expectAccessible(page, 'an operator sends');
    await shoot(page, 'courses-operator-panel');
    await panel.getByRole('button', { name: 'Send 2 courses' }).click();
    await page.waitForURL('**/requests**');
    expect(await requests()).toEqual(
      expect.arrayContaining([
        { course: 'barn:1', person: 'prof.martin', people: true, category: 1 },
        { course: 'barn:3', person: 'prof.martin', people: true, category: 1 },
      ]),
    );
    // By its number, for nobody.
    await page.goto(`${world.url}/courses?target=depot`);
    await page.getByText('A course by its number').click();
    await page.getByRole('textbox', { name: 'Number of the course' }).fill('5');
    await page.keyboard.press('Enter');
    await panel.getByText('It will arrive in part').waitFor();
    await panel.getByText('jouvence courses show barn 5 --target depot').waitFor();
    await panel.getByRole('button', { name: 'Tick it' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Review' }).click();
    await panel.getByText('jouvence requests send barn:5 --target depot --nobody').waitFor();
    await panel.getByText('Nothing stands in the way.').waitFor();
    await panel.getByRole('button', { name: 'Send 1 course' }).click();
    await page.waitForURL('**/requests**');
    expect(await requests()).toContainEqual({ course: 'barn:5', person: null, people: false, category: 'original' });
    expect(complaints).toEqual([]);
  });

  test('who looks after the target alone is offered nothing that is refused then, and told what to do', async () => {
    const only = { only: ['depot'] };
    const alone = await world.operate('/courses?target=depot', 'school', only);
    await using _ = alone.context;
    await alone.page.getByText('You look after none of the platforms').waitFor();
    expect(await alone.page.getByRole('textbox', { name: 'Number of the course' }).count()).toBe(0);
    await expectAccessible(alone.page, 'none of its sources');
    // In somebody's name it is that person's rights that count.
    const named = await world.operate('/courses?target=depot&person=prof.martin', 'school', only);
    await using __ = named.context;
    await boxOf(named.page, 'barn:7').check();
    await named.page.getByRole('button', { name: 'Review' }).click();
    await named.page.getByText('Nothing stands in the way.').waitFor();
    await named.page.goto(`${world.url}/courses?target=depot&person=prof.martin&nobody=true`);
    await boxOf(named.page, 'barn:7').check();
    await named.page.getByRole('button', { name: 'Review' }).click();
    await named.page.getByText('You look after depot, and not after barn').waitFor();
  });

  test('all courses of a source, found by words; ticked, they are carried for nobody', async () => {
    const { page, context } = await world.operate('/courses?target=depot');
    await using _ = context;
    const complaints = complaintsOf(page);
    const list = page.getByRole('list', { name: 'All courses of a source' });
    await page.getByText('9 courses', { exact: true }).waitFor();
    expect(await list.getByRole('listitem').count()).toBe(9);
    await expectAccessible(page, 'all courses of a source');
    await shoot(page, 'courses-every');
    await page.getByRole('searchbox', { name: 'Search' }).fill('Histoire art');
    await page.getByText('1 course', { exact: true }).waitFor();
    await page.waitForURL(/q=Histoire/);
    await page.getByText('jouvence courses search barn Histoire art --target depot').waitFor();
    await boxOf(page, 'barn:1').check();
    await page.getByRole('searchbox', { name: 'Search' }).fill('no such course');
    await page.getByText('No course is like that').waitFor();
    await expectAccessible(page, 'no course found');
    await page.getByRole('button', { name: 'Show all' }).click();
    await boxOf(page, 'barn:2').check();
    await page.reload();
    await list.getByRole('listitem').nth(8).waitFor();
    expect(await boxOf(page, 'barn:1').isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByRole('dialog').getByText('jouvence requests send barn:1 barn:2 --target depot --nobody').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Untick all' }).click();
    expect(complaints).toEqual([]);
  });

  test('an auditor looks, and is told why nothing can be ticked', async () => {
    const { page, context } = await world.operate('/courses?target=depot&person=prof.martin', 'auditor');
    await using _ = context;
    await page.getByText('You look on: nothing can be ticked or sent.').waitFor();
    await page.getByText("Robert'); drop table sites;--").waitFor();
    expect(await page.getByRole('checkbox').count()).toBe(0);
    await page.getByRole('button', { name: /Look inside “Robert/ }).click();
    await page.getByRole('dialog').getByText('It will arrive in part').waitFor();
    expect(await page.getByRole('button', { name: 'Tick it' }).count()).toBe(0);
    await expectAccessible(page, 'an auditor');
  });

  test('somebody who is nobody there, and a target that does not answer, are said', async () => {
    const { page, context } = await world.operate('/courses?target=depot&person=nobody.at.all');
    await using _ = context;
    await page
      .getByText(/nobody\.at\.all/)
      .nth(1)
      .waitFor();
    await page.getByText('That did not work').waitFor();
    await expectAccessible(page, 'nobody of that name');
    await shoot(page, 'courses-operator-unknown');
  });
});
