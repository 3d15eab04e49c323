import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localOperator } from '../../src/accounts/index.ts';
import { chromiumPath, complaintsOf, expectAccessible, type Looks, shoot } from './browser.ts';
import { openPlace, type Place } from './place.ts';

const password = 'sept lampes au grenier';

/** The pages without script look and speak as the portal does. */
describe.skipIf(!chromiumPath)('signing in (needs Chromium: apt-get install chromium)', () => {
  let place: Place;
  let invitation: string;
  beforeAll(async () => {
    place = await openPlace();
    const { operators } = place.api.accounts;
    await operators.add(localOperator, { username: 'zoe', role: 'operator', siteIds: null });
    await operators.setPassword(localOperator, 'zoe', password);
    const eva = `Éva <b> ${'x'.repeat(80)}`;
    await operators.add(localOperator, { username: 'eva', name: eva, language: 'fr', role: 'auditor', siteIds: null });
    invitation = `/invitation/${(await operators.invite(localOperator, 'eva')).key}`;
  });
  afterAll(() => place[Symbol.asyncDispose]());

  async function visit(path: string, looks: Looks = {}) {
    const context = await place.browser.person(looks);
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(place.url + path);
    return { context, page, complaints, [Symbol.asyncDispose]: () => context.close() };
  }
  const coloursOf = (page: Page) =>
    page.evaluate(async () => {
      // Chosen this moment, a colour is still on its way, however short the way is.
      while (document.getAnimations().length > 0)
        await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
      const style = getComputedStyle(document.documentElement);
      return ['--ground', '--ink', '--primary', 'background-color', 'color'].map((name) =>
        style.getPropertyValue(name),
      );
    });

  test.each([
    { name: 'light', looks: {} },
    { name: 'phone-fr-dark', looks: { phone: true, language: 'fr', dark: true } },
  ] as { name: string; looks: Looks }[])('the sign-in and invitation pages, $name', async ({ name, looks }) => {
    await using at = await visit('/', looks);
    const { page } = at;
    await page.getByRole('heading', { level: 1 }).waitFor();
    const colours = await coloursOf(page);
    const look = async (path: string, state: string) => {
      await page.goto(place.url + path);
      expect(await coloursOf(page), state).toEqual(colours);
      await expectAccessible(page, state);
      await shoot(page, `${state}-${name}`);
    };
    await look('/sign-in?next=%2Fsettings', 'sign-in');
    expect(await page.locator('input:focus').getAttribute('id')).toBe('username');
    await page.locator('#username').fill('zoe');
    await page.locator('#password').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.locator('input:focus').getAttribute('aria-describedby')).toBe('problem');
    await expectAccessible(page, 'a wrong password');
    await shoot(page, `sign-in-wrong-${name}`);
    await look(invitation, 'invitation');
    await page.locator('#new').fill('court');
    await page.locator('#again').fill('courte');
    await page.keyboard.press('Enter');
    await page.getByText('Les deux mots de passe ne sont pas identiques.').waitFor();
    await expectAccessible(page, 'unlike');
    await shoot(page, `invitation-unlike-${name}`);
    await look('/invitation/nothing', 'no invitation');
    await look('/enter/nowhere', 'nowhere');
    expect(at.complaints).toEqual([]);
  });

  test('what is chosen in one of them holds in the other', async () => {
    await using at = await visit('/sign-in?next=%2Fnotices');
    const { page } = at;
    await page.getByRole('link', { name: 'Français' }).click();
    await page.getByRole('heading', { level: 1, name: 'Connexion' }).waitFor();
    await page.getByLabel('Identifiant').fill('zoe');
    await page.getByLabel('Mot de passe').fill(password);
    await page.keyboard.press('Enter');
    // Still on the way to where it began, in the language chosen before.
    await page.waitForURL('**/notices');
    await page.getByRole('button', { name: /Compte de zoe/ }).click();
    await page.getByText('Sombre').click();
    const dark = await coloursOf(page);
    await page.getByText('English').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in as an operator' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    expect(await coloursOf(page)).toEqual(dark);
    expect(at.complaints).toEqual([]);
  });
});
