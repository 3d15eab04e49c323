import { expect, expectTypeOf, test } from 'vitest';
import { type Answer, ApiError, createApiClient, type Fetch, type Site } from './index.ts';

/** A server that answers each call with what the test says, and keeps what it was asked. */
function answering(status: number, body: string) {
  const calls: { address: string; init: Parameters<Fetch>[1] }[] = [];
  const fetch: Fetch = async (address, init) => {
    calls.push({ address, init });
    return { status, text: async () => body };
  };
  return { calls, client: createApiClient({ fetch, baseUrl: 'http://localhost:1', token: 'jvt_abc' }) };
}

test('an operation becomes its method, address, query and body', async () => {
  const { calls, client } = answering(200, '{"sources":[]}');
  await client.call('courses.list', { query: { target: 'campus', person: 'é&"<', year: 2024 } });
  expect(calls[0]).toMatchObject({
    address: 'http://localhost:1/api/v1/courses?target=campus&person=%C3%A9%26%22%3C&year=2024',
    init: { method: 'GET', headers: { authorization: 'Bearer jvt_abc' } },
  });
});

test('a name cannot leave its place in the path', async () => {
  const { calls, client } = answering(200, '{"id":1}');
  await client.call('tokens.revoke', { params: { name: '../sites/a?b#c' } }).catch(() => {});
  expect(calls[0]!.address).toBe('http://localhost:1/api/v1/tokens/..%2Fsites%2Fa%3Fb%23c');
});

test('a refusal is thrown with its code, details and request id', async () => {
  const { client } = answering(
    404,
    '{"error":{"code":"not-found","message":"no site «x»","details":{"site":"x"},"requestId":"r1"}}',
  );
  const error = await client.call('sites.show', { params: { site: 'x' } }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    code: 'not-found',
    message: 'no site «x»',
    status: 404,
    details: { site: 'x' },
    requestId: 'r1',
  });
});

test.each([
  ['a page of something else', 200, '<html>'],
  ['a proxy that has no server behind it', 502, 'Bad Gateway'],
  ['JSON of another shape', 200, '{"sites":{}}'],
  ['an error of another shape', 500, '{"statusCode":500}'],
])('%s is not taken for an answer', async (_, status, body) => {
  const { client } = answering(status, body);
  await expect(client.call('sites.list')).rejects.toMatchObject({ name: 'ApiError', code: 'internal', status });
});

test('keys that a newer server adds are ignored', async () => {
  const { client } = answering(200, '{"sites":[],"next":"soon"}');
  expect(await client.call('sites.list')).toEqual({ sites: [] });
});

test('not being ready is an answer', async () => {
  const { client } = answering(503, '{"ready":false,"checks":[{"name":"engine","ok":false,"ms":1,"message":"gone"}]}');
  expect(await client.call('ready')).toMatchObject({ ready: false });
});

test('types: what must be given must be given', () => {
  const { client } = answering(200, '{}');
  const wrong = () => [
    // @ts-expect-error the site is missing
    client.call('sites.show'),
    // @ts-expect-error the token is missing
    client.call('sites.add', { body: { name: 'a', url: 'http://a', profile: 'source' } }),
    // @ts-expect-error there is no such operation
    client.call('sites.rename'),
  ];
  expect(wrong).toBeTypeOf('function');
  expectTypeOf<Answer<'sites.show'>>().toEqualTypeOf<Site>();
});
