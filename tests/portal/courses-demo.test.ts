import { describe, expect, test } from 'vitest';
import { makeDataDir, serveOn } from '../cli/product.ts';
import { chromiumPath, complaintsOf, expectAccessible, openBrowser, shoot } from './browser.ts';
import { freePort } from './free-port.ts';

describe.skipIf(!chromiumPath)('the whole product (needs Chromium: apt-get install chromium)', () => {
  test('a teacher comes in from the campus, ticks, sends, and opens the restored courses', async () => {
    using dataDir = makeDataDir();
    const port = await freePort();
    await using server = await serveOn(dataDir, ['--demo', '--port', String(port)]);
    const [, password] = /prof\.martin {2}(\S+)/.exec(server.output.stdout)!;
    await using browser = await openBrowser();
    await using context = await browser.person({ language: 'fr' });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    // From the first page, where the platforms stand.
    await page.goto(`http://localhost:${port}`);
    await page.locator('a[href="/enter/campus-2026"]').click();
    await page.locator('input[name=username]').fill('prof.martin');
    await page.locator('input[name=password]').fill(password!);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/courses');
    const named = (name: RegExp) => page.getByRole('checkbox', { name });
    await named(/Histoire de l’art/).check();
    await shoot(page, 'demo-courses');
    await expectAccessible(page, 'the demo');
    // One of them loses what the new campus has not: it is shown before anything goes.
    const bio = page.locator('li', { hasText: 'BIO101-2024' });
    await bio.getByRole('button', { name: /Voir dedans/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Il arrivera en partie').waitFor();
    await shoot(page, 'demo-look');
    await dialog.getByRole('button', { name: 'Le cocher' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Envoyer 2 cours' }).click();
    await dialog.getByText('Rien ne s’y oppose.').waitFor();
    await shoot(page, 'demo-panel');
    await dialog.getByRole('button', { name: 'Envoyer 2 cours' }).click();
    await page.waitForURL('**/requests');
    await page.getByText('2 cours sont en route').waitFor();
    const courses = page.getByRole('link', { name: /Ouvrir le cours/ });
    await expect.poll(() => courses.count(), { timeout: 90_000 }).toBe(2);
    await page.getByRole('link', { name: 'Cours', exact: true }).click();
    await page.getByText('Déjà ici, par vos soins').first().waitFor();
    await shoot(page, 'demo-carried');
    const history = page.locator('li', { hasText: 'Histoire de l’art' });
    await history.getByRole('link', { name: /^Ouvrir/ }).click();
    await page.waitForURL(/campus-2026\.localhost.*course\/view\.php/);
    await page
      .getByRole('heading', { name: /Histoire de l’art/ })
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  }, 180_000);
});
