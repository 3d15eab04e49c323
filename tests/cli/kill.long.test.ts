import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Request } from '@jouvence/contract';
import { expect, test } from 'vitest';
import { jouvence, makeDataDir, serveOn, until } from './product.ts';

const processes = ['processes/engine.ts', 'processes/worker.ts', 'processes/api.ts', 'postgres'] as const;
const rounds = Number(process.env.ROUNDS ?? 20);

/** The main process of each part of the product. */
function processOf(server: number, dataDir: string, name: (typeof processes)[number]): number | undefined {
  if (name === 'postgres')
    return Number(readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const row = rows
    .map((line) => line.trim().split(/\s+/))
    .find(([, parent, ...args]) => {
      return Number(parent) === server && args.join(' ').includes(name);
    });
  return row && Number(row[0]);
}

test(`engine, worker, API and PostgreSQL killed ${rounds} times while courses travel: each arrives once`, async () => {
  using directory = makeDataDir();
  const dataDir = String(directory);
  await using server = await serveOn(dataDir, ['--demo']);
  const json = async <T>(...args: string[]): Promise<T> => {
    const { code, stdout, stderr } = await jouvence([...args, '--json', '--data', dataDir]);
    if (code !== 0) throw new Error(stdout || stderr);
    return JSON.parse(stdout) as T;
  };
  /** A server that is just coming back is asked again; what it refuses, it refuses. */
  const asked = <T>(...args: string[]): Promise<T> =>
    until(
      () =>
        json<T>(...args).catch((error: Error) =>
          /invalid-parameter|not-allowed|conflict/.test(error.message) ? error : undefined,
        ),
      (answer) => answer !== undefined,
    ).then((answer) => {
      if (answer instanceof Error) throw answer;
      return answer as T;
    });

  // Each round asks for the same courses anew.
  await asked('settings', 'set', 'requests.oneInstance', 'no');
  const { sources } = await asked<{ sources: { source: string; courses: { id: number }[] }[] }>(
    ...['courses', 'list', '--target', 'campus-2026', '--person', 'prof.martin'],
  );
  const wishes = sources.flatMap(({ source, courses }) => courses.map(({ id }) => `${source}:${id}`));
  expect(wishes.length).toBeGreaterThan(0);
  const ids = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    // With a key, an answer that was lost with the server does not make a second request.
    const { requests } = await asked<{ requests: Request[] }>(
      ...['requests', 'send', '--target', 'campus-2026', '--person', 'prof.martin', '--key', `round-${round}`],
      ...wishes,
    );
    for (const { id } of requests) ids.add(id);
    await pause(round * 40);
    const pid = processOf(server.process.pid!, dataDir, processes[round % processes.length]!);
    if (pid) process.kill(pid, 'SIGKILL');
  }
  const { requests } = await until(
    () => json<{ requests: Request[] }>('requests', 'list', '--limit', '200'),
    (list) => list.requests.every(({ state }) => ['done', 'failed', 'refused', 'cancelled'].includes(state)),
  );
  expect(requests.map(({ id }) => id).sort()).toEqual([...ids].sort());
  expect(requests.filter(({ state }) => state !== 'done').map(({ state, error }) => ({ state, error }))).toEqual([]);
  const courses = requests.map(({ newCourse }) => newCourse!.id);
  expect(new Set(courses).size).toBe(ids.size);
  for (const id of ids) {
    const { report } = await json<{ report: Request['report'] }>('requests', 'report', id);
    expect(report.filter(({ severity }) => severity === 'error')).toEqual([]);
  }
}, 600_000);
