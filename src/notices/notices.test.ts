import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PersonActor } from '../accounts/index.ts';
import { type Desk, openDesk } from './test/desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk[Symbol.asyncDispose]());

const person = (username: string): PersonActor => ({ kind: 'person', siteId: desk.target.id, site: 'new', username });

test('who asked is told on the site and by mail, in their language, with the way to the course', async () => {
  await desk.work();
  await desk.tell(desk.ended());
  await desk.tell(desk.ended({ person: 'prof.smith' }));
  await desk.post.until(2);
  await desk.settled();
  const [french, english] = ['prof.martin', 'prof.smith'].map(
    (name) => desk.post.caught.find(({ to }) => to[0] === `${name}@example.org`)!,
  );
  expect(french!.mail.subject).toBe('Arrivé : Biologie 101');
  expect(english!.mail.subject).toBe('Arrived: Biologie 101');
  const course = `${desk.target.url}/course/view.php?id=7`;
  for (const { mail, from } of [french!, english!]) {
    expect(from).toBe('jouvence@example.org');
    expect(mail.text).toContain(course);
    expect(mail.html).toContain(`href="${course}"`);
    // Where the old site stands is told only when the settings say so.
    expect(mail.text).not.toContain(desk.source.url);
    expect(mail.html).not.toContain(desk.source.url);
    const header = (key: string) => mail.headers.find((each) => each.key === key)?.value;
    expect(header('auto-submitted')).toBe('auto-generated');
    expect(header('list-id')).toContain('jouvence');
    expect(mail.html).not.toMatch(/<img|<script|<iframe|<object|src=/i);
  }
  const [onSite] = await desk.onSite('prof.martin');
  expect(onSite).toMatchObject({ kind: 'carried', subject: 'Arrivé : Biologie 101', url: course });
  expect((await desk.messages()).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent', 'sent']);
});

test('the address of the source, and what was lost, by setting', async () => {
  await desk.work();
  const report = [
    { severity: 'error' as const, code: 'module-missing', what: 'geogebra', why: 'not installed', todo: 'ask for it' },
    { severity: 'info' as const, code: 'people-out', what: 'people', why: 'taken out', todo: '' },
  ];
  await desk.set('notices.sourceAddress', true);
  await desk.tell(desk.ended({ person: 'prof.smith', report }));
  const [first] = await desk.post.until(1);
  expect(first!.mail.subject).toBe('Arrived, please look: Biologie 101');
  expect(first!.mail.text).toContain('geogebra');
  expect(first!.mail.text).toContain('ask for it');
  expect(first!.mail.text).not.toContain('taken out');
  expect(first!.mail.text).toContain(desk.source.url);
  await desk.settled();
  expect((await desk.onSite('prof.smith'))[0]).toMatchObject({ kind: 'partly' });

  await desk.set('notices.sourceAddress', false);
  await desk.set('notices.warnings', false);
  await desk.pass(10);
  // The settings are asked for every two seconds at most.
  const other = desk.another();
  await desk.tell(desk.ended({ person: 'prof.martin', report, error: null }));
  await desk.work(other);
  const [, second] = await desk.post.until(2);
  expect(second!.mail.subject).toBe('Arrivé, à vérifier : Biologie 101');
});

test('failed, refused, and cancelled by somebody else; nobody is told what they did themselves', async () => {
  await desk.work();
  await desk.set('notices.administrators', ['admin@example.org']);
  await desk.tell(desk.ended({ outcome: 'cancelled', cancelledBy: { kind: 'person', username: 'prof.martin' } }));
  await desk.tell(
    desk.ended({ person: 'prof.smith', outcome: 'cancelled', cancelledBy: { kind: 'operator', name: 'Dana' } }),
  );
  await desk.post.until(1);
  await desk.settled();
  expect(desk.post.caught.map(({ mail }) => mail.subject)).toEqual(['Cancelled: Biologie 101']);
  expect(desk.post.caught[0]!.mail.text).toContain('by Dana');
  await desk.pass(10);
  const failed = desk.ended({ outcome: 'failed' });
  await desk.tell(failed);
  await desk.pass(0);
  const mails = await desk.post.until(3);
  const own = mails.find(({ to }) => to[0] === 'prof.martin@example.org')!;
  expect(own.mail.subject).toBe('Pas arrivé : Biologie 101');
  expect(own.mail.text).toContain('Le site n’a pas pu être joint');
  // To the very request: of a person over their site, where they sign in if they have to.
  expect(own.mail.text).toContain(`https://jouvence.example.org/enter/new?next=%2Frequests%2F${failed.request}`);
  expect(own.mail.text).toContain('/enter/new?next=%2Fnotices%3Ftab%3Dpreferences');
  const administrators = mails.find(({ to }) => to[0] === 'admin@example.org')!;
  expect(administrators.mail.subject).toBe('Failed: Biologie 101 (old → new)');
  expect(administrators.mail.text).toContain('jouvence requests retry');
  expect(administrators.mail.text).toContain(`https://jouvence.example.org/requests/${failed.request}`);
});

test('on behalf of somebody: that person, and the operator who asked, each as they want it', async () => {
  desk.operators.push({ id: 1, name: 'dana', email: 'dana@example.org', language: 'en', siteIds: null });
  await desk.work();
  await desk.tell(desk.ended({ requester: { kind: 'operator', name: 'dana' } }));
  await desk.tell(desk.ended({ requester: { kind: 'operator', name: 'dana' }, person: null }));
  await desk.settled();
  // Most of what an operator asks for arrives: that is read in Jouvence.
  expect(desk.post.caught.map(({ to }) => to[0])).toEqual(['prof.martin@example.org']);
  expect(desk.post.caught[0]!.mail.text).toContain('Demandé par dana');
  const dana = { kind: 'operator' as const, name: 'dana', role: 'operator' as const, siteIds: null, operatorId: 1 };
  expect((await desk.notices.list(dana, { language: 'en' })).notices).toHaveLength(2);
  expect((await desk.notices.list(person('prof.martin'), { language: 'fr' })).notices).toHaveLength(1);
});

test('those who look after a site: by role, sites, address and preference; one mail for one address', async () => {
  desk.operators.push(
    { id: 2, name: 'all', email: 'all@example.org', language: 'fr', siteIds: null },
    { id: 3, name: 'own', email: 'own@example.org', language: 'en', siteIds: [desk.target.id] },
    { id: 4, name: 'other', email: 'other@example.org', language: 'en', siteIds: [desk.source.id] },
    { id: 5, name: 'mute', email: null, language: 'en', siteIds: null },
    { id: 6, name: 'deaf', email: 'deaf@example.org', language: 'en', siteIds: null },
  );
  await desk.set('notices.administrators', ['ALL@example.org', 'desk@example.org'], { target: desk.target.id });
  const deaf = { kind: 'operator' as const, name: 'deaf', role: 'operator' as const, siteIds: null };
  await desk.notices.setPreferences(deaf, [{ kind: 'failure', way: 'mail', wanted: false }]);
  await desk.work();
  await desk.tell(desk.ended({ outcome: 'failed', person: null, requester: { kind: 'operator', name: 'local' } }));
  await desk.settled();
  expect(desk.post.caught.map(({ to }) => to[0]).sort()).toEqual([
    'all@example.org',
    'desk@example.org',
    'own@example.org',
  ]);
  expect(desk.post.caught.find(({ to }) => to[0] === 'all@example.org')!.mail.subject).toContain('Échec');
  // Read in Jouvence by whoever looks after the target, with or without mail; not by who has another site.
  const actor = (siteIds: number[] | null, name: string) => ({
    kind: 'operator' as const,
    name,
    role: 'school' as const,
    siteIds,
  });
  const listed = async (siteIds: number[] | null, name: string) =>
    (await desk.notices.list(actor(siteIds, name), { language: 'en' })).notices.map(({ kind }) => kind);
  expect(await listed(null, 'mute')).toEqual(['failure']);
  expect(await listed([desk.target.id], 'own')).toEqual(['failure']);
  expect(await listed([desk.source.id], 'other')).toEqual([]);
});

test('preferences: each kind by each way, else as the settings say', async () => {
  const martin = person('prof.martin');
  const find = async (kind: string, way: string) =>
    (await desk.notices.preferences(martin)).find((each) => each.kind === kind && each.way === way);
  expect(await find('done', 'mail')).toEqual({ kind: 'done', way: 'mail', wanted: true, own: false });
  await desk.notices.setPreferences(martin, [
    { kind: 'done', way: 'mail', wanted: false },
    { kind: 'done', way: 'site', wanted: false },
  ]);
  expect(await find('done', 'mail')).toMatchObject({ wanted: false, own: true });
  await expect(
    desk.notices.setPreferences(martin, [{ kind: 'failure', way: 'mail', wanted: true }]),
  ).rejects.toMatchObject({ code: 'invalid-parameter' });
  await desk.work();
  await desk.tell(desk.ended());
  await desk.settled();
  expect(await desk.messages()).toEqual([]);
  await desk.notices.setPreferences(martin, [{ kind: 'done', way: 'mail', wanted: null }]);
  expect(await find('done', 'mail')).toMatchObject({ wanted: true, own: false });
  await desk.tell(desk.ended());
  await desk.settled();
  expect((await desk.messages()).map(({ way }) => way)).toEqual(['mail']);
  // All of it is in Jouvence, whatever else is wanted.
  expect((await desk.notices.list(martin, { language: 'en' })).notices).toHaveLength(2);
});

test('a token speaks for the operator who made it', async () => {
  desk.operators.push({ id: 5, name: 'dana', email: 'dana@example.org', language: 'en', siteIds: null });
  const token = {
    kind: 'operator' as const,
    name: 'laptop',
    role: 'operator' as const,
    siteIds: null,
    operatorId: 5,
    tokenId: 9,
  };
  await desk.notices.setPreferences(token, [{ kind: 'done', way: 'mail', wanted: true }]);
  await desk.work();
  await desk.tell(desk.ended({ person: null, requester: { kind: 'operator', name: 'dana' } }));
  await desk.post.until(1);
  expect(desk.post.caught[0]!.to).toEqual(['dana@example.org']);
  expect((await desk.notices.list(token, { language: 'en' })).notices).toHaveLength(1);
});

test('what is one’s own is listed, newest first, unread until it is read; nothing of others', async () => {
  await desk.work();
  for (const name of ['Un', 'Deux', 'Trois']) await desk.tell(desk.ended({ course: { id: 1, name } }));
  await desk.tell(desk.ended({ person: 'prof.smith' }));
  await desk.settled(() => true);
  const martin = person('prof.martin');
  const page = await desk.notices.list(martin, { language: 'fr', limit: 2 });
  expect(page.notices.map(({ subject }) => subject)).toEqual(['Arrivé : Trois', 'Arrivé : Deux']);
  expect(page.unread).toBe(3);
  const rest = await desk.notices.list(martin, { language: 'fr', limit: 2, after: page.next! });
  expect(rest.notices.map(({ subject }) => subject)).toEqual(['Arrivé : Un']);
  expect(rest.next).toBeNull();
  expect(await desk.notices.read(martin, { ids: [page.notices[0]!.id] })).toBe(2);
  const smith = person('prof.smith');
  await expect(desk.notices.read(smith, { ids: [page.notices[0]!.id] })).rejects.toMatchObject({ code: 'not-found' });
  expect((await desk.notices.list(martin, { language: 'fr', unread: true })).notices).toHaveLength(2);
  expect(await desk.notices.read(martin, { upTo: page.notices[0]!.id })).toBe(0);
  expect((await desk.notices.list(smith, { language: 'en' })).unread).toBe(1);
});

test('an outage is told once, and that it is over to whoever heard of it', async () => {
  await desk.set('notices.administrators', ['admin@example.org']);
  await desk.set('notices.digestMinutes', 0);
  await desk.work();
  const trouble = (state: 'failing' | 'back', since: string) =>
    desk.tell({
      kind: 'site',
      site: desk.source,
      state,
      since,
      waiting: 12,
      error: { code: 'site-unreachable', message: 'old: refused' },
    });
  // It was never told that it failed: so nobody wonders whether it is back.
  await trouble('back', '2026-11-01T08:00:00.000Z');
  for (let i = 0; i < 5; i++) await trouble('failing', '2026-11-02T08:00:00.000Z');
  await desk.post.until(1);
  await desk.settled();
  expect(desk.post.caught.map(({ mail }) => mail.subject)).toEqual(['old does not answer']);
  expect(desk.post.caught[0]!.mail.text).toContain('12 requests wait for it');
  for (let i = 0; i < 2; i++) await trouble('back', '2026-11-02T08:00:00.000Z');
  await desk.post.until(2);
  await desk.settled();
  expect(desk.post.caught[1]!.mail.subject).toBe('old is back');
  await trouble('failing', '2026-11-03T08:00:00.000Z');
  await desk.post.until(3);
});

test('a token that ends soon, or is not renewed, is told once', async () => {
  await desk.set('notices.administrators', ['admin@example.org']);
  await desk.store.query(`update site_tokens set expires_at = now() + interval '5 days'
    where site_id = ${desk.source.id}`);
  await desk.work();
  await desk.work(desk.another());
  const [mail] = await desk.post.until(1);
  await desk.settled();
  expect(mail!.mail.subject).toMatch(/^Token of old ends on /);
  expect(desk.post.caught).toHaveLength(1);
});

test('a test mail says what the server said, and why it did not go', async () => {
  const operator = { kind: 'operator' as const, name: 'dana', role: 'operator' as const, siteIds: null };
  const { response } = await desk.notices.test(operator, 'me@example.org', 'fr');
  expect(response).toMatch(/^250/);
  expect(desk.post.caught[0]!.mail.subject).toBe('Jouvence : un essai');
  desk.post.temper.recipient = () => '550 no such user';
  await expect(desk.notices.test(operator, 'me@example.org', 'fr')).rejects.toMatchObject({
    code: 'mail-refused',
    message: expect.stringContaining('no such user'),
  });
  await expect(desk.notices.test(operator, 'a@b.org\r\nBcc: c@d.org', 'fr')).rejects.toMatchObject({
    code: 'mail-refused',
  });
  const none = desk.another({ mail: { url: '', from: '', allowInsecure: false } });
  await expect(none.test(operator, 'me@example.org', 'fr')).rejects.toMatchObject({ code: 'config-invalid' });
});

test('accounts that a target names are told there, in their language, for as long as it names them', async () => {
  const name = (names: string[]) => desk.set('notices.siteAdministrators', names, { target: desk.target.id });
  await name(['prof.smith', 'prof.martin']);
  const courier = await desk.work();
  await desk.tell(desk.ended({ outcome: 'failed', person: null, requester: { kind: 'operator', name: 'dana' } }));
  await desk.settled((states) => states.length === 2 && states.every((state) => state === 'sent'));
  const [french] = await desk.onSite('prof.martin');
  const [english] = await desk.onSite('prof.smith');
  expect([french!.kind, english!.kind]).toEqual(['attention', 'attention']);
  expect(french!.text).toMatch(/notices\.siteAdministrators\s+vous\s+nomme/);
  expect(english!.text).toContain('jouvence requests retry');
  // They are nobody in Jouvence who might see what others asked for.
  expect(english!.url).toBeNull();
  const error = { code: 'site-unreachable', message: 'refused' };
  const since = '2026-11-27T08:00:00.000Z';
  await desk.tell({ kind: 'site', site: desk.source, state: 'failing', since, waiting: 2, error });
  await desk.settled((states) => states.length === 4);
  await courier.stop();
  await name(['prof.martin']);
  await desk.work(desk.another());
  await desk.pass(61);
  await desk.settled();
  expect((await desk.messages()).map(({ name, way, state }) => `${name} ${way} ${state}`).sort()).toEqual([
    'prof.martin site sent',
    'prof.martin site sent',
    'prof.smith site dropped',
    'prof.smith site sent',
  ]);
  // What stands still with us, nobody can mend from there.
  const nowhere = { site: null, request: null, course: null, step: null };
  await desk.tell({ kind: 'stuck', why: 'worker', ...nowhere, count: 3, since, error });
  await desk.settled();
  expect(await desk.messages()).toHaveLength(4);
});
