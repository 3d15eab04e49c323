import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nastyNames } from '../../src/api/test/campus.ts';
import { type MailCatcher, openMailCatcher } from '../../src/notices/test/mail-catcher.ts';
import { until } from '../cli/product.ts';
import { chromiumPath, expectAccessible, shoot } from './browser.ts';
import { openPlace, type Place } from './place.ts';

/** What people and operators are told, how they want it, and what goes out. */
describe.skipIf(!chromiumPath)('notices (needs Chromium: apt-get install chromium)', () => {
  let place: Place;
  let post: MailCatcher;
  let courier: { stop(): Promise<void> };
  let asked = 0;

  beforeAll(async () => {
    post = await openMailCatcher();
    place = await openPlace({
      noticesOptions: { mail: { url: post.url, from: 'jouvence@example.org', allowInsecure: false } },
    });
    courier = await place.api.notices.startCourier();
    for (const name of nastyNames) await tell(name, 'prof.martin');
    await addressed(nastyNames.length);
  });
  afterAll(async () => {
    await courier.stop();
    await place[Symbol.asyncDispose]();
    await post.close();
  });

  async function tell(name: string, person: string, outcome: 'done' | 'failed' = 'done'): Promise<string> {
    const { api } = place;
    const site = async (called: string) => {
      const { id, title, url } = await api.sites.get(called);
      return { id, name: called, title, url };
    };
    const request = `request${String(++asked).padStart(5, '0')}`;
    const [target, source] = [await site('new'), await site('old')];
    const facts = {
      kind: 'ended' as const,
      request,
      outcome,
      target,
      source,
      course: { id: asked, name },
      person,
      requester: { kind: 'person' as const, username: person },
      cancelledBy: null,
      newCourse: outcome === 'done' ? { url: `${target.url}/course/view.php?id=7`, name, category: name } : null,
      error: outcome === 'failed' ? { code: 'site-unreachable' as const, message: `old: refused (${name})` } : null,
      report: [{ severity: 'warning' as const, code: 'x', what: name, why: name, todo: name }],
      batch: null,
    };
    await api.store.transaction((tx) => api.notices.tell(tx, facts));
    return request;
  }
  const addressed = (count: number) =>
    until(
      async () =>
        (await place.api.store.query<{ count: number }>('select count(*)::int as count from notices')).rows[0]!,
      ({ count: found }) => found >= count,
    );

  test('a person reads what they are told; the bell follows at once; nasty names are only text', async () => {
    await using at = await place.enter('/notices');
    const { page, complaints } = at;
    await page.getByRole('link', { name: `${nastyNames.length} unread notices` }).waitFor();
    await page
      .getByRole('article')
      .nth(nastyNames.length - 1)
      .waitFor();
    expect(await page.getByRole('article').count()).toBe(nastyNames.length);
    await page.getByText('New', { exact: true }).first().waitFor();
    await expectAccessible(page, 'unread notices');
    await shoot(page, 'notices');
    const newest = page.getByRole('article').first();
    expect(await newest.getByRole('link', { name: 'See the request' }).getAttribute('href')).toMatch(
      /^\/requests\/request/,
    );
    expect(await newest.getByRole('link', { name: 'Open the course' }).getAttribute('href')).toMatch(/course\/view/);
    await newest.locator('summary').click();
    // The report is a list, and no line of it is broken as in a mail.
    const line = newest.getByRole('listitem').first();
    await line.waitFor();
    expect(await line.textContent()).not.toContain('\n');
    await expectAccessible(page, 'a notice, all of it');
    await shoot(page, 'notices-whole');
    await newest.locator('summary').click();
    await newest.getByRole('button', { name: 'Mark as read' }).press('Enter');
    await page.getByRole('link', { name: `${nastyNames.length - 1} unread notices` }).waitFor();
    // Whoever goes by the keyboard stays where they were.
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    await expect.poll(focused).toBe('Open the course');
    await page.getByRole('link', { name: 'Only unread' }).click();
    await page.waitForURL('**/notices?unread=true');
    await page.getByRole('button', { name: 'Mark all as read' }).press('Enter');
    await page.getByText('Nothing is unread').waitFor();
    await expect.poll(focused).toBe('Read ones too');
    await page.getByRole('link', { name: 'Notices', exact: true }).first().waitFor();
    await expectAccessible(page, 'nothing unread');
    await page.goBack();
    await page.getByRole('article').first().waitFor();
    // What comes while one reads is offered, and moves nothing.
    await page.clock.install();
    await page.reload();
    await page.getByRole('article').first().waitFor();
    await tell('While you read', 'prof.martin');
    await addressed(nastyNames.length + 1);
    await page.clock.fastForward(31_000);
    const news = page.getByRole('button', { name: 'There are new notices: show them' });
    await news.waitFor();
    expect(await page.getByText('While you read').count()).toBe(0);
    await expectAccessible(page, 'news');
    await news.click();
    await page.getByText('While you read').first().waitFor();
    expect(await page.getByRole('article').count()).toBe(nastyNames.length + 1);
    expect(complaints).toEqual([]);
  });

  test('nothing told yet; and what cannot be read', async () => {
    await using at = await place.enter('/notices', { username: 'newcomer', language: 'fr', phone: true, dark: true });
    const { page } = at;
    await page.getByText('Aucun avis pour le moment').waitFor();
    await expectAccessible(page, 'no notices');
    await shoot(page, 'notices-empty-fr-phone-dark');
    await page.route('**/api/v1/notices?**', (route) => route.abort());
    await page.reload();
    await page.getByRole('button', { name: 'Réessayer' }).first().waitFor();
    await expectAccessible(page, 'notices fail');
  });

  test('many: further pages', async () => {
    for (let n = 0; n < 35; n++) await tell(`Course ${n}`, 'prof.many');
    await addressed(nastyNames.length + 36);
    await using at = await place.enter('/notices', { username: 'prof.many' });
    const { page } = at;
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByText('Course 0', { exact: false }).first().waitFor();
    expect(await page.getByRole('article').count()).toBe(35);
  });

  test('preferences, by the keyboard: a choice holds at once, and goes back to what the settings say', async () => {
    await using at = await place.enter('/notices', { language: 'fr', phone: true });
    const { page } = at;
    await page.getByRole('link', { name: 'Ce qui vous est dit' }).press('Enter');
    const mail = page.getByRole('group', { name: 'Un cours n’est pas arrivé.' }).getByLabel('Courriel');
    await mail.waitFor();
    await expectAccessible(page, 'preferences');
    await shoot(page, 'preferences-fr-phone');
    await mail.selectOption('Non');
    await page.getByText('C’est enregistré').waitFor();
    await page.reload();
    expect(await mail.inputValue()).toBe('false');
    await tell('Quiet', 'prof.martin', 'failed');
    await mail.selectOption('Selon les réglages');
    await expect.poll(() => mail.locator('option').first().textContent()).toMatch(/\((oui|non)\)/);
  });

  test('an operator sees what goes out, what fails and why, and sends it again; a test mail', async () => {
    const { store } = place.api;
    await until(
      async () => (await store.query<{ state: string }>('select state from notice_messages')).rows,
      (rows) => rows.some(({ state }) => state === 'sent'),
    );
    await store.query(
      `update notice_messages set state = 'given-up', closed_at = now(), tries = 6,
         error = '{"code": "mail-refused", "message": "550 <script>no such user</script>"}'
       where id = (select min(id) from notice_messages where state = 'sent')`,
    );
    await using at = await place.operate('/notices?tab=outbox');
    const { page, complaints } = at;
    await page
      .getByRole('navigation', { name: 'Which messages' })
      .getByRole('link', { name: /Given up/ })
      .click();
    await page.waitForURL('**/notices?tab=outbox&state=given-up');
    await page.getByText('no such user').waitFor();
    const current = page.locator('main nav [aria-current=page]');
    expect(await current.count()).toBe(2);
    expect(await current.first().textContent()).toBe('What goes out');
    await expectAccessible(page, 'outbox');
    await shoot(page, 'outbox');
    const row = page.getByRole('listitem').filter({ hasText: 'no such user' });
    await row.getByRole('button', { name: /^Send now to prof.martin/ }).click();
    await page.getByText('It is being sent again.').waitFor();
    await row.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Send a test mail' }).click();
    await page.getByLabel('To which address').fill('me@example.org');
    await page.keyboard.press('Enter');
    await page.getByText('The mail server took it.').waitFor();
    await expectAccessible(page, 'test mail');
    expect(post.caught.some(({ to }) => to[0] === 'me@example.org')).toBe(true);
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
  });

  test('of others’ sites nothing, and who only looks sends nothing', async () => {
    await using far = await place.operate('/notices?tab=outbox', { role: 'school', sites: ['far'] });
    await far.page.getByText('No such messages').waitFor();
    await expectAccessible(far.page, 'empty outbox');
    expect(await far.page.getByRole('button', { name: 'Send a test mail' }).count()).toBe(0);
    await using auditor = await place.operate('/notices?tab=outbox', { role: 'auditor' });
    await auditor.page.getByText('prof.martin (new)').first().waitFor();
    expect(await auditor.page.getByRole('button', { name: /Send now/ }).count()).toBe(0);
    await using person = await place.enter('/notices?tab=outbox');
    await person.page.getByRole('article').first().waitFor();
  });

  test('no mail at all is said', async () => {
    await using quiet = await openPlace();
    await using at = await quiet.operate('/notices?tab=outbox', { language: 'fr', dark: true });
    await at.page.getByText('Aucun courriel ne part').waitFor();
    await expectAccessible(at.page, 'no mail');
    await shoot(at.page, 'outbox-no-mail-fr-dark');
  });
});
