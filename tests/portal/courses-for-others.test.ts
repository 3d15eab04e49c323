import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sourceAnswers, targetAnswers } from '../../src/api/test/campus.ts';
import { chromiumPath, complaintsOf, expectAccessible, shoot } from './browser.ts';
import { boxOf, type CoursesWorld, openCoursesWorld, titleOf } from './courses-world.ts';

/** A teacher asks for somebody else, where the site says that they may. */
describe.skipIf(!chromiumPath)('courses for somebody else (needs Chromium: apt-get install chromium)', () => {
  let world: CoursesWorld;
  beforeAll(async () => {
    world = await openCoursesWorld();
    const { sources, target } = await world.campus('office', { archive: {} });
    const find = targetAnswers.find_people!;
    const named: typeof find = async (asked) => {
      const { people } = await find(asked);
      return { people: people.map((each) => (each.id === 8 ? { ...each, fullname: 'Jeanne Weber' } : each)) };
    };
    target.answers.find_people = named;
    sources.archive!.answers.find_people = named;
    // prof.martin may ask for others, prof.weber may not; nothing is left to choose.
    target.answers.check_rights = ({ userid, checks }) => ({
      checks: checks.map(({ capability }) => ({
        capability,
        exists: true,
        allowed:
          capability === 'local/jouvence:requestforothers'
            ? userid === 7
            : capability !== 'local/jouvence:chooseuserdata',
      })),
    });
    sources.archive!.answers.list_courses = async (asked) => {
      const { courses } = await sourceAnswers.list_courses!(asked);
      return { courses: courses.filter(({ id }) => (asked.userid === 8 ? [5, 6].includes(id) : id < 4)) };
    };
    sources.archive!.answers.get_course = async (asked) => {
      const full = await sourceAnswers.get_course!(asked);
      return { ...full, sections: [], plugins: [{ type: 'mod', name: 'quiz' }] };
    };
    url = `${sources.archive!.url}/course/view.php?id=`;
  });
  afterAll(() => world[Symbol.asyncDispose]());
  let url: string;

  test('by a username that the site knows: always clear for whom, sent in their name, and both follow it', async () => {
    const { page, context } = await world.enter('office');
    await using _ = context;
    const complaints = complaintsOf(page);
    await boxOf(page, 'archive:1').waitFor();
    await page.getByRole('button', { name: 'For somebody else' }).click();
    const field = page.getByRole('textbox', { name: `Username on ${titleOf('office')}` });
    await field.fill('nobody.here');
    await field.press('Enter');
    await page.getByText(`Nobody is called nobody.here on ${titleOf('office')}.`).waitFor();
    await expectAccessible(page, 'nobody of that name');
    await shoot(page, 'courses-other-nobody');
    await field.fill('prof.martin');
    await field.press('Enter');
    await page.getByText('That is you').waitFor();
    await field.fill('PROF.Weber');
    await field.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Courses of Jeanne Weber elsewhere' }).waitFor();
    const banner = page.getByRole('region', { name: 'For whom you ask' });
    await banner.getByText('For Jeanne Weber (prof.weber)').waitFor();
    await boxOf(page, 'archive:5').waitFor();
    expect(await boxOf(page, 'archive:1').count()).toBe(0);
    expect(new URL(page.url()).searchParams.get('person')).toBe('prof.weber');
    await expectAccessible(page, 'somebody else’s courses');
    await shoot(page, 'courses-other');
    // Where it stands now, in another tab.
    const row = page.locator('li', { has: boxOf(page, 'archive:5') });
    const leads = async (link: ReturnType<typeof page.getByRole>, id: number) => {
      expect(await link.getAttribute('href')).toBe(url + id);
      expect(await link.getAttribute('target')).toBe('_blank');
      expect(await link.getAttribute('rel')).toContain('noopener');
    };
    await leads(row.getByRole('link', { name: /^See it there/ }), 5);
    await row.getByRole('button', { name: /^Look inside/ }).click();
    const panel = page.getByRole('dialog');
    await panel.getByText('For Jeanne Weber (prof.weber)').waitFor();
    await panel.getByText('It will arrive whole').waitFor();
    await leads(panel.getByRole('link', { name: /^See it there/ }), 5);
    await expectAccessible(page, 'inside of somebody else’s course');
    await shoot(page, 'courses-other-look');
    await page.keyboard.press('Escape');
    // One by its row, the other by the panel.
    await row.getByRole('button', { name: /^Send “/ }).click();
    await row.getByText('On its way, for prof.weber').waitFor();
    await boxOf(page, 'archive:6').check();
    await page.getByRole('region', { name: 'Ticked courses' }).getByText('Jeanne Weber').waitFor();
    await page.getByRole('button', { name: 'Review' }).click();
    await panel.getByText('For Jeanne Weber (prof.weber)').waitFor();
    await panel.getByText('Jeanne Weber will be in it as teacher').waitFor();
    await panel.getByText('Nothing stands in the way.').waitFor();
    await expectAccessible(page, 'sent for somebody else');
    await shoot(page, 'courses-other-panel');
    await panel.getByRole('button', { name: 'Send 1 course' }).click();
    await page.waitForURL('**/requests?whose=others');
    await page.getByText('for prof.weber').first().waitFor();
    const { requests } = await world.api.restores.list({ target: 'office' }, { limit: 10 });
    expect(requests.map(({ courseid, person, actor }) => ({ courseid, person, actor }))).toEqual([
      { courseid: 6, person: 'prof.weber', actor: 'prof.martin (office)' },
      { courseid: 5, person: 'prof.weber', actor: 'prof.martin (office)' },
    ]);
    const facts = (on: typeof page) => on.getByRole('region', { name: 'What was asked for' });
    await page.goto(`${world.url}/requests/${requests[0]!.id}`);
    await leads(page.getByRole('link', { name: /^See it there/ }), 6);
    expect(await facts(page).textContent()).toMatch(/Forprof\.weber.*Asked for by.?prof\.martin/);
    await expectAccessible(page, 'a request for somebody else');
    await shoot(page, 'request-other');
    // The way back is one press; nothing of hers is ticked or shown there.
    await page.goto(`${world.url}/courses?person=prof.weber`);
    await banner.getByRole('button', { name: 'Back to my own courses' }).click();
    await boxOf(page, 'archive:1').waitFor();
    expect(new URL(page.url()).searchParams.has('person')).toBe(false);
    expect(await boxOf(page, 'archive:5').count()).toBe(0);
    expect(complaints).toEqual([]);
    // For whom it is sees it, and who asked.
    const hers = await world.enter('office', { username: 'prof.weber', path: `/requests/${requests[0]!.id}` });
    await using __ = hers.context;
    await facts(hers.page).waitFor();
    expect(await facts(hers.page).textContent()).toMatch(/Asked for by.?prof\.martin/);
  });

  test('who may not is offered nothing, and sees nothing by the address either; in French, on a phone, in the dark', async () => {
    const looks = { language: 'fr', phone: true, dark: true } as const;
    const may = await world.enter('office', { ...looks, path: '/courses?person=prof.weber' });
    await using _ = may.context;
    await may.page.getByText('Pour Jeanne Weber (prof.weber)').waitFor();
    await boxOf(may.page, 'archive:5').waitFor();
    await expectAccessible(may.page, 'somebody else’s courses, in French on a phone');
    await shoot(may.page, 'courses-other-phone-fr');
    await may.page.getByRole('button', { name: 'Revenir à mes propres cours' }).click();
    await may.page.getByRole('button', { name: 'Pour quelqu’un d’autre' }).click();
    await may.page.getByRole('textbox', { name: /^Identifiant sur/ }).fill('personne');
    await may.page.keyboard.press('Enter');
    await may.page
      .getByText(/personne/)
      .first()
      .waitFor();
    await expectAccessible(may.page, 'choosing, in French on a phone');
    await shoot(may.page, 'courses-other-choose-phone-fr');
    const { page, context } = await world.enter('office', { username: 'prof.weber' });
    await using __ = context;
    await boxOf(page, 'archive:5').waitFor();
    await page.waitForLoadState('networkidle');
    expect(await page.getByRole('button', { name: 'For somebody else' }).count()).toBe(0);
    await page.goto(`${world.url}/courses?person=prof.martin`);
    await page.getByText('You are prof.weber, and may not ask in the name of prof.martin').waitFor();
    expect(await page.locator('input[data-course]').count()).toBe(0);
    await expectAccessible(page, 'not allowed');
    await shoot(page, 'courses-other-refused');
    await page.getByRole('button', { name: 'Back to my own courses' }).click();
    await boxOf(page, 'archive:5').waitFor();
  });
});
