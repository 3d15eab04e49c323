import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Course, Request, Status } from '@jouvence/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jouvence, makeDataDir, type Serving, serveOn, until } from './product.ts';

/** One server with the demo, one course carried: what those who watch over it see. */
let dataDir: ReturnType<typeof makeDataDir>;
let server: Serving;
let metricsPort: number;
let request: Request;

const run = (...args: string[]) => jouvence([...args, '--data', String(dataDir)]);
const json = async <T>(...args: string[]): Promise<T> => JSON.parse((await run(...args, '--json')).stdout) as T;

beforeAll(async () => {
  dataDir = makeDataDir();
  metricsPort = await freePort();
  server = await serveOn(dataDir, ['--demo'], {
    JOUVENCE_LOG_LEVEL: 'debug',
    JOUVENCE_METRICS_PORT: String(metricsPort),
  });
  const { sources } = await json<{ sources: { source: string; courses: Course[] }[] }>(
    ...['courses', 'list', '--target', 'campus-2026', '--person', 'prof.martin'],
  );
  const { source, courses } = sources.find((each) => each.courses.length > 0)!;
  const sent = ['requests', 'send', '--target', 'campus-2026', '--person', 'prof.martin', '--wait'];
  const { requests } = await json<{ requests: Request[] }>(...sent, `${source}:${courses[0]!.id}`);
  request = requests[0]!;
  expect(request.state).toBe('done');
}, 120_000);

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  dataDir?.[Symbol.dispose]();
});

interface Line {
  level: string;
  msg: string;
  pid: number;
  [field: string]: unknown;
}

const logOf = ({ output }: Serving): Line[] =>
  output.stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);

test('one course is followed through the logs of API and worker by its request', async () => {
  const lines = await until(
    async () => logOf(server).filter((line) => line.request === request.id),
    (found) => found.some(({ msg }) => msg === 'ended'),
  ).then((found) => found.filter(({ msg }) => msg !== 'call'));
  // Two processes write: the worker may be heard before the API.
  const first = lines.find(({ msg }) => msg === 'asked for');
  // The API says which call it came by, and that call has a line of its own.
  expect(first).toMatchObject({ source: request.source, target: request.target });
  expect(logOf(server)).toContainEqual(
    expect.objectContaining({ msg: 'call', call: first!.call, route: 'POST /api/v1/requests', status: 200 }),
  );
  const steps = lines.filter(({ msg }) => msg === 'step ended');
  expect(steps.map(({ step, how }) => `${step} ${how}`)).toEqual(request.steps.map(({ name }) => `${name} finished`));
  expect(new Set(steps.map(({ pid }) => pid)).size).toBe(1);
  expect(steps[0]!.pid).not.toBe(first!.pid);
  for (const { step, site } of steps)
    expect(site, `${step}`).toBe(
      ['queued', 'backing-up', 'fetching'].includes(String(step)) ? request.source : request.target,
    );
  // What other modules write meanwhile is about it too: each call to a site.
  const calls = lines.filter(({ msg }) => msg === 'site called');
  expect(calls.map((line) => `${line.site} ${line.function}`)).toEqual(
    expect.arrayContaining([
      `${request.source} start_backup`,
      `${request.source} download`,
      `${request.target} upload`,
    ]),
  );
  expect(lines.find(({ msg }) => msg === 'ended')).toMatchObject({
    outcome: 'done',
    source: request.source,
    target: request.target,
  });
});

test('a line has one meaning for each word: request is a teacher’s, call is a call of HTTP, levels are sane', () => {
  const lines = logOf(server);
  for (const line of lines) if (line.request !== undefined) expect(line.request).toMatch(/^[0-9a-z]{12}$/);
  for (const { call } of lines) if (call !== undefined) expect(call).toMatch(/^[0-9a-f-]{36}$/);
  const sites = new Set(['campus-2023', 'campus-2024', 'campus-2025', 'campus-2026', request.source, request.target]);
  for (const { site } of lines) if (site !== undefined) expect(sites).toContain(site);
  // All went well: nobody is to be woken.
  expect(lines.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
});

test('Prometheus: by a token on the port of the API, by nothing on one of this machine only', async () => {
  expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
  const token = (await run('tokens', 'create', 'prometheus')).stdout.trim();
  const asked = () => fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const limited = (await run('tokens', 'create', 'school', '--role', 'school', '--site', request.target)).stdout.trim();
  const byLimited = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${limited}` } });
  // It names every site.
  expect(byLimited.status).toBe(403);
  const { source, target } = request;
  const text = await until(
    async () => (await asked()).text(),
    // The worker writes what it counted every ten seconds.
    (found) => seriesValue(found, 'jouvence_requests_ended_total', { outcome: 'done', process: 'worker' }) === 1,
  );
  const byOwnPort = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
  expect(byOwnPort.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  expect(await byOwnPort.text()).toContain('jouvence_site_up');
  const rebound = await fetch(`http://127.0.0.1:${metricsPort}/`);
  expect(rebound.status).toBe(404);

  const value = (name: string, labels: Record<string, string>) => seriesValue(text, name, labels);
  expect(value('jouvence_database_up', {})).toBe(1);
  expect(value('jouvence_requests_kept', { outcome: 'done' })).toBe(1);
  const archive = { process: 'worker' };
  expect(value('jouvence_transferred_bytes_total', { ...archive, site: source, direction: 'in' })).toBeGreaterThan(0);
  expect(value('jouvence_transferred_bytes_total', { ...archive, site: target, direction: 'out' })).toBeGreaterThan(0);
  for (const step of ['backing-up', 'fetching', 'restoring', 'cleaning'])
    expect(value('jouvence_step_duration_seconds_count', { step, how: 'finished' }), step).toBe(1);
  expect(value('jouvence_site_up', { site: source })).toBe(1);
  const sent = { operation: 'requests.send', status: '200', process: 'api' };
  expect(value('jouvence_http_request_duration_seconds_count', sent)).toBe(1);
  expect(value('nodejs_eventloop_lag_seconds', { process: 'worker' })).toBeGreaterThan(0);
  expect(value('process_resident_memory_bytes', { process: 'api' })).toBeGreaterThan(1e7);
  expect(value('jouvence_database_connections', { state: 'total', process: 'api' })).toBeGreaterThan(0);
  expect(value('jouvence_spool_reserved_bytes', {})).toBe(0);
  // Nobody and no course is a label.
  expect(text).not.toMatch(/prof\.martin/);
  expect(text).not.toContain(request.id);
  mustBeWellFormed(text);
}, 30_000);

test('status says the same as ready, to operators with reasons, by command too', async () => {
  const { status, ...answer } = await fetch(`${server.url}/ready`).then(async (response) => ({
    status: response.status,
    ...((await response.json()) as Status),
  }));
  expect(status).toBe(200);
  expect(answer.checks.map(({ name, ok }) => [name, ok])).toEqual(
    ['database', 'schema', 'worker', 'engine', 'key'].map((name) => [name, true]),
  );
  expect((await fetch(`${server.url}/api/v1/status`)).status).toBe(401);
  const { code, stdout } = await run('status', '--lang', 'fr');
  expect(code).toBe(0);
  expect(stdout).toContain('prêt, des cours peuvent être transférés');
  expect((await json<Status>('status')).ready).toBe(true);
});

/** Of the series of that name that has these labels among its own. */
function seriesValue(text: string, name: string, labels: Record<string, string>): number | undefined {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const line = text
    .split('\n')
    .find((each) => /^[a-z_]+/i.exec(each)?.[0] === name && wanted.every((part) => each.includes(part)));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
}

/** As Prometheus reads it: each metric once, with help and type before its values, and no series twice. */
function mustBeWellFormed(text: string): void {
  const heads = [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name]) => name);
  expect(new Set(heads).size).toBe(heads.length);
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of series)
    expect(line).toMatch(/^[a-z_][a-z0-9_]*(\{([a-z_]+="(\\.|[^"\\])*",?)*\})? (-?[\d.]+(e[+-]?\d+)?|NaN|\+Inf)$/i);
  const names = series.map((line) => line.slice(0, line.lastIndexOf(' ')));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
