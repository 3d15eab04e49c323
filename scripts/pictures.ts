// Pictures of the real pages for README and guides, from the demo: `npm run pictures`, when pages have changed.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Language, loadTranslator } from '@jouvence/i18n/browser';
import type { BrowserContext, Page } from 'playwright-core';
import { jouvence, makeDataDir, serveOn } from '../tests/cli/product.ts';
import { openBrowser } from '../tests/portal/browser.ts';
import { freePort } from '../tests/portal/free-port.ts';

const directory = process.env.PICTURES_DIR ?? join(import.meta.dirname, '../docs/images');
mkdirSync(directory, { recursive: true });

interface Account {
  username: string;
  password: string;
}

for (const language of ['en', 'fr'] as const) {
  // Each language has a demo of its own: what is carried in the one is not there yet in the other.
  using dataDir = makeDataDir();
  const port = await freePort();
  await using server = await serveOn(dataDir, ['--demo', '--port', String(port)]);
  await using browser = await openBrowser();
  const accounts = JSON.parse(readFileSync(join(String(dataDir), 'demo.json'), 'utf8')) as Account[];
  const of = (username: string) => accounts.find((account) => account.username === username)!;
  await using teacher = await browser.person({ language });
  await photographTeacher(teacher, server.url, language, of('prof.martin'));
  await fillQueue(String(dataDir));
  await using operator = await browser.person({ language });
  await photographOperator(operator, server.url, language, of('demo'));
}

async function photographTeacher(context: BrowserContext, url: string, language: Language, account: Account) {
  const { t } = await loadTranslator(language);
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.setViewportSize({ width: 1200, height: 780 });
  await page.goto(`${url}/enter/campus-2026`);
  await page.locator('input[name=username]').fill(account.username);
  await page.locator('input[name=password]').fill(account.password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/courses');
  const boxes = page.getByRole('main').getByRole('checkbox', { name: /BIO|HIS|INF|Génétique|Histoire|Algorithms/ });
  // Both platforms have answered: nothing moves any more.
  await boxes.nth(2).waitFor();
  for (const index of [0, 1, 2]) await boxes.nth(index).check();
  await shoot(page, `courses-${language}`);
  await page
    .getByRole('button', { name: t('courses.look.label', { name: '' }).slice(0, 8) })
    .nth(1)
    .click();
  await page.getByRole('dialog').getByText(t('courses.look.inside')).waitFor();
  await settle(page);
  await shoot(page, `look-${language}`);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: t('courses.send', { count: 3 }) }).click();
  const send = page.getByRole('dialog').getByRole('button', { name: t('courses.send', { count: 3 }) });
  await send.and(page.locator(':enabled')).waitFor();
  await shoot(page, `send-${language}`);
  await send.click();
  await page.waitForURL('**/requests**');
  await page.getByRole('progressbar').first().waitFor();
  await shoot(page, `requests-${language}`);
  // The first that has arrived, and what was lost of it.
  const arrived = page.getByRole('main').locator('a[href*="/requests/"]').filter({ hasText: 'Génétique' });
  await page.getByRole('progressbar').first().waitFor({ state: 'detached', timeout: 120_000 });
  await arrived.first().click();
  await page.waitForURL('**/requests/*');
  await page.getByRole('heading', { name: t('requests.report') }).waitFor();
  await shoot(page, `report-${language}`);
}

/** What an operator sees on a working day: some arrive, some wait for a site that is paused. */
async function fillQueue(dataDir: string): Promise<void> {
  const run = async (...args: string[]) => JSON.parse((await jouvence([...args, '--json', '--data', dataDir])).stdout);
  for (const person of ['prof.weber', 'prof.okafor']) {
    const whose = ['--target', 'campus-2026', '--person', person];
    const { sources } = (await run('courses', 'list', ...whose)) as {
      sources: { source: string; courses: { id: number; carried: unknown }[] }[];
    };
    const wishes = sources.flatMap(({ source, courses }) =>
      courses.filter(({ carried }) => !carried).map(({ id }) => `${source}:${id}`),
    );
    await run('requests', 'send', ...whose, ...wishes);
  }
  await run('sites', 'pause', 'campus-2023', '--reason', 'Upgrade until 14:00');
}

async function photographOperator(context: BrowserContext, url: string, language: Language, account: Account) {
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.setViewportSize({ width: 1200, height: 780 });
  await page.goto(`${url}/sign-in`);
  await page.locator('input[name=username]').fill(account.username);
  await page.locator('input[name=password]').fill(account.password);
  await page.keyboard.press('Enter');
  await page.waitForURL((address) => !address.pathname.startsWith('/sign-in'));
  for (const [path, name, ready] of [
    ['requests', 'all-requests', /Algorithms/],
    ['sites', 'sites', /Campus 2026/],
    ['settings', 'settings', /requests\.people/],
  ] as const) {
    await page.goto(`${url}/${path}`);
    await page.getByRole('main').getByText(ready).first().waitFor();
    await shoot(page, `${name}-${language}`);
  }
}

/** Nothing is loading any more. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => {});
  await page
    .getByRole('status')
    .filter({ hasText: /Loading|Chargement/ })
    .waitFor({ state: 'detached' });
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(directory, `${name}.png`) });
}
