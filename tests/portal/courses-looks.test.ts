import type { CourseSummary } from '@jouvence/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localOperator } from '../../src/accounts/index.ts';
import { sourceAnswers } from '../../src/api/test/campus.ts';
import { chromiumPath, complaintsOf, expectAccessible, shoot } from './browser.ts';
import { boxOf, type CoursesWorld, openCoursesWorld, titleOf } from './courses-world.ts';

/** Many courses, none at all, a phone, colleagues. */
describe.skipIf(!chromiumPath)('courses, many and none (needs Chromium: apt-get install chromium)', () => {
  let world: CoursesWorld;
  beforeAll(async () => {
    world = await openCoursesWorld();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  /** So many, of several years and categories. */
  const many = (count: number, first = 1): typeof sourceAnswers => ({
    ...sourceAnswers,
    list_courses: async (asked) => {
      const [one] = (await sourceAnswers.list_courses!(asked)).courses;
      const faculties = ['Lettres', 'Droit', 'Économie', 'Médecine'];
      const courses = Array.from({ length: count }, (_, index) => ({
        ...one!,
        id: first + index,
        shortname: `UE${first + index}`,
        fullname: `Séminaire numéro ${first + index} : Œuvres et métiers`,
        startdate: 1_400_000_000 + (index % 10) * 32_000_000,
        category: { ...(one as CourseSummary).category, name: faculties[index % 4]!, path: [faculties[index % 4]!] },
        visible: index % 7 !== 0,
        roles: [index % 5 === 0 ? 'manager' : 'editingteacher'],
      }));
      return { courses };
    },
    get_course: async (asked) => ({
      ...(await sourceAnswers.get_course!({ courseid: 1 })),
      id: Number(asked.courseid),
    }),
  });

  test('500 courses: the first rows come as soon as they answer, and ticking and searching stay quick', async () => {
    await world.campus('vast', { a: many(250), b: many(250, 1001) });
    await world.campus('small', { c: many(3) });
    const open = async (target: string, key: string) => {
      const { page, context } = await world.enter(target);
      await boxOf(page, key).waitFor();
      await context.close();
    };
    // The second time: scripts and what the sources said are at hand.
    await open('small', 'c:1');
    await open('vast', 'a:1');
    const { page, context } = await world.enter('vast', { path: '/requests' });
    await using _ = context;
    await page.getByRole('heading', { level: 1 }).waitFor();
    const timeOf = async (act: () => Promise<void>): Promise<number> => {
      const start = performance.now();
      await act();
      return Math.round(performance.now() - start);
    };
    const rows = await timeOf(async () => {
      await page.getByRole('link', { name: 'Courses', exact: true }).click();
      await boxOf(page, 'a:1').waitFor();
    });
    expect(await page.locator('input[data-course]').count()).toBe(500);
    const tick = await timeOf(async () => {
      await boxOf(page, 'b:1250').check();
      await page.getByText('1 course ticked').waitFor();
    });
    const search = await timeOf(async () => {
      await page.getByRole('searchbox').fill('oeuvres 1007');
      await page.getByText('1 of 500 courses').waitFor();
    });
    const clear = await timeOf(async () => {
      await page.getByRole('searchbox').fill('');
      await page.getByText('500 courses', { exact: true }).waitFor();
    });
    console.info(`500 courses: first rows ${rows} ms, tick ${tick} ms, search ${search} ms, all again ${clear} ms`);
    // A machine with much else to do is slower than a person's; what grows with the square of rows is slower still.
    expect(rows).toBeLessThan(5000);
    expect(tick).toBeLessThan(5000);
    expect(await boxOf(page, 'b:1250').isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Tick all 250' }).first().click();
    await page.getByText(/25[01] courses ticked/).waitFor();
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByText(/^100 go at once, and 25[01] are ticked/).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Untick all', exact: true }).click();
    await page.getByRole('combobox', { name: 'Role' }).selectOption('manager');
    await page.getByRole('combobox', { name: 'Category' }).selectOption('Lettres');
    await page.getByText('26 of 500 courses').waitFor();
    await page.getByRole('combobox', { name: 'Order' }).selectOption('name');
    await page.getByText(titleOf('b')).nth(3).waitFor();
    await expectAccessible(page, 'one list of all platforms');
    await shoot(page, 'courses-flat');
  });

  test('on a phone, in French, in the dark', async () => {
    await world.campus('poche', { ancien: many(12) });
    const { page, context } = await world.enter('poche', { language: 'fr', dark: true, phone: true });
    await using _ = context;
    const complaints = complaintsOf(page);
    await page.getByRole('heading', { level: 1, name: 'Mes cours d’ailleurs' }).waitFor();
    await boxOf(page, 'ancien:1').waitFor();
    await expectAccessible(page, 'a phone');
    await shoot(page, 'courses-phone');
    await page.getByRole('button', { name: 'Filtres' }).click();
    await page.getByRole('combobox', { name: 'Catégorie' }).selectOption('Droit');
    await page.getByText('3 cours sur 12').waitFor();
    await expectAccessible(page, 'filters on a phone');
    await page.getByRole('button', { name: 'Cocher les 3' }).tap();
    await expectAccessible(page, 'ticked on a phone');
    await shoot(page, 'courses-phone-ticked');
    await page
      .getByRole('button', { name: /Voir dedans/ })
      .first()
      .tap();
    await page.getByRole('dialog').getByText('Il arrivera en partie').waitFor();
    await expectAccessible(page, 'inside on a phone');
    await shoot(page, 'courses-phone-look');
    await page.getByRole('button', { name: 'Fermer' }).first().tap();
    await page.getByRole('button', { name: 'Envoyer 3 cours' }).tap();
    await page.getByText('Rien ne s’y oppose.').waitFor();
    await expectAccessible(page, 'the panel on a phone');
    await shoot(page, 'courses-phone-panel');
    await page.getByRole('dialog').getByRole('button', { name: 'Envoyer 3 cours' }).tap();
    await page.getByText('3 cours sont en route').waitFor();
    expect(complaints).toEqual([]);
  });

  test('a first visit with nothing to show says why, and what to do', async () => {
    await world.campus('bare', {});
    const bare = await world.enter('bare');
    await bare.page.getByText('No old platform is connected yet').waitFor();
    await expectAccessible(bare.page, 'no platforms');
    await shoot(bare.page, 'courses-no-platforms');
    await bare.context.close();
    await world.campus('stranger', {
      unknown: { find_people: () => ({ people: [] }) },
      idle: { list_courses: () => ({ courses: [] }) },
    });
    const { page, context } = await world.enter('stranger');
    await using _ = context;
    await page.getByText('There is no course to bring').waitFor();
    await page.getByText('nobody there is known by your username or address').waitFor();
    await page.getByText('you are known, and no course there is one that you teach').waitFor();
    await expectAccessible(page, 'nothing to bring');
    await shoot(page, 'courses-nothing');
  });

  test('what a colleague has brought is there to be opened, and one enrols oneself', async () => {
    const enrolled: number[] = [];
    const { target } = await world.campus(
      'shared',
      { common: {} },
      {
        check_courses: ({ ids, userid }) => ({
          courses: ids.map((id) => ({
            id: Number(id),
            exists: true,
            ...(userid !== undefined && { enrolled: enrolled.includes(Number(id)) }),
          })),
        }),
        enrol_person: ({ courseid }) => {
          enrolled.push(Number(courseid));
          return { before: { enrolled: false, roles: [] } };
        },
      },
    );
    const [sent] = await world.api.restores.send(localOperator, {
      target: 'shared',
      person: null,
      items: [{ source: 'common', courseid: 1 }],
    });
    await world.api.store.query(`update restore_requests set new_course = $2 where id = $1`, [
      sent!.id,
      JSON.stringify({
        id: 77,
        url: `${target.url}/course/view.php?id=77`,
        shortname: 'x',
        fullname: 'y',
        category: 'z',
      }),
    ]);
    await world.api.store.query("update jobs set outcome = 'done' where subject = $1", [sent!.id]);
    const { page, context } = await world.enter('shared');
    await using _ = context;
    await page.getByText('Here already, brought by an operator').waitFor();
    await expectAccessible(page, 'carried');
    await shoot(page, 'courses-carried');
    expect(await page.getByRole('link', { name: /Open it/ }).getAttribute('href')).toContain('id=77');
    // Sent a second time it is refused, in words that lead there.
    await boxOf(page, 'common:1').check();
    await page.getByRole('button', { name: 'Send 1 course' }).click();
    const panel = page.getByRole('dialog');
    await panel.getByText(`An operator brought it to ${titleOf('shared')} already, on `).waitFor();
    expect(await panel.getByRole('link', { name: 'Open it' }).getAttribute('href')).toContain('id=77');
    expect(await panel.getByText(target.url).count()).toBe(0);
    await expectAccessible(page, 'refused, it is there');
    await shoot(page, 'courses-there-already');
    await panel.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: /Enrol me/ }).click();
    await page.getByText('Enrolled', { exact: true }).waitFor();
    expect(enrolled).toEqual([77]);
    // Whoever is in it is not asked to enrol again, on no page.
    await page.reload();
    await page.getByText('You are in it', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /Enrol me/ }).count()).toBe(0);
    await expectAccessible(page, 'in it already');
    // Of whom it was brought nothing is held any more.
    await world.api.store.query("update restore_requests set person = '(erased)' where id = $1", [sent!.id]);
    await page.reload();
    await page.getByText('Here already, brought by somebody').waitFor();
  });
});
