import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localOperator } from '../../src/accounts/index.ts';
import { nastyNames } from '../../src/api/test/campus.ts';
import { chromiumPath, complaintsOf, expectAccessible, shoot } from './browser.ts';
import { openPlace, type Place } from './place.ts';

const password = 'sept lampes au grenier';

/** Who runs it, what their programs come in with, one's own account, and what is held of a person. */
describe.skipIf(!chromiumPath)('operators (needs Chromium: apt-get install chromium)', () => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace();
    for (const [index, name] of nastyNames.entries())
      await place.api.accounts.operators.add(localOperator, {
        username: `nasty${index}`,
        name: name.replaceAll(/[\u0000-\u001f]/g, ' '),
        role: index % 2 ? 'auditor' : 'operator',
        siteIds: null,
      });
  });
  afterAll(() => place[Symbol.asyncDispose]());

  test('from an invitation, by the keyboard, to the first sign-in of a school operator', async () => {
    await using at = await place.operate('/operators');
    const { page, complaints } = at;
    await page.getByRole('link', { name: '<script>alert(1)</script>' }).waitFor();
    await expectAccessible(page, 'operators');
    await shoot(page, 'operators');
    await page.getByRole('button', { name: 'Invite somebody' }).press('Enter');
    await page.getByLabel('Username').fill('new.one');
    await page.getByLabel('Name', { exact: true }).fill('Ève <i>');
    await page.getByRole('textbox', { name: 'E-mail' }).fill('eve@example.org');
    // For no site at all there is nothing to do.
    await page.getByRole('button', { name: 'Add', exact: true }).press('Enter');
    await page.getByRole('alert').getByText('Tick at least one site.').waitFor();
    await expectAccessible(page, 'no site ticked');
    await page.getByRole('checkbox', { name: /\(new\)/ }).press(' ');
    await expectAccessible(page, 'new operator');
    await shoot(page, 'operators-new');
    await page.getByRole('textbox', { name: 'E-mail' }).press('Enter');
    const link = await page.getByLabel('Link for choosing the password').inputValue();
    await page.getByRole('dialog', { name: 'Ève <i> is an operator of some sites now' }).waitFor();
    expect(link).toMatch(/\/invitation\/[\w-]{43}$/);
    await expectAccessible(page, 'invitation link');
    await shoot(page, 'operators-link');
    await page.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('listitem').filter({ hasText: 'new.one' }).getByText('Invited').waitFor();
    expect(await page.locator('body').innerHTML()).not.toContain(link.split('/').pop()!);

    await using context = await place.browser.person();
    const theirs = await context.newPage();
    const theirComplaints = complaintsOf(theirs);
    await theirs.goto(link.replace(/^https?:\/\/[^/]+/, place.url));
    await theirs.getByLabel('New password').fill(password);
    await theirs.getByLabel('The same again').fill(password);
    await theirs.keyboard.press('Enter');
    await theirs.waitForURL('**/requests');
    await theirs.goto(`${place.url}/operators`);
    await theirs.getByRole('link', { name: 'Ève <i>' }).waitFor();
    expect(await theirs.getByRole('listitem').filter({ hasText: 'nasty' }).count()).toBe(0);
    expect(await theirs.getByRole('button', { name: 'Invite somebody' }).count()).toBe(0);
    expect(await theirs.getByRole('link', { name: 'Data of a person' }).count()).toBe(0);
    expect([...complaints, ...theirComplaints]).toEqual([]);
  });

  test('changed, disabled, let in again, invited anew and removed; a sent address opens the same', async () => {
    await place.api.accounts.operators.add(localOperator, {
      username: 'temp',
      name: 'Temp',
      role: 'auditor',
      siteIds: null,
    });
    await using at = await place.operate('/operators?operator=temp', { language: 'fr', phone: true, dark: true });
    const { page } = at;
    const panel = page.getByRole('dialog', { name: 'Temp' });
    await panel.waitFor();
    await expectAccessible(page, 'an operator');
    await shoot(page, 'operators-panel-fr-phone-dark');
    await panel.getByLabel('Adresse de courriel').fill('temp@example.org');
    await panel.getByRole('button', { name: 'Enregistrer' }).click();
    await page.getByText('est modifié, et vaut aussitôt').first().waitFor();
    expect((await place.api.accounts.operators.get('temp')).email).toBe('temp@example.org');
    await panel.getByRole('button', { name: 'Désactiver' }).click();
    await panel.getByRole('button', { name: 'Réactiver' }).click();
    await panel.getByRole('button', { name: 'Créer un lien' }).click();
    expect(await panel.getByLabel('Lien pour choisir le mot de passe').inputValue()).toContain('/invitation/');
    const remove = panel.getByRole('button', { name: 'Supprimer' });
    expect(await remove.isDisabled()).toBe(true);
    await panel.getByLabel('Tapez temp pour supprimer').fill('temp');
    await remove.click();
    await panel.waitFor({ state: 'hidden' });
    await page.getByText('temp', { exact: true }).waitFor({ state: 'hidden' });
  });

  test('what is refused is said: a name that is taken, the last of all', async () => {
    await using at = await place.operate('/operators');
    const { page } = at;
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await page.getByLabel('Username').fill('nasty1');
    await page.getByRole('combobox', { name: 'Role' }).selectOption('operator');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('alert').getByText('there is an operator called nasty1 already').waitFor();
    await expectAccessible(page, 'refused');
    expect(await page.getByLabel('Username').inputValue()).toBe('nasty1');
  });

  test('a token is made, shown once, works, and is revoked', async () => {
    await place.api.token('old one');
    await place.api.store.query("update api_tokens set expires_at = now() + interval '3 days' where name = 'old one'");
    await using at = await place.operate('/operators?tab=tokens');
    const { page, complaints } = at;
    await page.getByRole('listitem').filter({ hasText: 'old one' }).getByText('Ends soon').waitFor();
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('Name', { exact: true }).fill('nightly <b>');
    await expectAccessible(page, 'new token');
    await page.getByRole('button', { name: 'Make the token' }).click();
    const value = await page.getByLabel('Value of the token').inputValue();
    await shoot(page, 'tokens-once');
    await page.getByRole('button', { name: 'Close' }).last().click();
    const call = () => fetch(`${place.url}/api/v1/session`, { headers: { authorization: `Bearer ${value}` } });
    expect((await (await call()).json()).role).toBe('auditor');
    await expectAccessible(page, 'tokens');
    await shoot(page, 'tokens');
    await page.getByRole('button', { name: 'Revoke nightly <b>' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('nightly <b> opens nothing any more.').waitFor();
    expect((await call()).status).toBe(401);
    await page.getByRole('checkbox', { name: 'Those that have ended too' }).check();
    await page
      .getByRole('listitem')
      .filter({ hasText: 'nightly <b>' })
      .getByText('Revoked', { exact: true })
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  });

  test('a school operator makes tokens for their sites only; an auditor none', async () => {
    await using school = await place.operate('/operators?tab=tokens', { role: 'school', sites: ['new'] });
    await school.page.getByRole('button', { name: 'New token' }).click();
    await school.page.getByRole('checkbox', { name: /\(new\)/ }).waitFor();
    expect(await school.page.getByRole('checkbox', { name: /\(far\)/ }).count()).toBe(0);
    await using auditor = await place.operate('/operators?tab=tokens', { role: 'auditor' });
    await auditor.page.getByText('Programs come in with a token').waitFor();
    expect(await auditor.page.getByRole('button', { name: 'New token' }).count()).toBe(0);
    await expectAccessible(auditor.page, 'tokens of an auditor');
  });

  test('one’s own account: another password, and signed out in another browser', async () => {
    await using at = await place.operate('/requests', { username: 'own.account' });
    const { page } = at;
    await place.api.accounts.operators.setPassword(localOperator, 'own.account', password);
    const { key } = await place.api.accounts.signIn.byPassword(
      { username: 'own.account', password },
      { address: '192.0.2.9', browser: 'Firefox, Linux' },
    );
    await at.context.addCookies([
      {
        url: place.url.replace('http:', 'https:'),
        name: '__Host-jouvence-operator',
        value: key,
        secure: true,
        httpOnly: true,
        sameSite: 'Lax',
      },
    ]);
    const other = await place.api.accounts.signIn.byPassword(
      { username: 'own.account', password },
      { address: '192.0.2.10', browser: 'Safari, iOS' },
    );
    await page.reload();
    await page.getByRole('button', { name: /Account of/ }).click();
    await page.getByRole('link', { name: 'My account' }).click();
    await page.getByRole('button', { name: 'Sign out there: Safari, iOS' }).waitFor();
    await expectAccessible(page, 'account');
    await shoot(page, 'account');
    await page.getByRole('button', { name: 'Sign out there: Safari, iOS' }).click();
    await page.getByText('Signed out there.').waitFor();
    expect(await place.api.accounts.operatorSessions.find(other.key)).toBeNull();
    const change = async (current: string, wished: string, again = wished) => {
      await page.getByLabel('Your password now').fill(current);
      await page.getByLabel('New password').fill(wished);
      await page.getByLabel('The same again').fill(again);
      await page.keyboard.press('Enter');
    };
    await change('not this one', 'huit lampes au grenier');
    await page.getByRole('alert').getByText('That is not your password.').waitFor();
    // That is no session that has ended.
    expect(await page.getByRole('dialog').count()).toBe(0);
    await change(password, 'own.account');
    await page.getByText('This password is too short').or(page.getByText('little more than your name')).waitFor();
    await change(password, 'huit lampes au grenier', 'neuf lampes');
    await page.getByText('The two passwords are not the same.').waitFor();
    await expectAccessible(page, 'passwords that differ');
    await change(password, 'huit lampes au grenier');
    await page.getByText('Your password is changed.').waitFor();
    expect(await page.getByLabel('New password').inputValue()).toBe('');
  });

  test('what is held of a person: downloaded, and erased by the typed name', async () => {
    const { api } = place;
    const wish = { target: 'new', person: 'prof.martin', items: [{ source: 'old', courseid: 1 }] };
    const [request] = await api.restores.send(localOperator, wish);
    await api.store.query("update jobs set outcome = 'cancelled' where subject = $1", [request!.id]);
    await using at = await place.operate('/operators?tab=people', { language: 'fr' });
    const { page } = at;
    await page.getByLabel('Site de la personne').selectOption('new');
    await page.getByLabel('Identifiant sur ce site').fill('nobody.such');
    await page.getByRole('button', { name: 'Tout télécharger' }).click();
    await page.getByText('Rien n’est détenu sur nobody.such').waitFor();
    expect(await page.getByText('est téléchargé').count()).toBe(0);
    await expectAccessible(page, 'nothing is held');
    await page.getByLabel('Identifiant sur ce site').fill('prof.martin');
    await expectAccessible(page, 'data of a person');
    await shoot(page, 'people-fr');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Tout télécharger' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('jouvence-new-prof.martin.json');
    expect(JSON.parse(await readFile(await download.path(), 'utf8')).person).toEqual({
      site: 'new',
      username: 'prof.martin',
    });
    await page.getByRole('button', { name: 'Effacer' }).click();
    const dialog = page.getByRole('dialog', { name: 'Effacer prof.martin' });
    const erase = dialog.getByRole('button', { name: 'Effacer' });
    expect(await erase.isDisabled()).toBe(true);
    await dialog.getByLabel('Tapez prof.martin pour effacer').fill('prof.martin');
    await expectAccessible(page, 'erase');
    await erase.click();
    await dialog.getByText(/Effacé/).waitFor();
    await expectAccessible(page, 'erased');
    const { rows } = await api.store.query(`select 1 from restore_requests where person = 'prof.martin'`);
    expect(rows).toEqual([]);
  });
});
