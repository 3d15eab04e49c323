import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createBlockClient, type SiteClient } from '../index.ts';
import { answerJson } from '../test/misbehaving-site.ts';
import { type BlockLine, blockToken, openRecordedBlock } from '../test/recorded-block.ts';

const archive = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), randomBytes(300_000)]);
const roles = ['editingteacher'];

async function openPair(line: BlockLine, limits = {}) {
  const site = await openRecordedBlock(line, { archive });
  const client = createBlockClient({ site: 'old', url: site.url, token: blockToken, limits });
  return {
    site,
    client,
    block: client.block!,
    async [Symbol.asyncDispose]() {
      await client.close();
      await site[Symbol.asyncDispose]();
    },
  };
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

const failureOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: Error) => error,
  );

test.each([
  ['2.1.2-on-moodle-4.5', '2.1', 5],
  ['3.1-on-moodle-4.3', '3.0', 3],
] as const)('the recorded block %s: version, list, people', async (line, shape, count) => {
  await using pair = await openPair(line);
  const { block } = pair;
  expect(await block.describe()).toMatchObject({ shape, missing: [], downloadfiles: 1 });
  const held = await block.listCourses({ username: 'prof.martin', roles });
  expect(held).toMatchObject({ person: 'found', incomplete: null });
  expect(held.courses).toHaveLength(count);
  expect(held.courses.at(-1)).toMatchObject({ shortname: 'HIS110-2023', visible: 0, categoryidentifier: null });
  expect(await block.listCourses({ username: 'etu1', roles })).toMatchObject({ person: 'found', courses: [] });
  expect(await block.listCourses({ username: 'nobody.here', roles })).toMatchObject({ person: 'unknown', courses: [] });
});

test('one bad name fails the whole list, which is said with whose it is', async () => {
  await using pair = await openPair('3.1-on-moodle-4.3');
  const error = await failureOf(pair.block.listCourses({ username: 'prof.okafor', roles }));
  expect(error).toMatchObject({ code: 'site-error', errorcode: 'invalidresponse', retry: false });
  expect(error.message).toMatch(/a course of prof\.okafor has a name/);
});

test('where the roles are named by us, the list is asked for role by role', async () => {
  await using pair = await openPair('3.1-on-moodle-4.3');
  pair.site.state.misbehave = (_, response, form) => {
    const asked = form.get('searchroles');
    if (form.get('wsfunction')!.endsWith('site_info')) {
      answerJson(response, { ...info, functions: info.functions.map((each) => ({ ...each, version: '2025052303' })) });
    } else if (asked?.includes('editingteacher')) answerJson(response, invalidResponse);
    else answerJson(response, [{ id: 9, shortname: 'A', fullname: 'A', category: 3, startdate: 0 }]);
    return true;
  };
  const held = await pair.block.listCourses({ username: 'prof.okafor', roles: ['editingteacher', 'manager'] });
  expect(held.courses.map(({ id }) => id)).toEqual([9]);
  expect(held.incomplete).toMatch(/has a name/);
});

const info = {
  sitename: 'x',
  siteurl: 'http://x',
  release: '4.5',
  version: '1',
  userid: 2,
  username: 'ws',
  functions: [
    { name: 'block_my_external_backup_restore_courses_get_courses', version: '2024021600' },
    { name: 'block_my_external_backup_restore_courses_get_courses_zip', version: '2024021600' },
  ],
};
const invalidResponse = { exception: 'invalid_response_exception', errorcode: 'invalidresponse', message: 'Invalid' };

test('nobody with courses is answered null by older versions', async () => {
  await using pair = await openPair('2.1.2-on-moodle-4.5');
  await pair.block.describe();
  pair.site.state.misbehave = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('null');
    return true;
  };
  expect(await pair.block.listCourses({ username: 'etu1', roles })).toMatchObject({ person: 'found', courses: [] });
});

test('a block that was updated meanwhile is spoken to in its new way', async () => {
  await using pair = await openPair('3.1-on-moodle-4.3');
  let version = '2024021600';
  pair.site.state.misbehave = (_, response, form) => {
    if (form.get('wsfunction')!.endsWith('site_info'))
      answerJson(response, { ...info, functions: info.functions.map((each) => ({ ...each, version })) });
    else if (form.has('searchroles') === version > '2025') answerJson(response, []);
    else answerJson(response, { exception: 'invalid_parameter_exception', errorcode: 'invalidparameter', message: '' });
    return true;
  };
  expect((await pair.block.listCourses({ username: 'a', roles })).courses).toEqual([]);
  version = '2025073000';
  expect((await pair.block.listCourses({ username: 'a', roles })).courses).toEqual([]);
  const before = pair.site.state.calls.length;
  await pair.block.listCourses({ username: 'a', roles });
  expect(pair.site.state.calls.length).toBe(before + 1);
});

test('a backup, looked at, and fetched; the token is in one kind of address only', async () => {
  await using pair = await openPair('2.1.2-on-moodle-4.5');
  const { block, site } = pair;
  const made = await block.backUp({ username: 'prof.martin', courseid: 7, people: false, roles });
  expect(made).toEqual({ fileid: 723, sizeBytes: archive.length, etag: '"be688f2af206e832fcb3ca3d24d8d6cd2c3c5de0"' });
  const whole = await block.open({ fileid: 723 });
  expect(whole).toMatchObject({ from: 0, sizeBytes: archive.length });
  expect((await collect(whole.body)).equals(archive)).toBe(true);
  const rest = await block.open({ fileid: 723, from: 1000, etag: made.etag });
  expect(rest.from).toBe(1000);
  expect((await collect(rest.body)).equals(archive.subarray(1000))).toBe(true);
  const other = await block.open({ fileid: 723, from: 1000, etag: '"another"' });
  expect(other.from).toBe(0);
  expect((await collect(other.body)).equals(archive)).toBe(true);
  const withToken = site.state.addresses.filter((address) => address.includes(blockToken));
  expect(withToken.length).toBeGreaterThan(0);
  expect(withToken.every((address) => address.startsWith('/blocks/my_external_backup_restore_courses/'))).toBe(true);
});

test('what goes wrong with a backup', async () => {
  await using pair = await openPair('2.1.2-on-moodle-4.5');
  const { block, site } = pair;
  const asked = { username: 'prof.martin', courseid: 7, people: false, roles };
  expect(await failureOf(block.backUp({ ...asked, username: 'etu1' }))).toMatchObject({ code: 'not-allowed' });
  expect(await failureOf(block.backUp({ ...asked, people: true }))).toMatchObject({ code: 'unsupported' });
  const answers: [unknown, object][] = [
    [
      { filename: '', filerecordid: 0 },
      { code: 'site-error', retry: false },
    ],
    [{ exception: 'Exception', message: "Backup course can't be created" }, { code: 'site-error' }],
    [{ exception: 'TypeError', message: 'in_array(): …' }, { code: 'site-error' }],
    [{ filename: '', filerecordid: 99999999 }, { code: 'not-found' }],
  ];
  for (const [answer, expected] of answers) {
    site.state.misbehave = (_, response, form) => {
      if (!form.get('wsfunction')) return false;
      answerJson(response, answer);
      return true;
    };
    expect(await failureOf(block.backUp(asked))).toMatchObject(expected);
  }
});

test('an id of an earlier backup is not taken for this one', async () => {
  await using pair = await openPair('2.1.2-on-moodle-4.5');
  pair.site.state.misbehave = (request, response) => {
    if (!request.url!.startsWith('/blocks/')) return false;
    const old = new Date(Date.now() - 3_600_000).toUTCString();
    response.writeHead(200, { 'content-length': archive.length, 'last-modified': old, date: new Date().toUTCString() });
    response.end(archive);
    return true;
  };
  const error = await failureOf(pair.block.backUp({ username: 'prof.martin', courseid: 7, people: false, roles }));
  expect(error).toMatchObject({ code: 'site-error' });
  expect(error.message).toMatch(/60 min old/);
});

test('a web server that gives up while PHP goes on', async () => {
  await using pair = await openPair('2.1.2-on-moodle-4.5');
  const asked = { username: 'prof.martin', courseid: 7, people: false, roles };
  await pair.block.describe();
  for (const end of ['504', 'reset']) {
    pair.site.state.misbehave = (request, response) => {
      if (end === 'reset') request.socket.destroy();
      else response.writeHead(504, { 'content-type': 'text/html' }).end('<title>504 Gateway Time-out</title>');
      return true;
    };
    const error = await failureOf(pair.block.backUp(asked));
    expect(error).toMatchObject({ details: { begun: true }, retry: true });
    expect(error.message).toMatch(/fastcgi_read_timeout/);
  }
  pair.site.kill();
  expect(await failureOf(pair.block.backUp(asked))).toMatchObject({
    code: 'site-unreachable',
    details: { site: 'old' },
  });
});

test('what a download answers with status 200', async () => {
  await using pair = await openPair('2.1.2-on-moodle-4.5');
  const { block, site } = pair;
  expect(await failureOf(block.open({ fileid: 99999999 }))).toMatchObject({ code: 'not-found' });
  const answers: [string, string, object][] = [
    ['application/json', '{"error":"Invalid token","errorcode":"invalidtoken"}', { code: 'token-expired' }],
    ['text/html', '<title>Sign in</title>', { code: 'site-bad-answer' }],
    ['application/vnd.moodle.backup', 'not an archive', { code: 'site-bad-answer' }],
  ];
  for (const [type, text, expected] of answers) {
    site.state.misbehave = (_, response) => {
      response.writeHead(200, { 'content-type': type }).end(text);
      return true;
    };
    expect(await failureOf(block.open({ fileid: 723 }))).toMatchObject(expected);
  }
  site.state.misbehave = (_, response) => {
    response.writeHead(200, { 'content-length': archive.length });
    response.write(archive.subarray(0, 100_000), () => response.destroy());
    return true;
  };
  const broken = await block.open({ fileid: 723 });
  expect(await failureOf(collect(broken.body))).toMatchObject({ code: 'site-unreachable' });
});

test('nobody is followed anywhere with the token, nor told of it', async () => {
  await using pair = await openPair('2.1.2-on-moodle-4.5');
  const { block, site } = pair;
  site.state.misbehave = (request, response) => {
    response.writeHead(302, { location: `/elsewhere${request.url}` }).end();
    return true;
  };
  const errors = [await failureOf(block.open({ fileid: 723 })), await failureOf(block.describe())];
  site.state.misbehave = (_, response) => {
    answerJson(response, { error: `no such token: ${blockToken}`, errorcode: 'x' });
    return true;
  };
  errors.push(await failureOf(block.open({ fileid: 723 })));
  expect(site.state.calls.some((call) => call.startsWith('/elsewhere'))).toBe(false);
  for (const error of errors) expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(blockToken);
});

test('of the agent’s protocol it offers nothing', async () => {
  await using pair = await openPair('2.1.2-on-moodle-4.5');
  const client: SiteClient = pair.client;
  expect(await failureOf(client.call('get_course', { courseid: 1 }))).toMatchObject({ code: 'unsupported' });
  expect(await failureOf(client.download({ grant: 'x', from: 0 }))).toMatchObject({ code: 'unsupported' });
});
