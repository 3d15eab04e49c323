import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localOperator } from '../../src/accounts/index.ts';
import { openTestApi, type TestApi } from '../../src/api/testing.ts';
import { openEmbeddedSites } from '../../src/catalogue/test/embedded-sites.ts';
import { createJobs } from '../../src/jobs/index.ts';
import { chromiumPath, complaintsOf, expectAccessible, openBrowser, shoot, type TestBrowser } from './browser.ts';
import { openCutOff } from './cut-off.ts';

/** Real courses between real embedded sites, while things break. */
describe.skipIf(!chromiumPath)('requests in trouble (needs Chromium: apt-get install chromium)', () => {
  let api: TestApi;
  let campuses: Awaited<ReturnType<typeof openEmbeddedSites>>;
  let cutOff: Awaited<ReturnType<typeof openCutOff>>;
  let url: string;
  let browser: TestBrowser;
  let courseid: number;

  beforeAll(async () => {
    campuses = await openEmbeddedSites();
    cutOff = await openCutOff();
    const source = await campuses.create('old', 'source', { url: `http://old.localhost:${cutOff.port}` });
    const target = await campuses.create('new', 'target');
    cutOff.to(Number(new URL(target.url).port));
    // As the server does it, of the database that the test has.
    const checks = [{ name: 'worker' as const, ask: () => createJobs({ store: api.store }).needWorker() }];
    api = await openTestApi({ pages: join(import.meta.dirname, '../../portal/dist'), checks });
    const address = `http://old.localhost:${cutOff.port}`;
    await api.sites.add(localOperator, { ...source, url: address });
    await api.sites.add(localOperator, target);
    await api.sites.pairs.add(localOperator, { source: 'old', target: 'new' });
    ({ courseid } = await campuses.load('old', join(import.meta.dirname, '../../demo/mat202-moodle41-users0.mbz')));
    const app = await api.open('public');
    await app.listen({ host: '127.0.0.1', port: 0 });
    url = `http://localhost:${(app.server.address() as AddressInfo).port}`;
    browser = await openBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    cutOff[Symbol.dispose]();
    await api[Symbol.asyncDispose]();
    await campuses.close();
  });

  async function cookies() {
    const { operators, operatorSessions } = api.accounts;
    const operator = await operators.add(localOperator, {
      username: 'zoe',
      name: 'Zoé',
      role: 'operator',
      siteIds: null,
    });
    const visit = { address: '127.0.0.1', browser: 'test' };
    const value = await api.store.transaction((tx) => operatorSessions.start(tx, operator, 'password', visit));
    return [{ url, name: '__Host-jouvence-operator', value }];
  }

  test('no worker runs, then one does; the source dies half-way, and comes back: said each time, and it arrives', async () => {
    const [request] = await api.restores.send(localOperator, {
      target: 'new',
      person: null,
      items: [{ source: 'old', courseid, category: { kind: 'default' } }],
    });
    const { id } = request!;
    await using context = await browser.person({ cookies: await cookies() });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${url}/requests/${id}`);
    await page.getByText('the worker that carries courses').waitFor();
    await page.getByText('Not begun yet').waitFor();
    await expectAccessible(page, 'no worker');
    await shoot(page, 'request-no-worker');
    const gone = cutOff.dieAt('grant_download');
    await using _ = await api.work();
    await gone;
    await page.getByText('does not answer: it goes on by itself').waitFor();
    await page.getByText('When it arrives cannot be said just now').waitFor();
    // What is known of the site is asked for again and again.
    await page.getByText('does not answer', { exact: true }).waitFor();
    const bar = page.getByRole('progressbar', { name: /Progress of/ });
    const before = Number(await bar.getAttribute('aria-valuenow'));
    expect(before).toBeGreaterThan(20);
    await expectAccessible(page, 'the source is gone');
    await shoot(page, 'request-source-gone');
    await cutOff.up();
    await page.getByText('It is in the category').waitFor({ timeout: 40_000 });
    await page.getByRole('link', { name: 'Open the course' }).waitFor();
    await shoot(page, 'request-arrived-after-all');
    expect((await api.restores.get(id)).counts.after).toMatchObject({ people: 0 });
    // Its answer is kept for a while by the page itself.
    await page.getByText('the worker that carries courses').waitFor({ state: 'detached', timeout: 25_000 });
    expect(complaints).toEqual([]);
  }, 120_000);
});
