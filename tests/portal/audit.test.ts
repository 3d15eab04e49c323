import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differencesOf } from '../../portal/pages/audit/flatten.ts';
import { localOperator } from '../../src/accounts/index.ts';
import { nastyNames } from '../../src/api/test/campus.ts';
import { audit } from '../../src/audit/index.ts';
import { chromiumPath, expectAccessible, shoot } from './browser.ts';
import { openPlace, type Place } from './place.ts';

test('what differs, value by value', () => {
  expect(differencesOf({ a: 1, b: { c: [1, 2], d: 'x' } }, { a: 1, b: { c: [1, 3] }, e: null })).toEqual({
    changed: [
      { path: 'b.c', before: [1, 2], after: [1, 3] },
      { path: 'b.d', before: 'x' },
      { path: 'e', after: null },
    ],
    same: 1,
  });
  expect(differencesOf(null, [{ kind: 'done', wanted: false }])).toEqual({
    changed: [
      { path: '1.kind', after: 'done' },
      { path: '1.wanted', after: false },
    ],
    same: 0,
  });
  expect(differencesOf(null, 'word').changed).toEqual([{ path: '', after: 'word' }]);
  expect(differencesOf(undefined, null)).toEqual({ changed: [], same: 0 });
});

/** Who did what, looked for, read, and verified. */
describe.skipIf(!chromiumPath)('audit (needs Chromium: apt-get install chromium)', () => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace();
    const { api } = place;
    await api.settings.set(localOperator, 'requests.oneInstance', false, { target: (await api.sites.get('new')).id });
    await api.store.transaction(async (tx) => {
      await audit.write(tx, {
        actor: localOperator,
        action: 'operators.change',
        object: 'operator eve',
        before: { siteIds: null },
        after: { siteIds: ['1'] },
      });
      for (const name of nastyNames)
        await audit.write(tx, {
          actor: { kind: 'operator', name, role: 'operator', siteIds: null },
          action: 'sites.add',
          object: `site ${name}`,
          site: 'far',
          before: { title: 'x', nested: { [name]: name, same: 1 } },
          after: { title: name, nested: { same: 1 }, long: 'y'.repeat(1000) },
        });
    });
  });
  afterAll(() => place[Symbol.asyncDispose]());

  test('differences are read, and more of the same is looked for; the address says it', async () => {
    await using at = await place.operate('/audit');
    const { page, complaints } = at;
    const list = page.getByRole('list', { name: 'Audit' });
    await list.getByText('<script>alert(1)</script>').first().waitFor();
    await expectAccessible(page, 'audit');
    await shoot(page, 'audit');
    const limited = list.getByRole('listitem').filter({ hasText: 'Operator changed' });
    expect(await limited.getByRole('deletion').textContent()).toContain('all sites');
    // Sites by their names; fields, actions and things in words, with a way to them.
    expect(await limited.getByRole('insertion').textContent()).toContain('old');
    // An empty list of methods is a rule, and not that there are none.
    const pair = list.getByRole('listitem').filter({ hasText: 'Pair made or changed' }).first();
    expect(await pair.textContent()).toContain('all that vouch for a person');
    const line = list.getByRole('listitem').filter({ hasText: 'Setting changed' });
    const way = line.getByRole('link', { name: 'setting “Each course once”' });
    expect(await way.getAttribute('href')).toBe('/settings?edit=requests.oneInstance&target=new');
    expect(await line.getByRole('deletion').first().textContent()).toContain('yes');
    expect(await line.getByRole('insertion').first().textContent()).toContain('no');
    await line.getByRole('button', { name: 'Setting changed' }).press('Enter');
    await page.waitForURL('**/audit?action=settings.set');
    await expect.poll(() => list.getByRole('listitem').count(), { timeout: 10_000 }).toBe(1);
    await page.reload();
    await expect.poll(() => list.getByRole('listitem').count(), { timeout: 10_000 }).toBe(1);
    expect(await page.getByLabel('What', { exact: true }).inputValue()).toBe('settings.set');
    await page.getByLabel('What', { exact: true }).selectOption({ label: 'Sites: everything' });
    await page.getByLabel('Site', { exact: true }).fill('far');
    await page.getByLabel('From').fill('2020-01-01');
    await page.keyboard.press('Enter');
    await page.waitForURL(/action=sites&/);
    await list.getByRole('listitem').first().waitFor();
    await page.getByLabel('To, that day too').fill('2020-01-02');
    await page.getByRole('button', { name: 'Look for it' }).click();
    await page.getByText('No line is like that').waitFor();
    await expectAccessible(page, 'nothing found');
    await page.getByRole('button', { name: 'Show everything' }).first().click();
    await list.getByRole('listitem').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('many: page after page', async () => {
    await place.api.store.transaction(async (tx) => {
      for (let n = 0; n < 120; n++)
        await audit.write(tx, { actor: localOperator, action: 'notices.test', object: `thing ${n}` });
    });
    await using at = await place.operate('/audit?action=notices.test', { language: 'fr', phone: true, dark: true });
    const { page } = at;
    const items = page.getByRole('list', { name: 'Audit' }).getByRole('listitem');
    await items.nth(49).waitFor();
    await expectAccessible(page, 'audit on a phone');
    await shoot(page, 'audit-fr-phone-dark');
    await page.getByRole('button', { name: 'En voir plus' }).click();
    await items.nth(99).waitFor();
    await page.getByRole('button', { name: 'En voir plus' }).click();
    await items.nth(119).waitFor();
    expect(await page.getByRole('button', { name: 'En voir plus' }).count()).toBe(0);
  });

  test('the chain is verified, and what was altered is named; whoever has some sites only is not asked', async () => {
    await using at = await place.operate('/audit');
    const { page } = at;
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByText('Nothing was altered').waitFor();
    await expectAccessible(page, 'verified');
    await shoot(page, 'audit-verified');
    await page.getByLabel('Head of an earlier verification').fill(`999999:${'a'.repeat(64)}`);
    await page.keyboard.press('Enter');
    await page.getByText('Lines at the end are missing.').waitFor();
    await page.getByLabel('Head of an earlier verification').fill('');
    await place.api.store.query("update audit set object = 'site other' where id = (select min(id) from audit)");
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByText('A line was altered.').waitFor();
    await expectAccessible(page, 'altered');
    await using school = await place.operate('/audit', { role: 'school', sites: ['new'] });
    await school.page.getByRole('list', { name: 'Audit' }).waitFor();
    expect(await school.page.getByText('<script>').count()).toBe(0);
    expect(await school.page.getByRole('button', { name: 'Verify the chain' }).count()).toBe(0);
  });
});
