import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type ApiClient, type Course, createApiClient, endStates, type Request } from '@jouvence/contract';
import { readConfig } from '../config.ts';
import { AppError } from '../errors.ts';
import { openLog } from '../log.ts';
import { type Server, serve } from '../serve.ts';
import { removeDataDir } from '../store/index.ts';
import { demoRequests } from './campuses.ts';
import { compareNames, compareWithArchive, type Finding } from './compare.ts';
import { loadDemo } from './load.ts';
import type { DemoVoice } from './voice.ts';

export interface DemoOptions {
  voice: DemoVoice;
  /** Keeps the data directory there instead of using a temporary one. */
  keep?: string;
  signal: AbortSignal;
}

export interface CarriedCourse {
  request: Request;
  /** What the comparison with the archive found wrong; empty: all is as it should be. */
  wrong: Finding[];
}

export interface DemoResult {
  ok: boolean;
  seconds: number;
  carried: CarriedCourse[];
}

/**
 * Three campuses in a data directory of its own, five courses asked for by their teachers through the API, carried by
 * the worker, and each compared with the archive from which it came. Everything is stopped and removed at the end.
 */
export async function runDemo({ voice, keep, signal }: DemoOptions): Promise<DemoResult> {
  const began = Date.now();
  const dataDir = keep ?? mkdtempSync(join(tmpdir(), 'jouvence-demo-'));
  let server: Server | undefined;
  try {
    const config = readConfig({ dataDir, env: {}, options: { 'server.port': 0, 'log.level': 'warn' } });
    server = await serve({ config, log: openLog({ level: 'warn' }), onStep: (step) => voice.starting(step), signal });
    await loadDemo({
      dataDir,
      port: server.port,
      door: server.door!,
      modules: server.modules,
      onCourse: (...course) => voice.loading(...course),
      signal,
    });
    const client = await apiClient(server);
    const sent = await sendAll(client, signal);
    const ended = await follow(client, sent, voice, signal);
    const carried: CarriedCourse[] = [];
    const names = compareNames(ended);
    for (const [index, request] of ended.entries()) {
      const wrong = await compareWithArchive(server.modules, request, demoRequests[index]!);
      carried.push({ request, wrong: [...wrong, ...names[index]!] });
    }
    return { ok: carried.every(({ wrong }) => wrong.length === 0), seconds: (Date.now() - began) / 1000, carried };
  } catch (error) {
    if (!signal.aborted) throw error;
    const left = keep ? `what was done is in ${keep}` : 'nothing is left behind';
    throw new AppError('cancelled', `the demo was stopped before its end; ${left}`, { cause: error });
  } finally {
    voice.finish();
    await server?.stop();
    if (!keep) removeDataDir(dataDir);
  }
}

/** As a program of an operator would: over the port, with a token that lasts a day. */
async function apiClient({ modules, port }: Server): Promise<ApiClient> {
  const { token } = await modules.accounts.tokens.create({ kind: 'system' }, { name: 'demo', days: 1 });
  return createApiClient({ fetch, baseUrl: `http://127.0.0.1:${port}`, token });
}

/** Each teacher looks for the courses, then asks for them. */
async function sendAll(client: ApiClient, signal: AbortSignal): Promise<Request[]> {
  const sent: Request[] = [];
  for (const { person, source, shortname, people } of demoRequests) {
    const { sources } = await client.call(
      'courses.list',
      { query: { target: 'campus-2026', person, source } },
      { signal },
    );
    const course: Course | undefined = sources[0]?.courses.find((each) => each.shortname === shortname);
    if (!course)
      throw new Error(
        `${person} does not see ${shortname} on ${source}: ${sources[0]?.error?.message ?? 'it is not in the list'}`,
      );
    const { requests } = await client.call(
      'requests.send',
      {
        body: {
          target: 'campus-2026',
          person,
          key: `demo-${source}-${shortname}`,
          items: [{ source, courseid: course.id, people }],
        },
      },
      { signal },
    );
    sent.push(...requests);
  }
  return sent;
}

async function follow(client: ApiClient, sent: Request[], voice: DemoVoice, signal: AbortSignal): Promise<Request[]> {
  const latest = new Map(sent.map((request) => [request.id, request]));
  const isOpen = (request: Request): boolean => !(endStates as readonly string[]).includes(request.state);
  while ([...latest.values()].some(isOpen)) {
    await wait(150, undefined, { signal });
    const { requests } = await client.call('requests.list', { query: { target: 'campus-2026' } }, { signal });
    for (const { id } of requests.filter(({ id, revision }) => revision > (latest.get(id)?.revision ?? Infinity))) {
      const request = await client.call('requests.show', { params: { id } }, { signal });
      latest.set(id, request);
      voice.progress(request);
    }
  }
  return sent.map(({ id }) => latest.get(id)!);
}
