import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSiteProxy } from './index.ts';

let dir: string;
let engine: Server;
let edge: Server | undefined;
let port: number;
let trustedProxies: string[] = [];
/** What the engine does with a call. */
let answer: RequestListener;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'jv-proxy-'));
  const socketPath = join(dir, 's');
  engine = createServer((request, response) => answer(request, response));
  engine.listen(socketPath);
  await Promise.all([once(engine, 'listening'), openEdge()]);
});

async function openEdge(): Promise<void> {
  edge?.close();
  edge = createServer(createSiteProxy({ socketPath: join(dir, 's'), trustedProxies })).listen(0, '127.0.0.1');
  await once(edge, 'listening');
  port = (edge.address() as AddressInfo).port;
}

afterEach(async () => {
  trustedProxies = [];
  for (const server of [edge!, engine]) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
  edge = undefined;
  rmSync(dir, { recursive: true, force: true });
});

interface Call {
  method?: string;
  path?: string;
  headers?: Record<string, string | string[]>;
  body?: Buffer | Readable;
}

async function call({ method = 'GET', path = '/', headers = {}, body }: Call = {}): Promise<IncomingMessage> {
  const request = httpRequest({ port, method, path, headers: { host: 'campus.localhost', ...headers }, agent: false });
  // After the answer has come, what becomes of the rest is not looked at.
  request.on('error', () => {});
  if (body instanceof Readable) body.pipe(request);
  else request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

test('method, path, host, headers and status go through as they are', async () => {
  answer = (request, response) => {
    response.writeHead(418, 'Teapot', [
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
      ['X-Odd', 'é'.normalize('NFC')],
    ] as never);
    response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers }));
  };
  const response = await call({
    method: 'DELETE',
    path: '/a%2Fb?x=%C3%A9&y',
    headers: { cookie: 'k=v', 'x-jouvence-grant': 'g', range: 'bytes=5-' },
  });
  expect([response.statusCode, response.statusMessage]).toEqual([418, 'Teapot']);
  expect(response.headers['set-cookie']).toEqual(['a=1', 'b=2']);
  expect(JSON.parse(await text(response))).toMatchObject({
    method: 'DELETE',
    url: '/a%2Fb?x=%C3%A9&y',
    headers: { host: 'campus.localhost', cookie: 'k=v', 'x-jouvence-grant': 'g', range: 'bytes=5-' },
  });
});

test('of proxies and connections nothing goes through that a caller says, only the address that it calls from', async () => {
  answer = (request, response) => {
    response.writeHead(200, { connection: 'x-inner', 'x-inner': '1', 'keep-alive': 'timeout=9', 'x-outer': '2' });
    response.end(JSON.stringify(request.headers));
  };
  const response = await call({
    headers: {
      'x-forwarded-for': '10.0.0.1',
      forwarded: 'for=1',
      'x-real-ip': '1',
      te: 'trailers',
      connection: 'x-drop, host, keep-alive',
      'x-drop': '1',
      'x-keep': '1',
    },
  });
  expect(response.headers).toMatchObject({ 'x-outer': '2' });
  expect(response.headers).not.toHaveProperty('x-inner');
  expect(JSON.parse(await text(response))).toEqual({
    host: 'campus.localhost',
    'x-keep': '1',
    'x-forwarded-for': expect.stringMatching(/127\.0\.0\.1$/),
    connection: 'keep-alive',
  });
});

test('what a proxy that is trusted says of who calls is believed, and only that', async () => {
  answer = (request, response) => void response.end(request.headers['x-forwarded-for']);
  const asSeen = async (forwarded: string) => text(await call({ headers: { 'x-forwarded-for': forwarded } }));
  expect(await asSeen('198.51.100.7')).toMatch(/127\.0\.0\.1$/);
  trustedProxies.push('127.0.0.1', '10.0.0.0/8');
  await openEdge();
  expect(await asSeen('198.51.100.7')).toBe('198.51.100.7');
  // What comes before the first that is not trusted, anybody may have written.
  expect(await asSeen('203.0.113.9, 198.51.100.7, 10.1.2.3')).toBe('198.51.100.7');
});

test.each([
  ['of a known length', (bytes: Buffer) => ({ body: bytes, headers: { 'content-length': String(bytes.length) } })],
  [
    'in chunks',
    (bytes: Buffer) => ({
      body: Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]),
      headers: { 'transfer-encoding': 'chunked' },
    }),
  ],
])('bodies %s go through whole, both ways', async (_, make) => {
  const bytes = Buffer.alloc(3_000_000, 'Jouvence');
  let seen: IncomingMessage['headers'] = {};
  answer = (request, response) => {
    seen = request.headers;
    request.pipe(response);
  };
  const response = await call({ method: 'POST', ...make(bytes) });
  expect((await buffer(response)).equals(bytes)).toBe(true);
  expect(seen['content-length'] ?? seen['transfer-encoding']).toBe(Object.values(make(bytes).headers)[0]);
});

test('a call without a body has none', async () => {
  answer = async (request, response) =>
    response.end(`${request.headers['content-length']} ${(await text(request)).length}`);
  expect(await text(await call({ method: 'POST' }))).toBe('0 0');
});

test('an answer to HEAD keeps its length and has no body', async () => {
  answer = (_, response) => response.writeHead(200, { 'content-length': '12345', etag: '"x"' }).end();
  const response = await call({ method: 'HEAD' });
  expect([response.headers['content-length'], await text(response)]).toEqual(['12345', '']);
});

test('nothing is held: a reader that pauses makes the engine pause', async () => {
  let sent = 0;
  const paused = new Promise<void>((resolve) => {
    answer = (_, response) => {
      const chunk = Buffer.alloc(65_536);
      const fill = (): void => {
        for (;;) {
          sent += chunk.length;
          if (!response.write(chunk)) break;
        }
        resolve();
      };
      fill();
      response.on('drain', fill);
    };
  });
  const response = await call();
  response.pause();
  await paused;
  // Whatever pipes and sockets hold, and not the archive: without back-pressure this never comes to rest.
  let before = -1;
  while (before !== sent) {
    before = sent;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(sent).toBeLessThan(64 * 1_048_576);
  response.destroy();
});

test('a caller who goes away ends the call in the engine', async () => {
  const gone = new Promise<void>((resolve) => {
    answer = (_, response) => {
      response.on('close', () => resolve());
      response.write('first');
    };
  });
  const response = await call();
  await once(response, 'data');
  response.destroy();
  await gone;
});

test('a caller who goes away in the middle of an upload ends it in the engine', async () => {
  const arrived = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  answer = (request) => {
    request.once('data', () => arrived.resolve());
    request.on('error', () => gone.resolve());
    request.resume();
  };
  const socket = connect(port, '127.0.0.1', () =>
    socket.write('POST / HTTP/1.1\r\nHost: c.localhost\r\nContent-Length: 1000\r\n\r\nhalf'),
  );
  await arrived.promise;
  socket.destroy();
  await gone.promise;
});

test('an engine that breaks off in the middle cannot be mistaken for the end', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('half', () => response.destroy());
  };
  await expect(text(await call())).rejects.toThrow('aborted');
});

test('an answer before the whole body was read arrives', async () => {
  answer = (_, response) => response.writeHead(413).end('too large');
  const body = Buffer.alloc(8_000_000);
  const response = await call({ method: 'POST', body, headers: { 'content-length': String(body.length) } });
  expect([response.statusCode, await text(response)]).toEqual([413, 'too large']);
});

test('without the engine: 503, when to come again, in the language asked for', async () => {
  await new Promise((closed) => engine.close(closed));
  const french = await call({ headers: { 'accept-language': 'fr-FR,fr' } });
  expect([french.statusCode, Number(french.headers['retry-after']) > 0]).toEqual([503, true]);
  expect(await text(french)).toContain('pas disponible');
  expect(await text(await call({ method: 'POST', body: Buffer.alloc(100), path: '/<script>' }))).toContain(
    'not available',
  );
});
