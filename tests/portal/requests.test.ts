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

  /** As the page for courses sends: from the browser, by the person's own session. */
  const send = (page: Page, items: { source: string; courseid: number; people?: boolean }[]) =>
    page.evaluate(
      async (wish) => {
        const answer = await fetch('/api/v1/requests', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(wish),
        });
        return (await answer.json()) as { requests: { id: string }[] };
      },
      { items },
    );

  const coursesOf = (page: Page) =>
    page.evaluate(async () => {
      const { sources } = await (await fetch('/api/v1/courses')).json();
      return sources.flatMap(({ source, courses }: { source: string; courses: { id: number; shortname: string }[] }) =>
        courses.map(({ id, shortname }) => ({ source, courseid: id, shortname })),
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
});
