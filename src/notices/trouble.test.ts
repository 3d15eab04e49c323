import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PersonActor } from '../accounts/index.ts';
import { type Desk, openDesk } from './test/desk.ts';
import { openMailCatcher } from './test/mail-catcher.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk[Symbol.asyncDispose]());

const martin = (): PersonActor => ({ kind: 'person', siteId: desk.target.id, site: 'new', username: 'prof.martin' });
const operator = { kind: 'operator' as const, name: 'dana', role: 'operator' as const, siteIds: null };
const noMail = async () => {
  const notOnSite = ['done', 'failed'].map((kind) => ({ kind: kind as 'done', way: 'site' as const, wanted: false }));
  await desk.notices.setPreferences(martin(), notOnSite);
};
const mails = async () => (await desk.messages()).filter(({ way }) => way === 'mail');

test('the mail server is down: it waits, the site is told all the same, and it goes when the server is back', async () => {
  await desk.post.close();
  const courier = await desk.work();
  await desk.tell(desk.ended());
  await desk.settled((states) => states.filter((state) => state === 'sent').length === 1);
  expect(await desk.onSite('prof.martin')).toHaveLength(1);
  for (let waiting = await mails(); waiting[0]?.error === null; waiting = await mails())
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await mails())[0]).toMatchObject({ state: 'waiting', error: { code: 'mail-unavailable' } });
  const outbox = await desk.notices.outbox({ failing: true, sites: null });
  expect(outbox.messages[0]).toMatchObject({ recipient: 'prof.martin (new)', state: 'waiting', notices: 1 });
  expect(outbox.counts).toMatchObject({ waiting: 1, failing: 1, sent: 1 });
  // Another server, and one courier: the other one still knows the first.
  await courier.stop();
  const again = await openMailCatcher();
  const other = desk.another({ mail: { url: again.url, from: 'jouvence@example.org', allowInsecure: false } });
  await desk.work(other);
  await desk.notices.retry(operator, outbox.messages[0]!.id);
  await again.until(1);
  await desk.settled();
  await again.close();
});

test('a recipient refused for good is given up, with the words of the server; one refused for now is tried later', async () => {
  await noMail();
  await desk.work();
  desk.post.temper.recipient = (address) => (address.startsWith('prof.martin') ? '550 5.1.1 no such mailbox' : null);
  await desk.tell(desk.ended());
  await desk.settled();
  expect((await mails())[0]).toMatchObject({
    state: 'given-up',
    tries: 1,
    error: { code: 'mail-refused', message: expect.stringContaining('no such mailbox') },
  });
  desk.post.temper.recipient = () => '450 4.7.1 greylisted';
  await desk.pass(10);
  await desk.tell(desk.ended());
  await desk.settled((states) => states.length === 2);
  for (let last = (await mails())[1]; last?.error === null; last = (await mails())[1])
    await new Promise((resolve) => setTimeout(resolve, 20));
  const [, later] = await mails();
  expect(later).toMatchObject({ state: 'waiting', error: { message: expect.stringContaining('greylisted') } });
  expect(later!.inMs).toBeGreaterThan(20_000);
  desk.post.temper.recipient = () => null;
  await desk.pass(1);
  await desk.post.until(1);
  await desk.settled();
  expect((await mails())[1]).toMatchObject({ state: 'sent', error: null, tries: 2 });
});

test('a refused mail is given up, and a server that is full later is asked again', async () => {
  await noMail();
  desk.post.temper.data = () => '554 5.7.1 looks like spam';
  await desk.work();
  await desk.tell(desk.ended());
  await desk.settled();
  expect((await mails())[0]).toMatchObject({ state: 'given-up', error: { code: 'mail-refused' } });
  // Whoever mended it sends it once more.
  desk.post.temper.data = () => null;
  const outbox = await desk.notices.outbox({ state: ['given-up'], sites: null });
  await desk.notices.retry(operator, outbox.messages[0]!.id);
  await desk.post.until(1);
  await desk.settled();
  await expect(desk.notices.retry(operator, outbox.messages[0]!.id)).rejects.toMatchObject({ code: 'conflict' });
  await expect(desk.notices.retry(operator, 999_999)).rejects.toMatchObject({ code: 'not-found' });
});

test('a server that falls silent in the middle keeps nothing else waiting, and its mail is sent again as the same', async () => {
  desk.post.temper.silent = true;
  await desk.work();
  await desk.tell(desk.ended());
  await desk.post.until(1);
  // The site has it while the mail hangs.
  await desk.settled((states) => states.includes('sent'));
  for (let waiting = await mails(); waiting[0]?.error === null; waiting = await mails())
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await mails())[0]).toMatchObject({ state: 'waiting', error: { code: 'mail-unavailable' } });
  desk.post.temper.silent = false;
  await desk.pass(10);
  await desk.post.until(2);
  await desk.settled();
  const [one, two] = desk.post.caught;
  expect(two!.mail.messageId).toBe(one!.mail.messageId);
});

test.each([
  ['a password that is not taken', { mail: (port: number) => `smtps://me:wrong@127.0.0.1:${port}` }],
  ['a certificate that nobody vouches for', { mail: (port: number) => `smtps://me:right@127.0.0.1:${port}` }],
])('%s: nothing goes out, the outbox says why, and no secret', async (name, { mail }) => {
  const strict = await openMailCatcher({
    secure: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ password }, _session, done) =>
      password === 'right' ? done(null, { user: 'me' }) : done(new Error('535 bad credentials')),
  });
  const insecure = name.includes('password');
  const other = desk.another({
    mail: { url: mail(strict.port), from: 'jouvence@example.org', allowInsecure: insecure, silenceMs: 1500 },
  });
  await desk.work(other);
  await desk.tell(desk.ended());
  for (let waiting = await mails(); !waiting[0]?.error; waiting = await mails())
    await new Promise((resolve) => setTimeout(resolve, 20));
  const [waiting] = await mails();
  expect(waiting).toMatchObject({ state: 'waiting', error: { code: 'mail-unavailable' } });
  expect(JSON.stringify(waiting)).not.toMatch(/wrong|right/);
  expect(strict.caught).toEqual([]);
  await strict.close();
});

test('another machine’s server without TLS is refused before anything is said to it', async () => {
  // It offers no STARTTLS: to a name that is not this machine's, not even the password is sent.
  const said: string[] = [];
  const sockets = new Set<Socket>();
  const plain = createServer((socket) => {
    sockets.add(socket);
    socket.write('220 plain\r\n');
    socket.on('error', () => {});
    socket.on('data', (data) => {
      said.push(data.toString());
      socket.write(/^EHLO/.test(data.toString()) ? '250-plain\r\n250 AUTH PLAIN LOGIN\r\n' : '500 no\r\n');
    });
  });
  await new Promise<void>((resolve) => plain.listen(0, '0.0.0.0', resolve));
  const { port } = plain.address() as AddressInfo;
  const other = desk.another({
    // The same machine by a name that is not the loopback's.
    mail: {
      url: `smtp://me:secret@0.0.0.0:${port}`,
      from: 'jouvence@example.org',
      allowInsecure: false,
      silenceMs: 1500,
    },
  });
  await desk.work(other);
  await desk.tell(desk.ended());
  for (let waiting = await mails(); !waiting[0]?.error; waiting = await mails())
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await mails())[0]).toMatchObject({ state: 'waiting', error: { code: 'mail-unavailable' } });
  expect(said.join('')).not.toMatch(/AUTH|MAIL FROM/);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => plain.close(resolve));
});

test('the site is down: its message waits, and the mail goes to the address that it had said before', async () => {
  await desk.notices.remember(desk.store, {
    siteId: desk.target.id,
    username: 'prof.martin',
    email: 'prof.martin@example.org',
    language: 'fr',
  });
  await desk.store.query(`update sites set url = 'http://gone.localhost:9' where id = ${desk.target.id}`);
  await desk.work();
  await desk.tell(desk.ended({ outcome: 'failed' }));
  const [mail] = await desk.post.until(1);
  expect(mail!.mail.subject).toBe('Pas arrivé : Biologie 101');
  for (let all = await desk.messages(); !all.find(({ way }) => way === 'site')?.error; all = await desk.messages())
    await new Promise((resolve) => setTimeout(resolve, 20));
  const onSite = (await desk.messages()).find(({ way }) => way === 'site')!;
  expect(onSite).toMatchObject({ state: 'waiting', error: { code: 'site-unreachable' } });
  // And arrives when the site is back.
  await desk.store.query(`update sites set url = $1 where id = ${desk.target.id}`, [desk.target.url]);
  await desk.pass(10);
  await desk.settled();
  expect(await desk.onSite('prof.martin')).toHaveLength(1);
  expect(desk.post.caught).toHaveLength(1);
});

test('a worker killed between sending and writing: the mail comes again with the same Message-ID, the site has it once', async () => {
  await desk.tell(desk.ended());
  const first = await desk.work();
  await desk.post.until(1);
  await desk.settled();
  await first.stop();
  // As a killed worker leaves it: taken by both, written nowhere, its lease running.
  await desk.store.query(`update notice_messages set state = 'waiting', ended_at = null, worker = 'dead', fence = fence,
    lease_until = clock_timestamp() + interval '300 ms'`);
  await desk.work();
  await desk.post.until(2);
  await desk.settled();
  expect(new Set(desk.post.caught.map(({ mail }) => mail.messageId)).size).toBe(1);
  expect(await desk.onSite('prof.martin')).toHaveLength(1);
});

test('several workers send each message once', async () => {
  await Promise.all([desk.work(desk.another()), desk.work(desk.another()), desk.work(desk.another())]);
  const people = Array.from({ length: 40 }, (_, index) => ({
    username: `p${index}`,
    email: `p${index}@example.org`,
    firstname: 'P',
    lastname: String(index),
  }));
  await desk.campuses.door('POST', '/sites/new/people', JSON.stringify(people));
  await Promise.all(people.map(({ username }) => desk.tell(desk.ended({ person: username }))));
  await desk.post.until(40);
  await desk.settled((states) => states.length === 80 && states.every((state) => state === 'sent'));
  expect(desk.post.caught).toHaveLength(40);
  expect(new Set(desk.post.caught.map(({ to }) => to[0])).size).toBe(40);
});

test('a person without an e-mail, with an odd one, suspended, or gone', async () => {
  const odd = [
    ['crlf', 'a@example.org\r\nBcc: evil@example.org'],
    ['two', 'a@example.org, evil@example.org'],
    ['angle', '<a@example.org> <evil@example.org>'],
  ].map(([username, email]) => ({ username, email, firstname: 'O', lastname: 'Dd' }));
  await desk.campuses.door('POST', '/sites/new/people', JSON.stringify(odd));
  await desk.work();
  for (const name of ['prof.mute', 'nobody', ...odd.map(({ username }) => username!)])
    await desk.tell(desk.ended({ person: name }));
  await desk.settled();
  expect(desk.post.caught).toEqual([]);
  const said = Object.fromEntries(
    (await mails()).map(({ name, state, error }) => [name, `${state}: ${error?.message}`]),
  );
  expect(said['prof.mute']).toMatch(/^given-up: .*no e-mail address/);
  expect(said.nobody).toMatch(/^given-up: .*nobody/);
  for (const { username } of odd) expect(said[username!], username).toMatch(/^given-up: .*not an e-mail address/);
  // What can be told by the site is.
  expect(await desk.onSite('prof.mute')).toHaveLength(1);
});

test('switched off between writing and sending: nothing goes, and the outbox says so', async () => {
  await desk.tell(desk.ended({ batch: { id: 'b', size: 2 } }));
  const courier = await desk.work();
  await desk.settled((states) => states.length === 2);
  await courier.stop();
  await desk.notices.setPreferences(martin(), [{ kind: 'done', way: 'mail', wanted: false }]);
  await desk.pass(120);
  await desk.work(desk.another());
  await desk.settled();
  const states = Object.fromEntries((await desk.messages()).map(({ way, state }) => [way, state]));
  expect(states).toEqual({ site: 'sent', mail: 'dropped' });
  expect(desk.post.caught).toEqual([]);
});

test('an operator who lost the site, and an address that was taken out, hear nothing more of it', async () => {
  desk.operators.push({ id: 1, name: 'dana', email: 'dana@example.org', language: 'en', siteIds: [desk.target.id] });
  await desk.set('notices.administrators', ['admin@example.org']);
  const courier = await desk.work();
  await desk.tell(desk.ended({ outcome: 'failed', person: null, requester: { kind: 'operator', name: 'local' } }));
  await desk.post.until(2);
  await desk.settled();
  await desk.tell(desk.ended({ outcome: 'failed', person: null, requester: { kind: 'operator', name: 'local' } }));
  await desk.settled((states) => states.length === 4);
  await courier.stop();
  desk.operators[0] = { ...desk.operators[0]!, siteIds: [desk.source.id] };
  await desk.set('notices.administrators', []);
  await desk.pass(120);
  await desk.work(desk.another());
  await desk.settled();
  expect((await desk.messages()).map(({ state }) => state)).toEqual(['sent', 'sent', 'dropped', 'dropped']);
  expect(desk.post.caught).toHaveLength(2);
});

test('the clock jumps: back, and what lay ahead goes at once; forward, and nothing is lost', async () => {
  await desk.tell(desk.ended({ batch: { id: 'b', size: 2 } }));
  const courier = await desk.work();
  await desk.settled((states) => states.length === 2);
  await courier.stop();
  // Everything was written an hour ahead of now.
  await desk.pass(-180);
  await desk.work(desk.another());
  await desk.post.until(1);
  await desk.settled();
  await desk.pass(60 * 24 * 20);
  await desk.tell(desk.ended());
  await desk.post.until(2);
  await desk.settled();
});

test('a site that takes no messages: the mail goes instead, once', async () => {
  await desk.store.query(`update sites set kind = 'moodle' where id = ${desk.target.id}`);
  await desk.work();
  await desk.tell(desk.ended());
  await desk.settled();
  // A Moodle mails its own messages.
  expect((await desk.messages()).map(({ way, state }) => `${way} ${state}`)).toEqual(['site sent']);
  await desk.pass(10);
  await desk.campuses.door(
    'POST',
    '/sites/new/people',
    JSON.stringify([
      {
        username: 'prof.martin',
        email: 'prof.martin@example.org',
        firstname: 'A',
        lastname: 'M',
        auth: 'nologin',
      },
    ]),
  );
  await desk.tell(desk.ended());
  await desk.post.until(1);
  await desk.settled();
  expect(
    (await desk.messages())
      .slice(1)
      .map(({ way, state }) => `${way} ${state}`)
      .sort(),
  ).toEqual(['mail sent', 'site given-up']);
});

test('what is told of an erased person is told no more, and nothing of them is left', async () => {
  const courier = await desk.work();
  await desk.tell(desk.ended());
  await desk.settled();
  await desk.tell(desk.ended({ batch: { id: 'b', size: 3 } }));
  await desk.settled((states) => states.length === 4);
  await courier.stop();
  const key = { siteId: desk.target.id, username: 'prof.martin' };
  const held = await desk.notices.exportPerson(desk.store, key);
  expect(held.events).toHaveLength(2);
  expect(held.messages).toHaveLength(4);
  expect(held.contact).toMatchObject([{ email: 'prof.martin@example.org', language: 'fr' }]);
  await desk.store.transaction((tx) => desk.notices.erasePerson(tx, key));
  const { rows } = await desk.store.query<{ dump: string }>(
    `select coalesce((select jsonb_agg(t)::text from notice_events t), '') ||
       coalesce((select jsonb_agg(t)::text from notices t), '') ||
       coalesce((select jsonb_agg(t)::text from notice_messages t), '') ||
       coalesce((select jsonb_agg(t)::text from notice_contacts t), '') as dump`,
  );
  expect(rows[0]!.dump).not.toContain('prof.martin');
});

test('old notices go, except what still waits to be told', async () => {
  await desk.set('retention.noticeDays', 5);
  const courier = await desk.work();
  await desk.tell(desk.ended());
  await desk.settled();
  await desk.tell(desk.ended({ batch: { id: 'b', size: 2 } }));
  await desk.settled((states) => states.length === 4);
  await courier.stop();
  await desk.pass(60 * 24 * 6);
  expect(await desk.notices.sweep()).toBe(1);
  expect((await desk.messages()).map(({ state }) => state)).toEqual(['waiting', 'waiting']);
  const contacts = await desk.store.query('select 1 from notice_contacts');
  expect(contacts.rows).toEqual([]);
});
