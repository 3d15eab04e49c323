import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, expectAccessible, shoot } from './browser.ts';
import { openSitesWorld, type SitesWorld } from './sites-world.ts';

/** Courses that are on a target already are made known, one or all that Strasbourg's block has brought. */
describe.skipIf(!chromiumPath)('the page for registering (needs Chromium: apt-get install chromium)', () => {
  let world: SitesWorld;
  beforeAll(async () => {
    world = await openSitesWorld();
    world.target.answers = {
      ...world.target.answers,
      check_courses: ({ ids }) => ({ courses: ids.map((id) => ({ id: Number(id), exists: true })) }),
    };
  }, 60_000);
  afterAll(() => world[Symbol.asyncDispose]());

  const outcome = (page: Page, name: string | RegExp) => page.getByRole('region', { name });
  /** Id of the course on the target by which that one of `old` is known. */
  const known = async (courseid: number): Promise<number | undefined> => {
    const sql = "select (new_course->>'id')::int as id from restore_kept where source = 'old' and courseid = $1";
    return (await world.api.store.query<{ id: number }>(sql, [courseid])).rows[0]?.id;
  };

  test('from the list of requests: the table of the block is pasted, looked at, and registered', async () => {
    await world.ask(5);
    await using visit = await world.open('/requests?target=new');
    const { page, complaints } = visit;
    await page.getByRole('link', { name: 'Register courses that are here already' }).click();
    await page.waitForURL('**/requests/register?target=new');
    await page.getByRole('link', { name: 'All those of Strasbourg’s block' }).click();
    await page.waitForURL('**how=many**');
    const table = page.getByLabel('The table, as CSV or with tabs');
    const look = page.getByRole('button', { name: 'See what would be registered' });
    await look.click();
    await page.getByText('Paste the table, or open a file.').waitFor();
    await table.fill('id;name\n1;x');
    await page.getByText('has no column externalcourseid, externalmoodleurl, status, courseid').waitFor();
    expect(await look.isDisabled()).toBe(true);
    await expectAccessible(page, 'another table');
    await shoot(page, 'register-another-table');
    const rows = [
      `7,Anglais,${world.old.url}/,2,3,1750000000`,
      `8,Bio,${world.old.url},2,1,0`,
      `5,On its way,${world.old.url},2,2,0`,
      `4,Not paired,${world.older.url},2,4,0`,
      '8,x,https://unknown.example,2,4,0',
      `9,y,${world.old.url},0,NULL,0`,
    ];
    const head = 'externalcourseid,externalcoursename,externalmoodleurl,status,courseid,timemodified';
    await table.fill([head, ...rows].join('\n'));
    await page.getByText('4 courses are read from it.').waitFor();
    await page.getByText('line 6: no site here has the address https://unknown.example').waitFor();
    await page.getByText('1 row was never restored').waitFor();
    await page.getByText('jouvence requests register --from tasks.csv --target new --dry-run').waitFor();
    await look.press('Enter');
    const found = outcome(page, '2 courses would be registered');
    await found.getByRole('heading', { name: 'Refused (2)' }).waitFor();
    await found.getByText(/is on its way there by request/).waitFor();
    await found.getByText('courses of older do not go to new: there is no such pair').waitFor();
    const link = found.getByRole('link', { name: 'Emoji 👩🏽‍🏫🇫🇷 日本語 e\u0301' });
    expect(await link.getAttribute('href')).toBe(`${world.target.url}/course/view.php?id=3`);
    expect(await found.getByRole('heading', { level: 2 }).evaluate((it) => it === document.activeElement)).toBe(true);
    expect(await known(7)).toBeUndefined();
    await expectAccessible(page, 'would be registered');
    await shoot(page, 'register-would');
    await page.getByRole('button', { name: 'Register 2 courses' }).press('Enter');
    const done = outcome(page, '2 courses are registered');
    await done.getByText('old:7 is new:3 · request').waitFor();
    expect([await known(7), await known(8)]).toEqual([3, 1]);
    await expectAccessible(page, 'registered');
    await shoot(page, 'register-done');
    // The same again changes nothing.
    await look.press('Enter');
    await outcome(page, '0 courses would be registered').getByText('Known already (2)').waitFor();
    expect(await page.getByRole('button', { name: /^Register \d/ }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('one, by the addresses of both; in French, in the dark, on a phone; what is typed stays', async () => {
    await using visit = await world.open('/requests/register', { language: 'fr', phone: true, dark: true });
    const { page, complaints } = visit;
    const look = page.getByRole('button', { name: 'Voir ce qui serait enregistré' });
    await look.click();
    await page.getByText('Il faut un numéro comme 7, ou une adresse avec id=7.').first().waitFor();
    await expectAccessible(page, 'nothing typed');
    await shoot(page, 'register-one-fr-phone-dark');
    await page.getByLabel('Source, d’où il est venu').selectOption('old');
    await page.getByLabel('Le cours sur old').fill(`${world.old.url}/course/view.php?id=9&section=2`);
    await page.getByLabel('Le cours sur new').fill(' 6 ');
    await page.getByText('jouvence requests register old:9 --course 6 --target new --dry-run').waitFor();
    // A look at the other way takes nothing away.
    await page.getByRole('link', { name: 'Tous ceux du bloc de Strasbourg' }).click();
    await page.getByLabel('La table, en CSV ou avec des tabulations').waitFor();
    await expectAccessible(page, 'many, empty');
    await shoot(page, 'register-many-fr-phone-dark');
    await page.getByRole('link', { name: 'Un cours', exact: true }).click();
    await look.click();
    await outcome(page, '1 cours serait enregistré').getByText('old:9 est new:6').waitFor();
    await expectAccessible(page, 'one would be');
    await shoot(page, 'register-one-would-fr-phone-dark');
    await page.getByRole('button', { name: 'Enregistrer 1 cours' }).click();
    await outcome(page, '1 cours est enregistré').waitFor();
    expect(await known(9)).toBe(6);
    // Something else was typed: nothing of it is true any more.
    await page.getByLabel('Le cours sur new').fill('5');
    await outcome(page, /enregistré/).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  test('a file; many are asked in several calls, and go on where it was broken off', async () => {
    await using visit = await world.open('/requests/register?how=many');
    const { page } = visit;
    const rows = Array.from({ length: 45 }, (_, row) => `${row + 100}\t${world.old.url}\t2\t${(row % 9) + 1}`);
    const text = ['externalcourseid\texternalmoodleurl\tstatus\tcourseid', ...rows].join('\r\n');
    await page
      .getByLabel('or a file')
      .setInputFiles({ name: 'tasks.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    await page.getByText('45 courses are read from it.').waitFor();
    let calls = 0;
    await page.route('**/api/v1/requests/register', (route) => (++calls === 2 ? route.abort() : route.continue()));
    await page.getByRole('button', { name: 'See what would be registered' }).click();
    await page.getByText('20 of 45').waitFor();
    await page.getByText('That did not work').first().waitFor();
    await expectAccessible(page, 'broken off');
    await shoot(page, 'register-broken-off');
    await page.getByRole('button', { name: 'Go on with the 25 that are left' }).press('Enter');
    await outcome(page, '45 courses would be registered').waitFor();
    expect(calls).toBe(4);
    await page.getByRole('button', { name: 'Register 45 courses' }).click();
    await outcome(page, '45 courses are registered').waitFor();
    expect(await known(144)).toBe(9);
  });

  test('who may only look is told so; somebody of a school has its own sites', async () => {
    await using auditor = await world.open('/requests/register', { role: 'auditor' });
    await auditor.page.getByText('Your account may look at requests.').waitFor();
    await expectAccessible(auditor.page, 'auditor');
    await using none = await world.open('/requests/register', { role: 'school', siteIds: [world.old.id] });
    await none.page.getByText('No site is paired as a target yet.').waitFor();
    await using school = await world.open('/requests/register', { role: 'school', siteIds: [world.target.id] });
    const source = school.page.getByLabel('Source, from which it came');
    await source.waitFor();
    expect(await source.locator('option').allTextContents()).toEqual(['far', 'old']);
  });
});
