import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../api/testing.ts';
import { type MailCatcher, openMailCatcher } from '../notices/test/mail-catcher.ts';
import { socketPath } from '../store/index.ts';

let api: TestApi;
let post: MailCatcher;

beforeAll(async () => {
  post = await openMailCatcher();
  const mail = { url: post.url, from: 'jouvence@example.org', allowInsecure: false };
  api = await openTestApi({ noticesOptions: { mail } });
  await (await api.open('local')).listen({ path: socketPath(api.dataDir, 'api.sock') });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await post.close();
});

async function run(args: string[], language = 'en_GB.UTF-8') {
  const { JOUVENCE_URL: _url, JOUVENCE_TOKEN: _token, ...own } = process.env;
  const child = spawn(
    process.execPath,
    ['--no-warnings', join(import.meta.dirname, '../main.ts'), 'notices', ...args],
    {
      env: { ...own, LC_ALL: language, JOUVENCE_DATA: api.dataDir },
    },
  );
  child.stdin.end();
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

test('a test mail goes out, or the words of the server say why not', async () => {
  const good = await run(['test', 'me@example.org']);
  expect(good, good.stderr).toMatchObject({ code: 0 });
  expect(good.stdout).toContain('me@example.org');
  expect(post.caught[0]!.to).toEqual(['me@example.org']);
  post.temper.recipient = () => '550 nobody here';
  const bad = await run(['test', 'you@example.org']);
  expect(bad.code).toBe(1);
  expect(bad.stderr).toContain('nobody here');
  post.temper.recipient = () => null;
  expect((await run(['test', 'no address'])).code).toBe(2);
});

test('what failed is listed, read, and its message sent once more', async () => {
  const name = '\u001b[31mred\u202e <b>';
  await api.store.transaction((tx) =>
    api.notices.tell(tx, {
      kind: 'ended',
      request: 'abcdefgh1234',
      outcome: 'failed',
      target: { id: 1, name: 'new' },
      source: { id: 2, name: 'old' },
      course: { id: 7, name },
      person: null,
      requester: { kind: 'operator', name: 'local' },
      cancelledBy: null,
      newCourse: null,
      error: { code: 'site-unreachable', message: 'old: refused' },
      report: [],
      batch: null,
    }),
  );
  await api.settings.set({ kind: 'system' }, 'notices.administrators', ['admin@example.org']);
  post.temper.recipient = (address) => (address === 'admin@example.org' ? '550 full for ever' : null);
  const courier = await api.notices.startCourier();
  while ((await api.notices.outbox({ state: ['given-up'], sites: null })).messages.length === 0)
    await new Promise((resolve) => setTimeout(resolve, 20));

  const list = await run(['list', '--unread', '--read']);
  expect(list.stdout).toContain('Failed:');
  expect(list.stdout).toContain('jouvence requests retry abcdefgh1234');
  expect(list.stdout).not.toMatch(/\u001b|\u202e/);
  expect(JSON.parse((await run(['list', '--unread', '--json'])).stdout)).toMatchObject({ notices: [], unread: 0 });
  expect((await run(['list'], 'fr_FR.UTF-8')).stdout).toContain('Échec :');

  const outbox = await run(['outbox', '--state', 'given-up']);
  expect(outbox.stdout).toMatch(/admin@example\.org.*given up.*full for ever/);
  expect(outbox.stderr).toContain('given up: 1');
  const [message] = JSON.parse((await run(['outbox', '--json'])).stdout).messages;
  post.temper.recipient = () => null;
  const before = post.caught.length;
  expect((await run(['retry', String(message.id)])).code).toBe(0);
  await post.until(before + 1);
  await courier.stop();
  expect((await run(['retry', '999'])).code).toBe(6);
});

test('preferences are shown, set, and set back', async () => {
  const set = await run(['preferences', '--set', 'failure:mail=off', '--set', 'done:mail=on']);
  expect(set, set.stderr).toMatchObject({ code: 0 });
  expect(set.stdout).toMatch(/failure .* no\n/);
  const back = await run(['preferences', '--set', 'failure:mail=default']);
  expect(back.stdout).toMatch(/failure .* yes \(by the settings\)/);
  expect((await run(['preferences', '--set', 'nothing:mail=on'])).code).toBe(2);
  expect((await run(['preferences', '--set', 'done:site=on'])).code).toBe(2);
});
