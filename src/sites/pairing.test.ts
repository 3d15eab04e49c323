import { afterAll, beforeAll, expect, test } from 'vitest';
import { localOperator } from '../accounts/index.ts';
import type { Sites } from './index.ts';
import { openOddSite } from './test/odd-site.ts';
import { openRegistry, type Registry } from './test/registry.ts';

let registry: Registry;
let sites: Sites;
const publicUrl = 'https://jouvence.example';

beforeAll(async () => {
  registry = await openRegistry();
  sites = registry.open({ publicUrl });
  for (const name of ['alpha', 'beta']) await registry.campuses.create(name, 'source');
});
afterAll(() => registry[Symbol.asyncDispose]());

const pair = (name: string, code: string) => sites.pair(localOperator, { name, code });
const secretOf = (code: string): string => code.split('#')[1]!;

test('a code gives a site, its token, until when it lasts and the key of its tickets', async () => {
  const code = await registry.code('alpha', 'source', 90);
  const { site, profile } = await pair('alpha', code);
  expect(profile).toBe('source');
  expect(site).toMatchObject({ name: 'alpha', kind: 'embedded', profiles: ['source'], control: publicUrl });
  expect(site.trust).toMatchObject({ alg: 'EdDSA', publickey: expect.stringContaining('PUBLIC KEY') });
  const days = (site.tokens[0]!.expiresAt!.getTime() - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(89.9);
  expect(days).toBeLessThan(90.1);
  expect((await (await sites.client('alpha', 'source')).call('get_site', {})).identifier).toBe(site.identifier);

  const dump = await registry.dump();
  for (const secret of [secretOf(code), secretOf(code).replaceAll('-', '')]) expect(dump).not.toContain(secret);
  expect(await registry.actions()).toEqual(['sites.pair']);
});

test('another profile of the same site joins it; the code of the same one replaces its token', async () => {
  await pair('alpha', await registry.code('alpha', 'target'));
  const before = await sites.get('alpha');
  expect(before.profiles).toEqual(['source', 'target']);
  await pair(
    'alpha',
    `  ${(await registry.code('alpha', 'target', 10)).toUpperCase().replace('HTTP://ALPHA.LOCALHOST', 'http://alpha.localhost')} `,
  );
  const after = await sites.get('alpha');
  expect(after.profiles).toEqual(['source', 'target']);
  expect(after.tokens[1]!.expiresAt!.getTime()).toBeLessThan(before.tokens[1]!.expiresAt!.getTime());
});

test('what is no code, and what could not be kept, is refused before the code is used up', async () => {
  await expect(pair('beta', 'https://campus.example')).rejects.toMatchObject({ code: 'invalid-parameter' });
  await expect(pair('beta', 'https://campus.example#abc')).rejects.toMatchObject({ code: 'invalid-parameter' });
  const code = await registry.code('beta', 'source');
  await expect(pair('alpha', code)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('already the name of'),
  });
  await expect(pair('Not A Name', code)).rejects.toMatchObject({ code: 'invalid-parameter' });
  await expect(pair('beta', code)).resolves.toMatchObject({ profile: 'source' });
});

test('a code that was used, and one of nobody, say so', async () => {
  const code = await registry.code('beta', 'target');
  await pair('beta', code);
  await expect(pair('beta', code)).rejects.toMatchObject({ code: 'not-found' });
  await registry.code('beta', 'target');
  const failure = pair('beta', code);
  await expect(failure).rejects.toMatchObject({ code: 'not-allowed' });
  await expect(failure).rejects.toMatchObject({ message: expect.not.stringContaining(secretOf(code)) });
});

test('when the token came and could not be kept, the code is said to be used up', async () => {
  await registry.store.query(
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$;
     create trigger refuse before insert or update on site_tokens for each row execute function refuse()`,
  );
  const code = await registry.code('alpha', 'fleet');
  await expect(pair('alpha', code)).rejects.toMatchObject({
    message: expect.stringMatching(/disk full.*used up.*setup\.php --profile fleet/s),
    details: { codeUsedUp: true },
  });
  await registry.store.query('drop trigger refuse on site_tokens; drop function refuse');
  expect((await sites.get('alpha')).profiles).not.toContain('fleet');
  await pair('alpha', await registry.code('alpha', 'fleet'));
  expect((await sites.get('alpha')).profiles).toContain('fleet');
});

test('of one code given twice at once, one pairs', async () => {
  const code = await registry.code('beta', 'source');
  const results = await Promise.allSettled([pair('beta', code), pair('beta', code), pair('beta', code)]);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('an address that is not of this machine needs TLS, and one of a private network to be meant', async () => {
  const secret = '0123456789abcdefghjkmnpqrs';
  await expect(pair('gamma', `http://campus.example#${secret}`)).rejects.toMatchObject({ code: 'invalid-parameter' });
  for (const host of [
    '10.1.2.3',
    '192.168.0.9',
    '169.254.169.254',
    '[fd00::1]',
    '[::ffff:10.0.0.1]',
    '[::ffff:127.0.0.1]',
  ])
    await expect(pair('gamma', `https://${host}:9#${secret}`), host).rejects.toMatchObject({
      code: 'not-allowed',
      message: expect.stringContaining('--private'),
    });
  const meant = sites.pair(localOperator, { name: 'gamma', code: `https://127.0.0.1:9#${secret}`, private: true });
  await expect(meant).rejects.toMatchObject({ code: 'site-unreachable' });
});

test('an answer that never comes: the code may be used up, and that is said', async () => {
  await using campus = await openOddSite({});
  campus.misbehave = (request) => void request.socket.destroy();
  await expect(pair('gamma', `${campus.url}#0123456789abcdefghjkmnpqrs`)).rejects.toMatchObject({
    code: 'site-unreachable',
    message: expect.stringContaining('print a new one'),
  });
});
