import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerJson } from '../../packages/moodle-client/test/misbehaving-site.ts';
import { blockToken, openRecordedBlock } from '../../packages/moodle-client/test/recorded-block.ts';
import { localOperator } from '../accounts/index.ts';
import { openRegistry, type Registry } from './test/registry.ts';

let registry: Registry;

beforeAll(async () => {
  registry = await openRegistry();
});
afterAll(() => registry[Symbol.asyncDispose]());

const archive = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]);
const profile = 'source' as const;

test('a Moodle with only the block is added, checked, and paired by username', async () => {
  await using old = await openRecordedBlock('2.1.2-on-moodle-4.5', { archive });
  const sites = registry.open();
  const given = { name: 'old-block', url: old.url, profile, token: blockToken, strasbourg: true };
  await expect(sites.add(localOperator, { ...given, profile: 'target' })).rejects.toMatchObject({
    code: 'unsupported',
  });
  const site = await sites.add(localOperator, given);
  expect(site).toMatchObject({
    kind: 'strasbourg',
    block: '2022061500',
    title: 'Campus old',
    release: '4.5.6 (Build: 20250811)',
    branch: 405,
    profiles: ['source'],
    abilities: { outline: false, people: false, followed: false, namesRoles: false, identities: ['username'] },
  });
  expect(await registry.dump()).not.toContain(blockToken);

  const { ok, findings } = await sites.check('old-block');
  const codes = findings.map(({ code }) => code);
  expect(ok).toBe(true);
  expect(codes).toEqual(['block-roles', 'block-people', 'block-limits']);
  expect((await sites.get('old-block')).health.state).toBe('ok');

  await expect(sites.rotate(localOperator, 'old-block')).rejects.toMatchObject({ code: 'unsupported' });
  const target = await sites.add(localOperator, await registry.campuses.create('new-campus', 'target'));
  const pair = { source: 'old-block', target: target.name };
  await expect(sites.pairs.add(localOperator, { ...pair, identity: 'email' })).rejects.toMatchObject({
    code: 'unsupported',
  });
  expect(await sites.pairs.add(localOperator, pair)).toMatchObject({ identity: 'username' });

  const client = await sites.client('old-block', 'source');
  expect((await client.block!.listCourses({ username: 'prof.martin', roles: ['editingteacher'] })).courses.length).toBe(
    5,
  );
  await expect(client.call('get_course', { courseid: 1 })).rejects.toMatchObject({ code: 'unsupported' });
});

test('a token that is refused, that may not, or whose service gives no files', async () => {
  await using old = await openRecordedBlock('3.1-on-moodle-4.3', { archive });
  const sites = registry.open();
  const given = { name: 'old-43', url: old.url, profile, token: blockToken, strasbourg: true };
  await expect(sites.add(localOperator, { ...given, token: '0'.repeat(32) })).rejects.toMatchObject({
    code: 'token-expired',
  });
  await sites.add(localOperator, given);
  const codesOf = async () => (await sites.check('old-43')).findings.map(({ code }) => code);
  expect(await codesOf()).not.toContain('block-people');
  const refuse = (errorcode: string, only: (name: string) => boolean) => {
    old.state.misbehave = (request, response, form) => {
      if (!only(form.get('wsfunction') ?? request.url!)) return false;
      answerJson(response, { exception: 'moodle_exception', errorcode, message: 'no', error: 'no' });
      return true;
    };
  };
  refuse('invalidtoken', () => true);
  expect(await codesOf()).toEqual(['block-token']);
  expect((await sites.get('old-43')).health.state).toBe('expired');
  refuse('nopermissions', (name) => name.endsWith('get_courses'));
  expect(await codesOf()).toContain('block-forbidden');
  refuse('nopermissions', (name) => name.startsWith('/blocks/'));
  expect(await codesOf()).toContain('block-forbidden');
  old.state.misbehave = (request, response) => {
    if (!request.url!.startsWith('/blocks/')) return false;
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Forbidden by the firewall</title>');
    return true;
  };
  expect(await codesOf()).toContain('block-downloads');
});

test('the agent’s token is none of the block’s', async () => {
  const sites = registry.open();
  const { url, token } = await registry.campuses.create('no-block-here', 'source');
  await expect(
    sites.add(localOperator, { name: 'no-block', url, profile, token, strasbourg: true }),
  ).rejects.toMatchObject({ code: 'unsupported' });
});
