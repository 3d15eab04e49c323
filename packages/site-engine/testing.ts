import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeBrackets } from '@jouvence/protocol';
import { testDatabase } from '../../src/store/testing.ts';
import { type Engine, openEngine } from './engine.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  bytes: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  json(): any;
}

export interface Ask {
  method?: string;
  path: string;
  /** Of the site; the door has none. */
  host?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

/** An engine behind real HTTP, on a database and a pool of its own. */
export interface TestEngine {
  engine: Engine;
  databaseUrl: string;
  poolDir: string;
  ask(request: Ask): Promise<Answer>;
  door(method: string, path: string, body?: unknown): Promise<Answer>;
  /** A function by its web-service name, as the token's owner; the parsed body. */
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  call(host: string, token: string, name: string, params?: Record<string, unknown>): Promise<any>;
  /** A browser on one site: keeps cookies, fills the form. */
  browse(host: string, headers?: Record<string, string>): Promise<Browser>;
  /** For requests that the others would not send. */
  send(port: number, request: Omit<Ask, 'host'>): Promise<Answer>;
  addresses: { sites: AddressInfo; door: AddressInfo };
  /** Errors that the engine logged. */
  failures: string[];
  close(): Promise<void>;
}

export interface Browser {
  get(path: string): Promise<Answer>;
  post(path: string, form: Record<string, string>): Promise<Answer>;
  signIn(username: string, password: string, wanted?: string): Promise<Answer>;
  cookie(): string;
}

export const testDoorKey = 'key-of-the-door-for-tests';

export async function startTestEngine(): Promise<TestEngine> {
  const database = await testDatabase();
  const poolDir = await mkdtemp(join(tmpdir(), 'engine-pool-'));
  const failures: string[] = [];
  const engine = await openEngine({
    databaseUrl: database.url,
    poolDir,
    doorKey: testDoorKey,
    log: (level, event, data) => {
      if (level === 'error') failures.push(`${event} ${String((data?.error as Error)?.stack ?? JSON.stringify(data))}`);
    },
  });
  const sites = await listen(createServer(engine.handleSite));
  const door = await listen(createServer(engine.handleDoor));
  const ask = ({ host, headers, ...rest }: Ask) =>
    send(port(sites), { ...rest, headers: { host: host ?? 'localhost', ...headers } });
  return {
    engine,
    databaseUrl: database.url,
    poolDir,
    failures,
    ask,
    send,
    addresses: { sites: sites.address() as AddressInfo, door: door.address() as AddressInfo },
    browse: async (host, headers = {}) =>
      browse((request) => ask({ ...request, host, headers: { ...headers, ...request.headers } })),
    door: (method, path, body) =>
      send(port(door), {
        method,
        path: `/engine/v1${path}`,
        headers: { authorization: `Bearer ${testDoorKey}` },
        body: body === undefined || body instanceof Uint8Array ? body : JSON.stringify(body),
      }),
    async call(host, token, name, params = {}) {
      const pairs = [
        ['wstoken', token],
        ['wsfunction', name],
        ['moodlewsrestformat', 'json'],
        ...encodeBrackets(params),
      ];
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const body = new URLSearchParams(pairs as [string, string][]).toString();
      return (await ask({ method: 'POST', path: '/webservice/rest/server.php', host, headers, body })).json();
    },
    async close() {
      for (const server of [sites, door]) {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
      await engine.close();
      await database.drop();
      await rm(poolDir, { recursive: true, force: true });
    },
  };
}

function browse(ask: (request: Ask) => Promise<Answer>): Browser {
  const jar = new Map<string, string>();
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const go = async (request: Ask): Promise<Answer> => {
    const answer = await ask({
      ...request,
      headers: { ...(jar.size > 0 && { cookie: cookie() }), ...request.headers },
    });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [name, value] = line.split(';', 1)[0]!.split('=') as [string, string];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
  const browser: Browser = {
    cookie,
    get: (path) => go({ path }),
    post: (path, form) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return go({ method: 'POST', path, headers, body: new URLSearchParams(form).toString() });
    },
    async signIn(username, password, wanted = '') {
      const page = await browser.get('/login/index.php');
      const key = /name="key" value="([^"]+)"/.exec(page.text.slice(page.text.indexOf('<main')))![1]!;
      return browser.post('/login/index.php', { key, username, password, wantsurl: wanted });
    },
  };
  return browser;
}

function send(to: number, { method = 'GET', path, headers, body }: Ask): Promise<Answer> {
  // Without it a DELETE’s body has no length, and is taken for the next request.
  const length =
    body === undefined || headers?.['transfer-encoding'] ? {} : { 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const call = request(
      { host: '127.0.0.1', port: to, method, path, headers: { ...length, ...headers }, agent: false },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(parts);
          const text = bytes.toString();
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            text,
            bytes,
            json: () => JSON.parse(text),
          });
        });
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

async function listen(server: Server): Promise<Server> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return server;
}

const port = (server: Server): number => (server.address() as AddressInfo).port;
