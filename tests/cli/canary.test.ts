import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Course, Request } from '@jouvence/contract';
import pg from 'pg';
import { expect, test } from 'vitest';
import { readTar } from '../../src/backup/tar.ts';
import { openDoor } from '../../src/demo/door.ts';
import { openSecrets, socketPath } from '../../src/store/index.ts';
import { jouvence, makeDataDir, serveOn, until } from './product.ts';

/*
 * Whatever Jouvence knows and must not tell is planted, or taken from where it is kept, and given a name here. Then it is
 * used, in ways that work and in ways that fail, with everything logged. Then every place is searched for every secret,
 * in each of the forms in which it could stand there.
 *
 * A new kind of secret: `plant('what it is', value)`, and a call that uses it. A new place: `collect('where', text)`.
 */
const planted = new Map<string, string>();
const places = new Map<string, string[]>();
/** Where a secret may stand, because that is what the place is for. */
const allowed = new Set<string>();

function plant(name: string, value: string): string {
  expect(value.length, name).toBeGreaterThan(8);
  planted.set(name, value);
  return value;
}

function collect(place: string, text: string): string {
  places.set(place, [...(places.get(place) ?? []), text]);
  return text;
}

const canary = (name: string): string => plant(name, `canary-${randomBytes(12).toString('hex')}`);

/** As it is, as an address or a form has it, as basic authentication and base64 have it. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  return [
    ...new Set([
      value,
      encodeURIComponent(value),
      bytes.toString('base64'),
      bytes.toString('base64url'),
      bytes.toString('hex'),
    ]),
  ];
}

test('no secret stands in a log, an argument, an environment, a row, a backup, an answer, an error or a metric', async () => {
  using dataDir = makeDataDir();
  const dir = String(dataDir);
  const port = await freePort();
  await using provider = await openLiar();
  const mailPassword = canary('password of the mail server');
  const oidcSecret = canary('client secret of OpenID');
  writeFileSync(
    join(dir, 'jouvence.yaml'),
    [
      'log: { level: trace }',
      `server: { port: ${port}, publicUrl: "http://localhost:${port}" }`,
      // Nobody listens there, so that each mail fails.
      `mail: { url: "smtp://jouvence:${mailPassword}@127.0.0.1:9", from: "jouvence@example.org", allowInsecure: true }`,
      `oidc: { issuer: "${provider.url}", clientId: jouvence, clientSecret: ${oidcSecret} }`,
    ].join('\n'),
    { mode: 0o600 },
  );
  const run = async (...args: string[]) => {
    const done = await jouvence([...args, '--data', dir]);
    collect(`what "${args.slice(0, 2).join(' ')}" prints`, done.stdout + done.stderr);
    return done;
  };
  const watching = watchProcesses(dir);
  {
    await using server = await serveOn(dir, ['--demo', '--port', String(port)]);
    await until(
      async () => (await fetch(`${server.url}/ready`)).status,
      (status) => status === 200,
    );
    const [demoPassword] = (JSON.parse(readFileSync(join(dir, 'demo.json'), 'utf8')) as { password: string }[]).map(
      ({ password }) => plant('password of a demo account', password),
    );
    // The start prints these for whoever tries the demo.
    allowed.add("password of a demo account | the server's standard output");

    await useTokens(dir, run);
    await usePairing(dir, run);
    await useOperators(dir, run, server.url);
    await usePeople(port, demoPassword!);
    await carry(run, server.url);
    await break_(run, server.url);

    const token = planted.get('token of the API')!;
    for (const path of [
      '/metrics',
      '/ready',
      '/health',
      '/api/v1/openapi.json',
      '/api/v1/status',
      '/api/v1/sites',
      '/api/v1/pairs',
      '/api/v1/tokens',
      '/api/v1/operators',
      '/api/v1/audit',
      '/api/v1/requests?limit=200',
      '/api/v1/settings',
      '/api/v1/notices/outbox',
      '/api/v1/people/campus-2026/prof.martin',
    ]) {
      const answer = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
      collect(`GET ${path}`, await answer.text());
      expect([200, 404], path).toContain(answer.status);
    }
    await keepKeys(dir);
    await run('secrets', 'status');
    await run('config', 'show');
    expect((await run('backup', join(dir, 'saved.tar'))).code).toBe(0);
    expect((await run('secrets', 'rotate')).code).toBe(0);
    plant('key of the secrets, new', readFileSync(join(dir, 'secret.key'), 'utf8').trim());
    await run('sites', 'check', 'campus-2026');
    collect("the server's standard output", server.output.stdout);
    collect("the server's log", server.output.stderr);
  }
  await watching.stop();
  await collectBackup(join(dir, 'saved.tar'));
  const log = places.get("the server's log")!.join('');
  // All was logged: else nothing could be found in it.
  for (const word of ['"level":"debug"', '"msg":"site called"', 'start_backup', '"outcome":"done"'])
    expect(log).toContain(word);
  expect(places.get('rows of the backup')!.join('')).toContain('campus-2026');

  const found: string[] = [];
  for (const [name, value] of planted)
    for (const [place, texts] of places)
      if (
        !allowed.has(`${name} | ${place}`) &&
        formsOf(value).some((form) => texts.some((text) => text.includes(form)))
      )
        found.push(`${name} | ${place}`);
  expect(found).toEqual([]);
  expect(planted.size).toBeGreaterThan(15);
}, 240_000);

type Run = (...args: string[]) => ReturnType<typeof jouvence>;

/** Tokens of the API: made, used, wrong, revoked. */
async function useTokens(_dir: string, run: Run): Promise<void> {
  const made = await run('tokens', 'create', 'prometheus');
  plant('token of the API', made.stdout.trim());
  allowed.add('token of the API | what "tokens create" prints');
  const revoked = await run('tokens', 'create', 'gone');
  plant('token of the API, revoked', revoked.stdout.trim());
  allowed.add('token of the API, revoked | what "tokens create" prints');
  await run('tokens', 'revoke', 'gone');
  await run('tokens', 'list', '--json');
}

/** Sites are paired by a code; another code is wrong, another one used up; tokens are rotated; a token is refused. */
async function usePairing(dir: string, run: Run): Promise<void> {
  const door = openDoor(socketPath(dir, 'door.sock'), readFileSync(join(dir, 'engine.key'), 'utf8').trim());
  const file = join(dir, 'given');
  for (const [name, site] of [
    ['a pairing code', 'campus-2026'],
    ['another pairing code', 'campus-2023'],
  ] as const) {
    const profile = site === 'campus-2026' ? 'target' : 'source';
    const { code } = await door.call('createPairing', { site }, { profile });
    plant(name, code.split('#')[1]!);
    writeFileSync(file, code, { mode: 0o600 });
    expect((await run('sites', 'add', site, '--code-file', file)).code, site).toBe(0);
    // Used up.
    expect((await run('sites', 'add', site, '--code-file', file)).code).not.toBe(0);
  }
  writeFileSync(file, canary('a token that its site refuses'));
  const { url } = JSON.parse((await run('sites', 'show', 'campus-2024', '--json')).stdout) as { url: string };
  expect((await run('sites', 'add', 'refused', url, '--profile', 'source', '--token-file', file)).code).not.toBe(0);
  // In an address, where nobody should write one.
  const { host } = new URL(url);
  expect(
    (
      await run(
        'sites',
        'add',
        'odd',
        `http://admin:${planted.get('a token that its site refuses')}@${host}`,
        '--profile',
        'source',
        '--token-file',
        file,
      )
    ).code,
  ).not.toBe(0);
  allowed.add('a token that its site refuses | arguments of processes');
  expect((await run('sites', 'rotate', 'campus-2026')).code).toBe(0);
  expect((await run('sites', 'check', 'campus-2023')).code).toBeLessThan(2);
}

/** An operator is invited, chooses a password, signs in, mistypes; OpenID fails at the provider. */
async function useOperators(dir: string, run: Run, url: string): Promise<void> {
  const invited = await run('operators', 'add', 'ada', '--role', 'operator', '--email', 'ada@example.org');
  expect(invited).toMatchObject({ code: 0 });
  plant('an invitation', invited.stdout.trim().split('/').at(-1)!);
  allowed.add('an invitation | what "operators add" prints');
  const password = canary('password of an operator');
  const file = join(dir, 'given');
  writeFileSync(file, password);
  expect((await run('operators', 'password', 'ada', '--password-file', file)).code).toBe(0);
  const signIn = (word: string) => post(`${url}/sign-in`, { username: 'ada', password: word }, { origin: url });
  await signIn(canary('a mistyped password of an operator'));
  const entered = await signIn(password);
  const cookie = /__Host-jouvence-operator=([^;]+)/.exec(String(entered.headers['set-cookie']))?.[1];
  plant('session cookie of an operator', cookie!);
  const own = await fetch(`${url}/api/v1/sites`, { headers: { cookie: `__Host-jouvence-operator=${cookie}` } });
  expect(own.status).toBe(200);
  collect('GET /sign-in/openid', await (await fetch(`${url}/sign-in/openid`, { redirect: 'manual' })).text());
  await run('notices', 'test', 'ada@example.org');
}

/** Somebody signs in on the site, and enters from there with a ticket. */
async function usePeople(port: number, password: string): Promise<void> {
  const browser = openBrowser(port);
  const away = await browser.get('localhost', '/enter/campus-2026');
  const entrance = new URL(String(away.headers.location));
  const asked = await browser.get(entrance.hostname, entrance.pathname + entrance.search);
  const form = await browser.get(entrance.hostname, String(asked.headers.location));
  const fields = Object.fromEntries(
    [...form.body.matchAll(/name="(key|wantsurl)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value!.replaceAll('&amp;', '&'),
    ]),
  );
  const signedIn = await browser.post(entrance.hostname, '/login/index.php', {
    ...fields,
    username: 'prof.martin',
    password,
  });
  plant('session cookie of a site', /=([^;]{20,})/.exec(String(signedIn.headers['set-cookie']))![1]!);
  const page = await browser.get(entrance.hostname, entrance.pathname + entrance.search);
  const ticket = plant('a ticket', /name="ticket" value="([^"]+)"/.exec(page.body)![1]!);
  const entered = await browser.post('localhost', '/enter', { ticket });
  plant(
    'session cookie of a person',
    /__Host-jouvence-person=([^;]+)/.exec(String(entered.headers['set-cookie']))![1]!,
  );
  // Used once already.
  collect('POST /enter, refused', (await browser.post('localhost', '/enter', { ticket })).body);
}

/** A course that arrives, one that is refused. */
async function carry(run: Run, url: string): Promise<void> {
  const list = ['courses', 'list', '--target', 'campus-2026', '--person', 'prof.martin', '--json'];
  const { sources } = JSON.parse((await run(...list)).stdout) as { sources: { source: string; courses: Course[] }[] };
  const wishes = sources.flatMap(({ source, courses }) => courses.map(({ id }) => `${source}:${id}`));
  const send = ['requests', 'send', '--target', 'campus-2026', '--person', 'prof.martin', '--wait', '--json'];
  const { requests } = JSON.parse((await run(...send, '--people', wishes[0]!)).stdout) as { requests: Request[] };
  expect(requests.map(({ state }) => state)).toEqual(['done']);
  await run(...send, 'campus-2023:999999');
  await run('requests', 'show', requests[0]!.id, '--json');
  void url;
}

/** Calls that must fail, each with a secret in its hands. */
async function break_(run: Run, url: string): Promise<void> {
  const wrong = canary('a wrong token of the API');
  for (const authorization of [
    `Bearer jvt_${wrong}`,
    `Bearer ${wrong}`,
    `Basic ${wrong}`,
    `Bearer ${planted.get('token of the API, revoked')}`,
  ])
    collect(
      'a call with a wrong token',
      await (await fetch(`${url}/api/v1/sites`, { headers: { authorization } })).text(),
    );
  const token = planted.get('token of the API')!;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  for (const [path, body] of [
    [
      '/api/v1/sites',
      `{"name":"x","url":"http://127.0.0.1:1","profile":"source","token":"${planted.get('a token that its site refuses')}"}`,
    ],
    ['/api/v1/sites', `{"token":"${planted.get('a token that its site refuses')}"`],
    ['/api/v1/operators/ada/password', `{"password":"${planted.get('a mistyped password of an operator')}","extra":1}`],
  ] as const)
    collect(`POST ${path}, refused`, await (await fetch(`${url}${path}`, { method: 'POST', headers, body })).text());
  collect('a query with a token', await (await fetch(`${url}/api/v1/nowhere?token=${token}`, { headers })).text());
  await run('sites', 'check', 'nowhere');
}

/** What is kept on the disk: the key, the passwords of the database, the door, and the tokens themselves. */
async function keepKeys(dir: string): Promise<void> {
  plant('key of the secrets', readFileSync(join(dir, 'secret.key'), 'utf8').trim());
  plant('key of the door', readFileSync(join(dir, 'engine.key'), 'utf8').trim());
  const kept = JSON.parse(readFileSync(join(dir, 'postgres.json'), 'utf8')) as {
    home: string | null;
    passwords: Record<string, string>;
  };
  for (const [role, password] of Object.entries(kept.passwords))
    plant(`password of the database role ${role}`, password);
  const secrets = openSecrets(dir, {});
  const home = kept.home ?? join(dir, 'postgres');
  const client = new pg.Client({
    user: 'jouvence',
    database: 'jouvence',
    password: kept.passwords.jouvence!,
    host: socketOf(home),
  });
  await client.connect();
  const { rows } = await client.query(
    'select s.name, t.profile, t.sealed from site_tokens t join sites s on s.id = t.site_id',
  );
  await client.end();
  expect(rows.length).toBe(3);
  for (const { name, profile, sealed } of rows)
    plant(`token of ${name}`, secrets.openSecret(sealed, { site: name, column: `token.${profile}` }));
}

/** Where the embedded PostgreSQL listens: it says so itself. */
const socketOf = (home: string): string => readFileSync(join(home, 'data/postmaster.pid'), 'utf8').split('\n')[4]!;

async function collectBackup(file: string): Promise<void> {
  for await (const entry of readTar(file)) {
    const parts: Buffer[] = [];
    for await (const piece of entry.body) parts.push(Buffer.from(piece));
    const body = Buffer.concat(parts);
    if (entry.name.endsWith('.gz')) collect('rows of the backup', gunzipSync(body).toString());
    else if (!entry.name.startsWith('pool/')) collect('lists of the backup', body.toString());
  }
}

/** Arguments and environment of every process that has to do with this data directory, again and again. */
function watchProcesses(dir: string): { stop(): Promise<void> } {
  let going = true;
  const seen = new Set<string>();
  const note = (place: string, path: string) => {
    try {
      const text = readFileSync(path, 'utf8');
      const digest = createHash('sha1').update(place).update(text).digest('hex');
      if (!seen.has(digest)) collect(place, text);
      seen.add(digest);
    } catch {
      // It has ended.
    }
  };
  const isOurs = (pid: string): boolean => {
    try {
      return (
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(dir) ||
        readlinkSync(`/proc/${pid}/cwd`).includes(dir) ||
        isBelow(pid, process.pid)
      );
    } catch {
      return false;
    }
  };
  const loop = (async () => {
    while (going) {
      for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isOurs(name))) {
        note('arguments of processes', `/proc/${pid}/cmdline`);
        note('environment of processes', `/proc/${pid}/environ`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return {
    stop: () => {
      going = false;
      return loop;
    },
  };
}

function isBelow(pid: string, ancestor: number): boolean {
  for (let at = Number(pid); at > 1; ) {
    if (at === ancestor) return true;
    const stat = readFileSync(`/proc/${at}/stat`, 'utf8');
    at = Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2]);
  }
  return false;
}

interface Page {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Cookies by host; every name is this machine. */
function openBrowser(port: number) {
  const jar = new Map<string, Map<string, string>>();
  const go = async (method: string, host: string, path: string, body?: string): Promise<Page> => {
    const cookies = jar.get(host) ?? new Map<string, string>();
    jar.set(host, cookies);
    const page = await send(
      {
        method,
        host: '127.0.0.1',
        port,
        path,
        headers: {
          host: `${host}:${port}`,
          origin: `http://${host}:${port}`,
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
      },
      body,
    );
    for (const line of [page.headers['set-cookie'] ?? []].flat()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      cookies.set(name!, value!);
    }
    return page;
  };
  return {
    get: (host: string, path: string) => go('GET', host, path),
    post: (host: string, path: string, fields: Record<string, string>) =>
      go('POST', host, path, new URLSearchParams(fields).toString()),
  };
}

function post(url: string, fields: Record<string, string>, headers: Record<string, string>): Promise<Page> {
  const { hostname, port, pathname } = new URL(url);
  return send(
    {
      method: 'POST',
      host: hostname,
      port,
      path: pathname,
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    },
    new URLSearchParams(fields).toString(),
  );
}

function send(options: object, body = ''): Promise<Page> {
  return new Promise((resolve, reject) => {
    const call = request(options, async (response) => {
      let text = '';
      for await (const piece of response) text += piece;
      resolve({ status: response.statusCode!, headers: response.headers, body: text });
    });
    call.on('error', reject);
    call.end(body);
  });
}

/** Takes itself for an OpenID provider, and answers what none would. */
async function openLiar(): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((_, response) => response.writeHead(500).end('{"error":"no"}')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
