import { expect, test } from 'vitest';
import { exchangePairingCode } from './index.ts';
import { answerJson, openSite, readForm } from './test/misbehaving-site.ts';

const secret = '0123456789abcdefghjkmnpqrs';
const answer = {
  profile: 'source',
  token: 't'.repeat(64),
  expires: 1_800_000_000,
  identifier: 'i',
  trust: { kid: 'key-of-site', alg: 'EdDSA', publickey: 'p' },
};

test('the secret goes in the body, and the answer is read', async () => {
  let asked: { method?: string | undefined; url?: string | undefined; form?: unknown } = {};
  await using site = await openSite(async (request, response) => {
    asked = { method: request.method, url: request.url, form: Object.fromEntries(await readForm(request)) };
    answerJson(response, answer);
  });
  const control = 'https://jouvence.example';
  expect(await exchangePairingCode({ url: site.url, secret, control })).toEqual(answer);
  expect(asked).toEqual({ method: 'POST', url: '/local/jouvence/pair.php', form: { secret, control } });
});

test.each([
  [404, 'not-found'],
  [403, 'not-allowed'],
])('a refusal with status %i is %s', async (status, errorcode) => {
  await using site = await openSite((_, response) =>
    answerJson(response, { exception: 'local_jouvence\\error', errorcode, message: `no ${secret}` }, status),
  );
  const failure = exchangePairingCode({ url: site.url, secret, control: '' });
  await expect(failure).rejects.toMatchObject({ code: errorcode, message: expect.not.stringContaining(secret) });
});

test('a site without the agent is told apart from one without a code', async () => {
  await using site = await openSite((_, response) => response.writeHead(404).end('<title>404 Not Found</title>'));
  await expect(exchangePairingCode({ url: site.url, secret, control: '' })).rejects.toMatchObject({
    code: 'site-bad-answer',
    message: expect.stringContaining('404 Not Found'),
  });
});

test('a secret never leaves this machine in clear text, nor follows a redirect', async () => {
  const clear = exchangePairingCode({ url: 'http://campus.example', secret, control: '' });
  await expect(clear).rejects.toMatchObject({ code: 'invalid-parameter' });
  await using site = await openSite((_, response) =>
    response.writeHead(307, { location: 'https://elsewhere.example/local/jouvence/pair.php' }).end(),
  );
  await expect(exchangePairingCode({ url: site.url, secret, control: '' })).rejects.toMatchObject({
    code: 'site-bad-answer',
    message: expect.stringContaining('elsewhere.example'),
  });
});

test('a site that says nothing is not waited for for ever', async () => {
  await using site = await openSite(() => {});
  const slow = exchangePairingCode({ url: site.url, secret, control: '', limits: { callMs: 50 } });
  await expect(slow).rejects.toMatchObject({ code: 'site-timeout' });
});
