import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answer, hangUp, type Mischief, serveInstead } from '../../src/restores/test/gate.ts';
import { chromiumPath, expectAccessible, openBrowser, shoot, type TestBrowser } from './browser.ts';
import { type FailuresWorld, openFailuresWorld } from './failures-world.ts';

/** Whoever looks after the sites finds out why a course failed: on the first screen, in words, with what to do and where. */
describe.skipIf(!chromiumPath)('why a course failed (needs Chromium: apt-get install chromium)', () => {
  let world: FailuresWorld;
  let browser: TestBrowser;
  beforeAll(async () => {
    world = await openFailuresWorld();
    browser = await openBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const old = 'Moodle 2024, Faculté des lettres';
  const isOld = (host: string): boolean => host === 'campus-2024.localhost';
  const refuse = (exception: object) => answer(200, 'application/json', JSON.stringify(exception));
  /** Before the archive is fetched: everything was in order when it was sent. */
  const meanwhile = (work: () => Promise<unknown>): Mischief => {
    let isDone = false;
    return (call) => {
      if (call.name !== 'grant_download' || isDone) return undefined;
      isDone = true;
      return work().then(() => call.pass());
    };
  };
  const dead = (): Mischief => {
    let isDead = false;
    return (call) => {
      isDead ||= call.path.startsWith('/local/jouvence/archive.php');
      return isDead && isOld(call.host) ? hangUp(call) : undefined;
    };
  };
  const enlarge = (body: Buffer): Buffer => {
    const found = JSON.parse(String(body)) as { archive?: { sizebytes: number } };
    if (found.archive) found.archive.sizebytes = 500_000_000;
    return Buffer.from(JSON.stringify(found));
  };
  const full: Mischief = (call) =>
    call.name === 'get_job' && isOld(call.host) ? call.pass({ answer: enlarge }) : undefined;
  const fails = (name: string, exception: object): Mischief => {
    const refused = refuse(exception);
    return (call) => (call.name === name ? refused(call) : undefined);
  };
  const database = {
    exception: 'dml_write_exception',
    errorcode: 'dmlwriteexception',
    message: 'Error writing to database',
  };
  const token = { exception: 'moodle_exception', errorcode: 'invalidtoken', message: 'Invalid token' };
  const deleteCategory = () => world.campuses.door('DELETE', '/sites/campus-2026/categories/GONE');

  test.each<[string, () => Mischief, said: string[], check: string]>([
    ['the source dies in a download', dead, [`${old} could not be reached`, `See whether ${old} runs`], 'campus-2024'],
    [
      'the archive is broken',
      () => serveInstead(readFileSync(world.archive).subarray(0, -50)),
      [`The backup that ${old} made of it cannot be used`, 'the archive ends in the middle', `on ${old} itself`],
      'campus-2024',
    ],
    ['no room', () => full, ['larger than the room that this service has', 'Raise spool.gigabytes'], 'campus-2024'],
    [
      'the category is gone',
      () => meanwhile(deleteCategory),
      ['category in which it should go is not on Moodle 2026 any more', 'Choose another category'],
      'campus-2026',
    ],
    [
      'the right is withdrawn',
      () => meanwhile(world.takeRole),
      ['A right is missing for it on Moodle 2026', 'prof.martin may not create courses there (moodle/course:create)'],
      'campus-2026',
    ],
    [
      'the target refuses the restore',
      () => fails('start_restore', database),
      ['Moodle 2026 refused', 'Error writing to database', 'Look into the log of Moodle 2026'],
      'campus-2026',
    ],
    [
      'the token is not accepted any more',
      () => fails('start_backup', token),
      [`${old} does not let us in any more`, `Pair ${old} again`],
      'campus-2024',
    ],
  ])('%s', async (what, mischief, said, check) => {
    const category = [{ name: 'Éphémère', idnumber: 'GONE' }];
    const { ids } = (await world.campuses.door('POST', '/sites/campus-2026/categories', JSON.stringify(category))) as {
      ids: number[];
    };
    const id = await world.fail(mischief(), { category: { kind: 'id', id: ids[0] } });
    await world.giveRole();
    await deleteCategory().catch(() => {});
    const cookies = await world.operator();
    await using context = await browser.person({ cookies });
    const page = await context.newPage();
    await page.goto(`${world.url}/requests/${id}`);
    const standing = page.getByRole('region', { name: 'Where it is' });
    await standing.getByText('What to do').waitFor();
    // Names of sites keep their own direction of writing.
    const text = ((await standing.textContent()) ?? '').replaceAll(/[\u2066-\u2069]/g, '');
    for (const each of said) expect(text).toContain(each);
    await page.getByText(`jouvence sites check ${check}`, { exact: true }).waitFor();
    const { y, height } = (await standing.boundingBox())!;
    expect(y + height).toBeLessThan(500);
    // Nobody is sent to themselves.
    expect(await standing.getByText('those who run this service').count()).toBe(0);
    await expectAccessible(page, what);
    await shoot(page, `failure-${what}`);

    await using french = await browser.person({ cookies, language: 'fr', phone: true, dark: true });
    const phone = await french.newPage();
    await phone.goto(`${world.url}/requests/${id}`);
    const todo = phone.getByText('Que faire', { exact: false }).first();
    await todo.waitFor();
    expect((await todo.boundingBox())!.y).toBeLessThan(700);
    await expectAccessible(phone, `${what}, French, phone`);
    await shoot(phone, `failure-${what}-fr-phone-dark`);
  });
});
