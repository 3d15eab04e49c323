import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockToken, openRecordedBlock } from '../../packages/moodle-client/test/recorded-block.ts';
import { localOperator } from '../../src/accounts/index.ts';
import { chromiumPath, expectAccessible, shoot } from './browser.ts';
import { openSitesWorld, type SitesWorld, section } from './sites-world.ts';

/** Where courses come from and go to, for those who look after it. */
describe.skipIf(!chromiumPath)('the pages about sites (needs Chromium: apt-get install chromium)', () => {
  let world: SitesWorld;
  beforeAll(async () => {
    world = await openSitesWorld();
    await world.ask(1);
  }, 60_000);
  afterAll(() => world[Symbol.asyncDispose]());

  /** Everything that the browser keeps or shows of a page. */
  const traces = (page: Page) =>
    page.evaluate(() =>
      JSON.stringify([
        location.href,
        { ...localStorage },
        { ...sessionStorage },
        document.documentElement.outerHTML,
        [...document.querySelectorAll('input, textarea')].map((each) => (each as HTMLInputElement).value),
      ]),
    );

  test('the list says how each is and what waits; filters stand in the address', async () => {
    await using visit = await world.open('/sites');
    const { page, complaints } = visit;
    await page.getByRole('heading', { level: 2, name: 'Moodle 2026' }).waitFor();
    expect(await page.getByRole('heading', { level: 2 }).count()).toBe(4);
    await page.getByText('This service is ready').click();
    await page.getByText('worker that carries courses: works').waitFor();
    const waiting = page.getByRole('link', { name: 'Requests from here: 0 under way, 1 waiting' });
    expect(await waiting.getAttribute('href')).toMatch(/\/requests\?.*source=old/);
    await expectAccessible(page, 'sites');
    await shoot(page, 'sites');
    await page.getByLabel('Used as').selectOption('target');
    await page.getByText('1 site', { exact: true }).waitFor();
    await page.waitForURL('**/sites?role=target');
    await page.reload();
    await page.getByText('1 site', { exact: true }).waitFor();
    expect(await page.getByLabel('Used as').inputValue()).toBe('target');
    await page.getByRole('searchbox').fill('nowhere');
    await page.getByText('No site is like that.').waitFor();
    await expectAccessible(page, 'no such site');
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByText('4 sites').waitFor();
    expect(complaints).toEqual([]);
  });

  test('a site is paired by its code: a wrong one says what to do, the right one is checked and offered a pair', async () => {
    await using visit = await world.open('/sites');
    const { page, complaints } = visit;
    await page.getByRole('button', { name: 'Add a site' }).click();
    await page.waitForURL('**/sites?add=code');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('php local/jouvence/cli/setup.php --profile=source').waitFor();
    await dialog.getByRole('button', { name: 'Pair and check' }).click();
    await dialog.getByText('This is no pairing code', { exact: false }).waitFor();
    await expectAccessible(page, 'no code');
    const code = await world.code();
    const wrong = code.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'));
    await dialog.getByLabel('Pairing code', { exact: true }).fill(wrong);
    await dialog.getByLabel('Pairing code', { exact: true }).press('Enter');
    await dialog.getByText('What to do:').waitFor();
    await expectAccessible(page, 'wrong code');
    await shoot(page, 'site-wrong-code');
    // That one has used up the tries or not: a new one from the site is what helps.
    const again = await world.code();
    await dialog.getByLabel('Pairing code', { exact: true }).fill(again);
    await expect.poll(() => dialog.getByLabel('Name here').getAttribute('placeholder')).toBe('campus');
    await dialog.getByRole('button', { name: 'Pair and check' }).click();
    await page.waitForURL('**/sites/campus?added=true');
    await section(page, 'Connection check').getByRole('button', { name: 'Check again' }).waitFor();
    const kept = await traces(page);
    expect(kept).not.toContain(again.split('#')[1]);
    await expectAccessible(page, 'added');
    await shoot(page, 'site-added');
    await page.getByRole('status').getByRole('button', { name: 'Add a target' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pair them' }).waitFor();
    await expectAccessible(page, 'new pair');
    await shoot(page, 'pair-new');
    await page.getByRole('dialog').getByLabel('Manager').check();
    await page.getByText('--role editingteacher --role manager', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Pair them' }).click();
    await page.getByText('Courses of campus may go to new', { exact: true }).waitFor();
    expect((await world.api.sites.pairs.get('campus', 'new')).roles).toEqual(['editingteacher', 'manager']);
    await page.getByRole('button', { name: 'New token (source)' }).click();
    await page.getByText('A new token is in use (source)').waitFor();
    // Who fetches from it by Strasbourg's block: made, seen, revoked.
    const guests = section(page, 'Moodles with Strasbourg’s block');
    await guests.getByText('Nobody fetches from here.').waitFor();
    await guests.getByRole('button', { name: 'New token' }).click();
    await dialog.getByLabel('What is it for?').fill('Law school');
    await dialog.getByLabel('From these addresses only').fill('192.0.2.7, 2001:db8::/32');
    await expectAccessible(page, 'new token for a block');
    await dialog.getByRole('button', { name: 'Make it' }).click();
    expect(await dialog.getByLabel('Line for external_moodles').inputValue()).toMatch(
      /^http:\/\/campus\.localhost:\d+,[0-9a-f]{64}$/,
    );
    await shoot(page, 'site-block-token');
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await guests.getByText('editingteacher · from 192.0.2.7, 2001:db8::/32').waitFor();
    await expectAccessible(page, 'tokens for blocks');
    await guests.getByRole('button', { name: 'Revoke “Law school”' }).click();
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
    await guests.getByText('Nobody fetches from here.').waitFor();
    // Removing it asks for the name, and first for its pair.
    const remove = page.getByRole('button', { name: 'Remove this site' });
    await page.getByText('It is used in 1 pair').waitFor();
    expect(await remove.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Remove the pair campus → new' }).click();
    await expectAccessible(page, 'remove a pair');
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('No course goes from here anywhere yet.').waitFor();
    await remove.click();
    const confirm = page.getByRole('dialog');
    expect(await confirm.getByRole('button', { name: 'Remove this site' }).isDisabled()).toBe(true);
    await confirm.getByLabel('Type its name, campus, to confirm').fill('campus');
    await expectAccessible(page, 'remove a site');
    await shoot(page, 'site-remove');
    await confirm.getByRole('button', { name: 'Remove this site' }).click();
    await page.waitForURL('**/sites');
    await page.getByText('4 sites').waitFor();
    await expect(world.api.sites.get('campus')).rejects.toMatchObject({ code: 'not-found' });
    expect(complaints).toEqual([]);
  });

  test('by address and token, with the keyboard alone: what is wrong is said, and the token stays nowhere', async () => {
    const site = await world.odd('fresh', 'target', 'Moodle 2027');
    await using visit = await world.open('/sites?add=token');
    const { page, complaints } = visit;
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Address of the site').waitFor();
    const type = async (label: string, text: string) => {
      const field = dialog.getByLabel(label, { exact: true });
      for (let steps = 0; !(await field.evaluate((each) => each === document.activeElement)); steps++) {
        expect(steps).toBeLessThan(40);
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type(text);
    };
    await type('Address of the site', 'http://127.0.0.1:9');
    await type('What it is for', 'Target');
    await type('Token', 'not-the-token-of-it');
    await type('Name here', 'fresh');
    await page.keyboard.press('Enter');
    await dialog.getByText('Open the address in a browser.', { exact: false }).waitFor();
    await expectAccessible(page, 'unreachable');
    await shoot(page, 'site-unreachable');
    await type('Address of the site', site.url);
    await page.keyboard.press('Enter');
    await dialog.getByText('The site does not accept this token', { exact: false }).waitFor();
    await type('Token', site.token);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/sites/fresh?added=true');
    await section(page, 'Connection check').getByRole('button', { name: 'Check again' }).waitFor();
    expect(await traces(page)).not.toContain(site.token);
    expect(complaints).toEqual([]);
    await world.api.sites.remove(localOperator, 'fresh');
  });

  test('a check says what the account lacks, by name, the worst first; and what was seen', async () => {
    world.old.lacking = ['list_courses'];
    world.old.change = {
      ...world.old.change,
      get_connection: { capabilities: [{ capability: 'moodle/backup:backupcourse', held: false }] },
    };
    await using visit = await world.open('/sites/old', { language: 'fr', phone: true, dark: true });
    const { page, complaints } = visit;
    await page.getByRole('button', { name: 'Vérifier maintenant' }).click();
    await page.getByText('local_jouvence_list_courses').waitFor();
    await page.getByText('moodle/backup:backupcourse').waitFor();
    const there = page.getByRole('link', { name: `${world.old.url}/admin/roles/manage.php` }).first();
    expect(await there.getAttribute('href')).toBe(`${world.old.url}/admin/roles/manage.php`);
    await page.getByRole('button', { name: 'Vérifier à nouveau' }).waitFor();
    const severities = await section(page, 'Vérification de la connexion')
      .getByText(/^(erreur|attention|note)$/)
      .allTextContents();
    expect(new Set(severities)).toEqual(new Set(order));
    expect(severities).toEqual([...severities].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
    await expectAccessible(page, 'findings');
    await shoot(page, 'site-check-fr-phone-dark');
    await page.getByRole('link', { name: 'Tous les sites' }).click();
    await page.getByText('4 sites').waitFor();
    await expectAccessible(page, 'sites on a phone');
    await shoot(page, 'sites-fr-phone-dark');
    await page.getByRole('button', { name: 'Ajouter un site' }).click();
    await page.getByRole('dialog').getByLabel('Code d’association', { exact: true }).waitFor();
    await expectAccessible(page, 'a new site on a phone');
    await shoot(page, 'site-add-fr-phone-dark');
    expect(complaints).toEqual([]);
    world.old.lacking = [];
  });
  const order = ['erreur', 'attention', 'note'];

  test('a Moodle with only the block is added as such, and says what it cannot', async () => {
    await using old = await openRecordedBlock('2.1.2-on-moodle-4.5', { archive: Buffer.from([0x1f, 0x8b]) });
    await using visit = await world.open('/sites?add=strasbourg');
    const { page, complaints } = visit;
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Address of the site').fill(old.url);
    await dialog.getByLabel('Token', { exact: true }).fill(blockToken);
    await dialog.getByLabel('Name here').fill('old-block');
    await dialog.getByText(`jouvence sites add old-block ${old.url} --strasbourg`).waitFor();
    await expectAccessible(page, 'block');
    await dialog.getByRole('button', { name: 'Add and check' }).click();
    await page.waitForURL('**/sites/old-block?added=true');
    await page.getByText('Limit: participants’ data are not given', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Check again' }).waitFor();
    await page.getByText('It can be used;', { exact: false }).or(page.getByText('All is in order.')).waitFor();
    expect(await page.getByRole('button', { name: /New token/ }).count()).toBe(0);
    expect(await traces(page)).not.toContain(blockToken);
    await expectAccessible(page, 'what a block cannot');
    await shoot(page, 'site-block');
    await page.getByRole('button', { name: 'Add a target' }).first().click();
    await page.getByText('its own setting search_roles decides', { exact: false }).first().waitFor();
    const fields = page.getByLabel('People are the same when they have the same').getByRole('option');
    expect(await fields.allTextContents()).toEqual(['username']);
    expect(complaints).toEqual([]);
    await world.api.sites.remove(localOperator, 'old-block');
  });

  test('nothing yet, and a server that is gone: what to do is said, and it comes back', async () => {
    const gone = await world.odd('spare', 'source', 'Gone');
    const { id } = await world.api.sites.add(localOperator, {
      name: 'spare',
      url: gone.url,
      profile: 'source',
      token: gone.token,
    });
    await using school = await world.open('/sites', { role: 'school', siteIds: [id] });
    await school.page.getByText('1 site', { exact: true }).waitFor();
    await world.api.sites.remove(localOperator, 'spare');
    await school.page.reload();
    await school.page.getByText('None has been given to you', { exact: false }).waitFor();
    await expectAccessible(school.page, 'none');
    await using visit = await world.open('/settings');
    const { page } = visit;
    await page.route('**/api/v1/sites*', (route) => route.abort());
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Sites' }).click();
    await page.getByRole('main').getByText('The server cannot be reached', { exact: false }).waitFor();
    await expectAccessible(page, 'gone');
    await page.unroute('**/api/v1/sites*');
    await page.getByRole('main').getByRole('button', { name: 'Try again' }).click();
    await page.getByText('4 sites').waitFor();
  });

  test('a site that fails says why and since when; a part of the service that fails does too', async () => {
    world.older.misbehave = (_, response) => void response.writeHead(502).end('<h1>Bad gateway</h1>');
    world.broken.set('worker', 'no worker has been seen for 3 minutes');
    await world.api.sites.check('older');
    await using visit = await world.open('/sites?state=trouble', { dark: true });
    const { page } = visit;
    await page.getByRole('listitem').getByText('fails', { exact: true }).waitFor();
    await page.getByText('it began', { exact: false }).waitFor();
    await page.getByText('Courses cannot be carried just now: the worker that carries courses').waitFor();
    await page.getByText('no worker has been seen for 3 minutes').waitFor();
    await page.getByText('1 site', { exact: false }).first().waitFor();
    await expectAccessible(page, 'trouble');
    await shoot(page, 'sites-trouble-dark');
    world.older.misbehave = undefined;
    world.broken.clear();
    await world.api.sites.check('older');
  });

  test('pausing says what will wait, and why; it goes on again', async () => {
    await using visit = await world.open('/sites/old');
    const { page, complaints } = visit;
    await page.getByRole('button', { name: 'Pause' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('0 under way will be finished and 1 waiting will wait', { exact: false }).waitFor();
    await dialog.getByLabel('Reason').fill('Mise à jour <b>ce soir</b>');
    await dialog.getByText(`--reason 'Mise à jour <b>ce soir</b>'`, { exact: false }).waitFor();
    await expectAccessible(page, 'pause');
    await shoot(page, 'site-pause');
    await dialog.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Reason: Mise à jour <b>ce soir</b>').waitFor();
    // The button that opened it is gone: the keyboard stands beside its place, and not on a command to copy.
    await page
      .locator('button:focus')
      .and(page.getByRole('button', { name: 'Another reason' }))
      .waitFor();
    expect(await world.api.sites.get('old')).toMatchObject({ pauseReason: 'Mise à jour <b>ce soir</b>' });
    await expectAccessible(page, 'paused');
    await shoot(page, 'site-paused');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    expect((await world.api.sites.get('old')).pausedAt).toBeNull();
    expect(complaints).toEqual([]);
  });

  test('rules of a pair are changed, and where courses go; a token is replaced', async () => {
    await using visit = await world.open('/sites/new');
    const { page, complaints } = visit;
    await page.getByRole('button', { name: 'Change the pair far → new' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('Other roles, by their short names').inputValue()).toBe('responsable');
    await dialog.getByLabel('Only accounts with these authentication methods').fill('LDAP!');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Write names of authentication methods', { exact: false }).waitFor();
    await dialog.getByLabel('Only accounts with these authentication methods').fill('ldap, shibboleth');
    await dialog.getByLabel('People are the same when they have the same').selectOption('email');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('same e-mail address · accounts by ldap, shibboleth').waitFor();
    const pair = await world.api.sites.pairs.get('far', 'new');
    expect(pair).toMatchObject({ roles: ['manager', 'responsable'], identity: 'email', auth: ['ldap', 'shibboleth'] });

    // What somebody else makes of it meanwhile is said rule by rule, and not overwritten unseen.
    await page.getByRole('button', { name: 'Change the pair far → new' }).click();
    await dialog.getByLabel('Only accounts with these authentication methods').fill('manual');
    await world.api.sites.pairs.add(
      { ...localOperator, name: 'Amandine' },
      { source: 'far', target: 'new', roles: ['teacher'] },
    );
    await dialog.getByRole('button', { name: 'Save' }).click();
    const note = dialog.getByRole('status').filter({ hasText: 'Somebody has changed this pair meanwhile' });
    await note.getByText('manager, responsable → teacher').waitFor();
    await note.getByText('Amandine').waitFor();
    await expectAccessible(page, 'pair changed meanwhile');
    await shoot(page, 'pair-overtaken');
    expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    expect((await world.api.sites.pairs.get('far', 'new')).roles).toEqual(['teacher']);
    await note.getByRole('button', { name: 'Go on with mine' }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('accounts by manual').waitFor();

    await page.getByRole('button', { name: 'Change: Default category' }).click();
    await page.getByRole('combobox', { name: 'Default category' }).selectOption('1');
    await expectAccessible(page, 'default category');
    await shoot(page, 'site-target');
    await page.getByRole('button', { name: 'Save' }).click();
    // By its name, as the site says it.
    await section(page, 'Where courses go').getByText('Lettres', { exact: true }).waitFor();
    const values = await world.api.settings.at({ target: world.target.id });
    expect(values['category.default']).toBe(1);

    world.target.token = 'another-token-of-new';
    await page.getByRole('button', { name: 'Replace the token (target)' }).click();
    await page.getByRole('dialog').getByLabel('Token').fill('another-token-of-new');
    await expectAccessible(page, 'replace a token');
    await page.getByRole('dialog').getByRole('button', { name: 'Replace' }).click();
    await page.getByText('The token is replaced (target)').waitFor();
    expect(complaints).toEqual([]);
  });

  test("a school's operator has its sites only; an auditor looks and changes nothing", async () => {
    await using school = await world.open('/sites', { role: 'school', siteIds: [world.target.id, world.old.id] });
    await school.page.getByText('2 sites').waitFor();
    expect(await school.page.getByRole('button', { name: 'Add a site' }).count()).toBe(0);
    await school.page.getByRole('link', { name: 'Moodle 2026' }).click();
    await school.page.getByRole('heading', { level: 1, name: 'Moodle 2026' }).waitFor();
    await school.page.getByRole('button', { name: 'Change the pair old → new' }).waitFor();
    await school.page.getByText('The other site is not one of yours', { exact: false }).waitFor();
    expect(await school.page.getByRole('button', { name: 'Remove this site' }).count()).toBe(0);
    await expectAccessible(school.page, 'school');
    await shoot(school.page, 'site-school');
    await school.page.goto(`${world.url}/sites/far`);
    await school.page.getByText('There is no site far').waitFor();
    await expectAccessible(school.page, 'not theirs');

    await using auditor = await world.open('/sites/old', { role: 'auditor', language: 'fr' });
    await auditor.page.getByRole('heading', { level: 2, name: 'Associations' }).waitFor();
    await auditor.page.getByText('Rôles :').waitFor();
    const buttons = await auditor.page.locator('main').getByRole('button').allTextContents();
    expect(buttons).toEqual([]);
    await expectAccessible(auditor.page, 'auditor');
    await shoot(auditor.page, 'site-auditor-fr');
    expect(auditor.complaints).toEqual([]);
  });

  test('a fleet of hundreds: few rows are drawn, any is found; one on this machine says so, and speaks of no token', async () => {
    const { store } = world.api;
    await store.query(
      `insert into sites (name, title, url, kind, release, branch, identifier, timezone, code_base)
       select 'fleet-' || n, 'Fleet ' || n, 'http://fleet-' || n || '.localhost', 'moodle', '4.5.6', 405, 'fleet-' || n, 'UTC',
         case when n = 117 then '{"path":"/srv/moodle","php":"/usr/bin/php","account":"www-data","host":""}'::jsonb end
       from generate_series(1, 200) n`,
    );
    await store.query(
      `insert into site_tokens (site_id, profile, sealed) select id, 'source', null from sites where name = 'fleet-117'`,
    );
    await using visit = await world.open('/sites');
    const { page, complaints } = visit;
    const rows = page
      .getByRole('main')
      .getByRole('listitem')
      .filter({ has: page.getByRole('heading') });
    await page.getByRole('button', { name: 'Show 50 more sites' }).waitFor();
    expect(await rows.count()).toBe(50);
    await page.getByRole('button', { name: 'Show 50 more sites' }).click();
    await expect.poll(() => rows.count()).toBe(100);
    await page.getByLabel('Search').fill('fleet-117');
    await page.getByText('source, by its code here').waitFor();
    await page.getByRole('link', { name: 'Fleet 117' }).click();
    const code = section(page, 'Code on this machine');
    await code.getByText('/srv/moodle').waitFor();
    expect(await page.getByText('without end').count()).toBe(0);
    await expectAccessible(page, 'a site on this machine');
    await shoot(page, 'site-code');
    expect(complaints).toEqual([]);
    await store.query(`delete from site_tokens where site_id in (select id from sites where name like 'fleet-%')`);
    await store.query(`delete from sites where name like 'fleet-%'`);
  });
});
