import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localOperator } from '../../src/accounts/index.ts';
import { chromiumPath, expectAccessible, shoot } from './browser.ts';
import { openSitesWorld, type SitesWorld } from './sites-world.ts';

/** What can be decided, and what is in force. */
describe.skipIf(!chromiumPath)('the page of settings (needs Chromium: apt-get install chromium)', () => {
  let world: SitesWorld;
  beforeAll(async () => {
    world = await openSitesWorld();
  }, 60_000);
  afterAll(() => world[Symbol.asyncDispose]());

  const inForce = async (key: string, place: { target?: number; source?: number } = {}) =>
    (await world.api.settings.list(place)).find((each) => each.key === key)!;

  test('every setting with its meaning; found by name, meaning and the key of the block', async () => {
    await using visit = await world.open('/settings');
    const { page, complaints } = visit;
    await page.getByRole('heading', { level: 3, name: 'Each course once' }).waitFor();
    expect(await page.getByRole('heading', { level: 3 }).count()).toBe((await world.api.settings.list()).length);
    // Every setting is called by a name and not by its key.
    const names = await page.getByRole('heading', { level: 3 }).allTextContents();
    expect(names.filter((name) => name.includes('.'))).toEqual([]);
    await page.getByText('Fixed by the environment: change it there, and start again.').waitFor();
    await expectAccessible(page, 'settings');
    await shoot(page, 'settings');
    const search = page.getByRole('searchbox');
    await search.fill('onlyoneremoteinstance');
    await page.getByText('1 setting', { exact: true }).waitFor();
    await page.getByRole('heading', { level: 3, name: 'Each course once' }).waitFor();
    await search.fill('running hours');
    await page.getByRole('heading', { level: 3, name: 'Running hours' }).waitFor();
    await search.fill('nothing is called so');
    await page.getByText('No setting is like that.').waitFor();
    await expectAccessible(page, 'no such setting');
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByLabel('Only what differs from the defaults').check();
    // What the environment says differs too.
    await page.getByText('1 setting', { exact: true }).waitFor();
    await page.waitForURL('**/settings?changed=true');
    expect(complaints).toEqual([]);
  });

  test('changed for a target, for a pair and back; who is concerned is said, and the address tells where', async () => {
    await using visit = await world.open('/settings');
    const { page, complaints } = visit;
    await page.getByLabel('For courses that go to').selectOption('new');
    await page.waitForURL('**/settings?target=new');
    await page.getByRole('button', { name: 'Change: Each course once' }).click();
    await page.waitForURL('**edit=requests.oneInstance**');
    await page.getByText('Concerns courses that go to new.', { exact: false }).waitFor();
    await page.getByText('jouvence settings set requests.oneInstance yes --target new').waitFor();
    await expectAccessible(page, 'yes or no');
    await page.getByRole('radio', { name: 'no', exact: true }).check();
    await page.getByText('jouvence settings set requests.oneInstance no --target new').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('this target', { exact: true }).waitFor();
    expect(await inForce('requests.oneInstance', { target: world.target.id })).toMatchObject({ value: false });
    // What holds is where the keyboard begins, and not the first of both.
    await page.getByRole('button', { name: 'Change: Each course once' }).click();
    const no = page.getByRole('radio', { name: 'no', exact: true });
    expect(await no.evaluate((each) => each === document.activeElement)).toBe(true);
    await page.keyboard.press('Escape');
    // In the fleet it is said that one place decides otherwise, and by what.
    await page.getByLabel('For courses that go to').selectOption('');
    await page.getByText('set otherwise in 1 place').waitFor();
    await page.getByRole('button', { name: 'Change: Each course once' }).click();
    await page.getByText('Not where it is set by itself: new (no)').waitFor();
    await shoot(page, 'setting-effect');
    await page.keyboard.press('Escape');
    const button = page.getByRole('button', { name: 'Change: Each course once' });
    expect(await button.evaluate((each) => each === document.activeElement)).toBe(true);

    // A pair: what is only for a source or a target is changed there.
    await page.goto(`${world.url}/settings?target=new&source=old`);
    await page.getByText('You see what holds for courses from old to new.').waitFor();
    await page.getByRole('link', { name: 'Set it there: Backups at once per source' }).click();
    await page.waitForURL(/settings\?source=old&edit=queue\.backups/);
    const field = page.getByRole('textbox', { name: 'Backups at once per source' });
    await field.fill('99');
    await page.getByText('That is no such number.').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await expectAccessible(page, 'no such number');
    await field.fill('5');
    await page.keyboard.press('Enter');
    await page.getByText('this source', { exact: true }).waitFor();
    expect(await inForce('queue.backups', { source: world.old.id })).toMatchObject({ value: 5, origin: 'source' });
    await page.getByRole('button', { name: 'Change: Backups at once per source' }).click();
    await page.getByRole('button', { name: 'Back to the default (2)' }).click();
    await page.getByText('What is set more widely holds again').waitFor();
    expect(await inForce('queue.backups', { source: world.old.id })).toMatchObject({ origin: 'default' });
    expect(complaints).toEqual([]);
  });

  test('running hours are ticked and said in words; a time zone is suggested; a list has one a line', async () => {
    await using visit = await world.open('/settings?target=new&edit=queue.hours', {
      language: 'fr',
      phone: true,
      dark: true,
    });
    const { page, complaints } = visit;
    await page.getByRole('button', { name: 'Ajouter des horaires' }).click();
    await page.getByText('tous les jours, de 20:00 à 06:00 le lendemain').waitFor();
    const rows = page.getByRole('group', { name: 'Horaires 1' });
    for (const day of ['sam.', 'dim.']) await rows.getByLabel(day).uncheck();
    await page.getByText('lundi à vendredi, de 20:00 à 06:00 le lendemain').waitFor();
    await page.getByRole('button', { name: 'Ajouter des horaires' }).click();
    const second = page.getByRole('group', { name: 'Horaires 2' });
    for (const day of ['lun.', 'mar.', 'mer.', 'jeu.', 'ven.', 'sam.', 'dim.']) await second.getByLabel(day).uncheck();
    await second.getByText('Cochez au moins un jour.').waitFor();
    expect(await page.getByRole('button', { name: 'Enregistrer' }).isDisabled()).toBe(true);
    await expectAccessible(page, 'hours without a day');
    for (const day of ['sam.', 'dim.']) await second.getByLabel(day).check();
    await second.getByLabel('De', { exact: true }).fill('00:00');
    await second.getByLabel('À', { exact: true }).fill('00:00');
    await page.getByText('samedi et dimanche, toute la journée', { exact: false }).waitFor();
    await expectAccessible(page, 'hours');
    await shoot(page, 'settings-hours-fr-phone-dark');
    await page.getByRole('button', { name: 'Enregistrer' }).click();
    await page.getByText('Enregistré').waitFor();
    const { value } = await inForce('queue.hours', { target: world.target.id });
    expect(value).toBe('mon-thu 20:00-06:00; fri 20:00-24:00; sat,sun 00:00-24:00');
    // Friday's night is Saturday's beginning: opened again, it says the same.
    await page.getByRole('button', { name: 'Modifier : Horaires de fonctionnement' }).click();
    await page.getByRole('group', { name: 'Horaires 3' }).waitFor();
    expect(await page.getByRole('group', { name: /Horaires \d/ }).count()).toBe(3);
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Modifier : Fuseau horaire des horaires' }).click();
    const zone = page.getByRole('combobox', { name: 'Fuseau horaire des horaires' });
    await zone.fill('Europe/Atlantide');
    await page.getByText('Ce fuseau n’existe pas.', { exact: false }).waitFor();
    await zone.fill('Indian/Reunion');
    await page.getByText('Là-bas, nous sommes', { exact: false }).waitFor();
    await expectAccessible(page, 'time zone');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Modifier : Adresses des administrateurs' }).click();
    const list = page.getByRole('textbox', { name: 'Adresses des administrateurs' });
    await list.fill('zoe@univ.fr\nnot an address');
    await page.getByRole('button', { name: 'Enregistrer' }).click();
    await page.getByRole('alert').getByText('notices.administrators', { exact: false }).waitFor();
    expect(await list.inputValue()).toContain('not an address');
    await list.fill('zoe@univ.fr\n\n luc@univ.fr ');
    await page.getByRole('button', { name: 'Enregistrer' }).click();
    await page.getByText('zoe@univ.fr, luc@univ.fr', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('two windows: what the one has set meanwhile is shown to the other, and not overwritten unseen', async () => {
    await using first = await world.open('/settings?target=new&edit=enrol.role');
    await using second = await world.open('/settings?target=new&edit=enrol.role');
    const field = (page: typeof first.page) => page.getByRole('textbox', { name: 'Role of those enrolled' });
    await field(first.page).fill('teacher');
    await field(second.page).fill('manager');
    await first.page.getByRole('button', { name: 'Save' }).click();
    await first.page.getByText('Saved').waitFor();
    await second.page.getByRole('button', { name: 'Save' }).click();
    await second.page.getByText('Somebody has changed it meanwhile').waitFor();
    await second.page.getByText('It is now: teacher.').waitFor();
    await second.page.getByText(first.username).waitFor();
    expect(await field(second.page).inputValue()).toBe('manager');
    expect((await inForce('enrol.role', { target: world.target.id })).value).toBe('teacher');
    expect(await second.page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await expectAccessible(second.page, 'overtaken');
    await shoot(second.page, 'setting-overtaken');
    await second.page.getByRole('button', { name: 'Go on with mine' }).click();
    await second.page.getByRole('button', { name: 'Save' }).click();
    await second.page.getByText('Saved').waitFor();
    expect((await inForce('enrol.role', { target: world.target.id })).value).toBe('manager');
    expect([...first.complaints, ...second.complaints]).toEqual([]);
  });

  test("the settings of Strasbourg's block: first what it would do, then it is done", async () => {
    await using visit = await world.open('/settings?target=new&import=true');
    const { page, complaints } = visit;
    const dialog = page.getByRole('dialog');
    await dialog.getByText('--component=block_my_external_backup_restore_courses', { exact: false }).first().waitFor();
    await dialog.getByLabel('What it printed').fill('hello');
    await dialog.getByRole('button', { name: 'See what would be set' }).click();
    await dialog.getByRole('alert').waitFor();
    await expectAccessible(page, 'no listing');
    const listing = {
      onlyoneremoteinstance: '1',
      includeexternalurlinmail: '1',
      categorytable: 'no table!',
      external_moodles: 'https://elsewhere.univ.fr,0123456789abcdef;',
      search_roles: "'editingteacher','manager'",
    };
    await dialog.getByLabel('What it printed').fill(JSON.stringify(listing));
    await dialog.getByRole('button', { name: 'See what would be set' }).click();
    await dialog.getByText('would be set. Nothing has been changed yet.', { exact: false }).waitFor();
    await dialog.getByText('categorytable: “no table!” cannot be used; nothing was done.').waitFor();
    await dialog
      .getByText('https://elsewhere.univ.fr brings no courses to this target yet', { exact: false })
      .waitFor();
    expect((await inForce('notices.sourceAddress', { target: world.target.id })).origin).toBe('default');
    await expectAccessible(page, 'what would be set');
    await shoot(page, 'settings-import');
    await dialog.getByRole('button', { name: /^Set \d+ values$/ }).click();
    await dialog.getByText('values were set.', { exact: false }).waitFor();
    expect((await inForce('notices.sourceAddress', { target: world.target.id })).value).toBe(true);
    expect((await world.api.sites.pairs.get('old', 'new')).roles).toEqual(['editingteacher', 'manager']);
    expect(complaints).toEqual([]);
  });

  test("a school's operator changes what is for its sites; an auditor looks", async () => {
    await world.api.settings.set(localOperator, 'queue.backups', 7, { source: world.far.id });
    await using school = await world.open('/settings', { role: 'school', siteIds: [world.target.id, world.old.id] });
    const { page } = school;
    await page.getByText('Choose one of your sites to change something.').waitFor();
    expect(await page.getByRole('button', { name: /^Change: / }).count()).toBe(0);
    // Of sites of others nothing is told.
    await page.getByRole('heading', { level: 3, name: 'Backups at once per source' }).waitFor();
    const backups = page.getByRole('listitem').filter({ hasText: 'queue.backups' });
    expect(await backups.getByText('set otherwise').count()).toBe(0);
    await expectAccessible(page, 'school');
    await page.getByLabel('For courses that go to').selectOption('new');
    await page.getByRole('button', { name: 'Change: Participants’ data' }).click();
    await page.getByRole('radio', { name: 'yes', exact: true }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').waitFor();
    expect((await inForce('requests.people', { target: world.target.id })).value).toBe(true);

    await using auditor = await world.open('/settings?target=new', { role: 'auditor' });
    await auditor.page.getByRole('heading', { level: 3, name: 'Each course once' }).waitFor();
    expect(await auditor.page.getByRole('button', { name: /Change|Import/ }).count()).toBe(0);
    await expectAccessible(auditor.page, 'auditor');
    expect([...school.complaints, ...auditor.complaints]).toEqual([]);
  });
});
