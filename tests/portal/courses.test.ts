import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockToken, openRecordedBlock } from '../../packages/moodle-client/test/recorded-block.ts';
import { localOperator } from '../../src/accounts/index.ts';
import { nastyName, nastyNames, sourceAnswers } from '../../src/api/test/campus.ts';
import { chromiumPath, complaintsOf, expectAccessible, shoot } from './browser.ts';
import { boxOf, type CoursesWorld, openCoursesWorld, titleOf } from './courses-world.ts';

/** What a teacher sees on *My courses elsewhere*. */
describe.skipIf(!chromiumPath)('my courses elsewhere (needs Chromium: apt-get install chromium)', () => {
  let world: CoursesWorld;
  beforeAll(async () => {
    world = await openCoursesWorld();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  test('the list fills as sources answer; a dead one says so, is asked again, and hides nothing', async () => {
    const slow = Promise.withResolvers<void>();
    const { sources } = await world.campus('autumn', {
      quick: {},
      slow: {
        list_courses: async (asked) => {
          await slow.promise;
          return sourceAnswers.list_courses!(asked);
        },
      },
      dead: {},
    });
    sources.dead!.misbehave = (request) => request.socket.destroy();
    const { page, context } = await world.enter('autumn');
    await using _ = context;
    const complaints = complaintsOf(page);
    await boxOf(page, 'quick:1').waitFor();
    await page.getByRole('button', { name: `${titleOf('dead')} does not answer` }).waitFor();
    await page.getByRole('button', { name: `${titleOf('slow')} is being asked` }).waitFor();
    await expectAccessible(page, 'one is slow, one is dead');
    await shoot(page, 'courses-slow-and-dead');
    const heightOf = () => boxOf(page, 'quick:1').boundingBox();
    const before = await heightOf();
    slow.resolve();
    await boxOf(page, 'slow:1').waitFor();
    expect(await heightOf()).toEqual(before);
    sources.dead!.misbehave = undefined;
    await page.getByRole('button', { name: `Try again (${titleOf('dead')})` }).click();
    await boxOf(page, 'dead:1').waitFor();
    expect(await page.getByRole('status').filter({ hasText: 'courses' }).first().textContent()).toContain('27 courses');
    expect(complaints).toEqual([]);
  });

  test('one that is slower than the patience of the list is asked on by itself, and comes', async () => {
    const late = Promise.withResolvers<void>();
    const list_courses: typeof sourceAnswers.list_courses = async (asked) => {
      await late.promise;
      return sourceAnswers.list_courses!(asked);
    };
    await world.campus('patient', { snail: { list_courses } });
    const { page, context } = await world.enter('patient');
    await using _ = context;
    await page.getByRole('button', { name: `${titleOf('snail')} takes its time` }).waitFor();
    await expectAccessible(page, 'slower than the patience');
    late.resolve();
    await boxOf(page, 'snail:1').waitFor();
  });

  test('asked again, all are asked anew: what is remembered is not told twice', async () => {
    let known = false;
    const find_people: typeof sourceAnswers.find_people = (asked) =>
      known ? sourceAnswers.find_people!(asked) : { people: [] };
    const { sources } = await world.campus('again', { first: { find_people }, second: { find_people } });
    const { page, context } = await world.enter('again');
    await using _ = context;
    await page.getByText('There is no course to bring').waitFor();
    known = true;
    await page.getByRole('button', { name: 'Ask again', exact: true }).click();
    await boxOf(page, 'first:1').waitFor();
    await boxOf(page, 'second:1').waitFor();
    const asked = () => sources.first!.calls.filter((name) => name === 'list_courses').length;
    expect(asked()).toBe(1);
    await page.getByRole('button', { name: 'Ask again', exact: true }).click();
    await expect.poll(asked).toBe(2);
  });

  test('machines’ words are for those who look after them, and a silent target hides nothing of a course', async () => {
    const { target, sources } = await world.campus('words', { attic: {}, cellar: {} });
    const page503 = (_: unknown, response: ServerResponse) =>
      void response.writeHead(503, { 'content-type': 'text/html' }).end('<title>Base de données en panne</title>');
    sources.cellar!.misbehave = page503;
    const { page, context } = await world.enter('words', { language: 'fr' });
    await using _ = context;
    await boxOf(page, 'attic:1').waitFor();
    await page.getByRole('button', { name: /Réessayer.*cellar/ }).waitFor();
    const noMachines = async () =>
      expect(await page.locator('main').textContent()).not.toMatch(/answered|status 503|panne/);
    await noMachines();
    target.misbehave = page503;
    await page
      .getByRole('button', { name: /Voir dedans/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Triangles', { exact: true }).waitFor();
    await dialog.getByText('On ne sait pas encore ce qui arrivera').waitFor();
    await dialog.getByText('ne répond pas en ce moment').waitFor();
    await noMachines();
    await expectAccessible(page, 'inside, and the target is silent');
    await shoot(page, 'courses-look-silent');
    // The course's own platform falls silent too: said in the reader's words.
    sources.attic!.misbehave = page503;
    await page.keyboard.press('Escape');
    await page
      .getByRole('button', { name: /Voir dedans/ })
      .nth(1)
      .click();
    await dialog.getByRole('button', { name: 'Réessayer' }).waitFor();
    await noMachines();
    await expectAccessible(page, 'its platform is silent');
    target.misbehave = undefined;
    const operator = await world.operate('/courses?target=words&person=prof.martin');
    await using __ = operator.context;
    await operator.page
      .getByText(/status 503/)
      .first()
      .waitFor();
  });

  test('whatever people call their courses is text: in the list, inside, in the basket, in the panel', async () => {
    await world.campus('nasty', { strange: {} });
    const { page, context } = await world.enter('nasty');
    await using _ = context;
    const complaints = complaintsOf(page);
    await boxOf(page, 'strange:1').waitFor();
    for (const id of nastyNames.keys()) {
      const label = page.locator(`label[for="${await boxOf(page, `strange:${id + 1}`).getAttribute('id')}"]`);
      expect(await label.textContent()).toBe(nastyName(id + 1).trim());
    }
    await expectAccessible(page, 'nasty names');
    await shoot(page, 'courses-nasty');
    await page.getByRole('button', { name: 'Look inside “<script>alert(1)</script>”' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('It will arrive in part').waitFor();
    await dialog.getByText('Triangles', { exact: true }).waitFor();
    expect(await dialog.locator('h2').textContent()).toBe('<script>alert(1)</script>');
    expect(page.url()).toContain('look=strange');
    await expectAccessible(page, 'inside of a nasty course');
    await shoot(page, 'courses-look');
    await dialog.getByRole('button', { name: 'Tick it' }).click();
    await page.keyboard.press('Escape');
    expect(await boxOf(page, 'strange:2').isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Tick all 9' }).click();
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByText('Nothing stands in the way.').waitFor();
    await expectAccessible(page, 'nasty names in the panel');
    await shoot(page, 'courses-nasty-panel');
    expect(await page.getByRole('dialog').locator('h4').allTextContents()).toEqual(
      expect.arrayContaining(nastyNames.map((name) => name.trim())),
    );
    expect(complaints).toEqual([]);
  });

  test('a platform with only Strasbourg’s block tells no contents beforehand, and the page says so', async () => {
    await using block = await openRecordedBlock('2.1.2-on-moodle-4.5', {
      archive: Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]),
    });
    await world.campus('blocks', {});
    const site = { name: 'block', url: block.url, profile: 'source', token: blockToken, strasbourg: true } as const;
    await world.api.sites.add(localOperator, site);
    await world.api.sites.pairs.add(localOperator, { source: 'block', target: 'blocks' });
    const { page, context } = await world.enter('blocks');
    await using _ = context;
    await page.getByText('5 courses').first().waitFor();
    await page
      .getByRole('button', { name: /Look inside/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('What will arrive is not known yet').waitFor();
    await dialog.getByText('This platform does not tell what is in a course before it is carried.').waitFor();
    await expectAccessible(page, 'no contents beforehand');
    await dialog.getByRole('button', { name: 'Tick it' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Review' }).click();
    await dialog.getByText('not known before').waitFor();
    await dialog.getByText('Nothing stands in the way.').waitFor();
    // It has none to give, so nobody is offered any.
    expect(await dialog.getByRole('checkbox', { name: 'With participants’ data' }).count()).toBe(0);
    await expectAccessible(page, 'a course of the block');
  });
});
