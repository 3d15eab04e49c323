import { readdirSync, readFileSync } from 'node:fs';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDataDir, type Serving, serveOn } from '../cli/product.ts';
import { chromiumPath, complaintsOf, expectAccessible, openBrowser, shoot, type TestBrowser } from './browser.ts';
import { freePort } from './free-port.ts';

/** The whole product with its demo: a teacher follows what was asked for, from the line to the new course. */
describe.skipIf(!chromiumPath)('requests, with the demo (needs Chromium: apt-get install chromium)', () => {
  let dataDir: ReturnType<typeof makeDataDir>;
  let server: Serving;
  let url: string;
  let browser: TestBrowser;

  beforeAll(async () => {
    dataDir = makeDataDir();
    const port = await freePort();
    server = await serveOn(dataDir, ['--demo', '--port', String(port)]);
    url = `http://localhost:${port}`;
    browser = await openBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    dataDir[Symbol.dispose]();
  });

  /** By the sign-in page of the campus, as a teacher does. */
  async function enter(context: BrowserContext, username: string): Promise<Page> {
    const page = await context.newPage();
    const [, password] = new RegExp(`${username.replace('.', '\\.')} {2}(\\S+)`).exec(server.output.stdout)!;
    await page.goto(`${url}/enter/campus-2026?next=/requests`);
    await page.waitForURL(/\/login\/index\.php/);
    await page.locator('input[name=username]').fill(username);
    await page.locator('input[name=password]').fill(password!);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${url}/requests`);
    return page;
  }

  type Listed = { id: number; shortname: string; carried: unknown };

  /** As the page for courses sends: from the browser, by the person's own session. */
  const send = (page: Page, items: { source: string; courseid: number; people?: boolean }[]) =>
    page.evaluate(
      async (wish) => {
        const answer = await fetch('/api/v1/requests', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(wish),
        });
        if (!answer.ok) throw new Error(await answer.text());
      },
      { items },
    );

  const coursesOf = (page: Page) =>
    page.evaluate(async () => {
      const { sources } = await (await fetch('/api/v1/courses')).json();
      return sources.flatMap(({ source, courses }: { source: string; courses: Listed[] }) =>
        courses
          .filter(({ carried }) => carried === null)
          .map(({ id, shortname }) => ({ source, courseid: id, shortname })),
      ) as { source: string; courseid: number; shortname: string }[];
    });

  test('a teacher sees the first visit, then a course from the line to its end, and the way to it', async () => {
    await using context = await browser.person();
    const page = await enter(context, 'prof.martin');
    const complaints = complaintsOf(page);
    await page.getByText('You have not asked for any course yet').waitFor();
    await expectAccessible(page, 'nothing yet');
    const courses = await coursesOf(page);
    const biology = courses.find(({ shortname }) => shortname === 'BIO101-2024')!;
    await send(page, [{ source: biology.source, courseid: biology.courseid }]);
    const card = page.getByRole('article');
    await card.waitFor();
    await shoot(page, 'requests-moving');
    await card.getByText('done', { exact: true }).waitFor();
    await expectAccessible(page, 'done');
    await shoot(page, 'requests-done');
    await card.getByRole('link', { name: /to look at/ }).click();
    await page.getByRole('heading', { name: 'Report' }).waitFor();
    await expectAccessible(page, 'one request');
    await shoot(page, 'request-done');
    expect(complaints).toEqual([]);
  });

  test('the worker is killed on the way: the page stays, goes on with what comes, and every course arrives once', async () => {
    await using context = await browser.person({ language: 'fr' });
    const page = await enter(context, 'prof.weber');
    const complaints = complaintsOf(page);
    await page.getByText('Vous n’avez encore demandé aucun cours').waitFor();
    const courses = await coursesOf(page);
    await send(
      page,
      courses.map(({ source, courseid }) => ({ source, courseid })),
    );
    const cards = page.getByRole('article');
    await page.getByRole('progressbar').first().waitFor();
    process.kill(workerOf(server.process.pid!), 'SIGKILL');
    await expect
      .poll(() => cards.getByText('terminé', { exact: true }).count(), { timeout: 90_000 })
      .toBe(courses.length);
    // Those that have ended stay where they were looked at.
    expect(await cards.count()).toBe(courses.length);
    await expectAccessible(page, 'all arrived');
    await shoot(page, 'requests-all-arrived-fr');
    const urls = await page
      .getByRole('link', { name: /^Ouvrir le cours/ })
      .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
    expect(new Set(urls).size).toBe(courses.length);
    expect(complaints).toEqual([]);
  }, 120_000);
});

/** Of the processes that the server has started, the one that carries courses. */
function workerOf(parent: number): number {
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const ofParent = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]!.split(' ')[1] === String(parent);
      if (ofParent && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('worker')) return Number(name);
    } catch {
      // It has ended meanwhile.
    }
  }
  throw new Error(`the server ${parent} has no worker`);
}
