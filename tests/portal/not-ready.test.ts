import type { Answer } from '@jouvence/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, expectAccessible, shoot } from './browser.ts';
import { openPlace, type Place } from './place.ts';

/** Something without which courses cannot be carried is not there. */
describe.skipIf(!chromiumPath)('not ready (needs Chromium: apt-get install chromium)', () => {
  let place: Place;
  const broken: string[] = [];
  const check = (name: 'schema' | 'key' | 'worker') => ({
    name,
    async ask() {
      if (broken.includes(name)) throw new Error(`${name} is broken`);
    },
  });
  beforeAll(async () => {
    place = await openPlace({ checks: [check('schema'), check('worker'), check('key')] });
  });
  afterAll(() => place[Symbol.asyncDispose]());

  test.each([
    ['en', ['the tables of the database', 'jouvence migrate'], ['the key of the secrets', 'Bring secret.key']],
    ['fr', ['les tables de la base de données', 'jouvence migrate'], ['la clé des secrets', 'Remettez secret.key']],
  ] as const)('an operator reads in words what is wrong, each with what to do (%s)', async (language, ...wrong) => {
    broken.splice(0, broken.length, 'schema', 'key');
    await using at = await place.operate('/requests', { language });
    const { page } = at;
    for (const [name, todo] of wrong) {
      const item = page.getByRole('listitem').filter({ hasText: name });
      await item.waitFor();
      expect(await item.textContent()).toContain(todo);
    }
    const names = page.locator('li > span.font-medium');
    expect(await names.allTextContents()).toEqual(wrong.map(([name]) => name));
    await expectAccessible(page, `not ready (${language})`);
    await shoot(page, `not-ready-${language}`);
  });

  test('a teacher reads that nothing is lost, and whether it goes on by itself', async () => {
    broken.splice(0, broken.length, 'worker');
    await using alone = await place.enter('/requests', { language: 'fr' });
    await alone.page.getByText('le processus qui transporte les cours. Rien n’est perdu').waitFor();
    await alone.page.getByText('tout reprend de soi-même').waitFor();
    broken.splice(0, broken.length, 'key');
    // Answers last a second.
    const failing = async () => {
      const { checks } = (await (await fetch(`${place.url}/ready`)).json()) as Answer<'ready'>;
      return checks.filter(({ ok }) => !ok).map(({ name }) => name);
    };
    await expect.poll(failing, { timeout: 5000 }).toEqual(['key']);
    await using mended = await place.enter('/requests', { language: 'fr' });
    await mended.page.getByText('la clé des secrets. Rien n’est perdu').waitFor();
    await mended.page.getByText('dès que les responsables du service l’auront réparée').waitFor();
    expect(await mended.page.getByText('secret.key').count()).toBe(0);
  });
});
