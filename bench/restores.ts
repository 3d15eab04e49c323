import { createReadStream, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Request } from '@jouvence/contract';
import { openDoor } from '../src/demo/door.ts';
import { socketPath } from '../src/store/index.ts';
import { Control } from '../tests/real/rig/control.ts';

/*
 * npm run bench -- restores [requests]: 200 requests of 50 teachers, sent together, from two embedded sources to one
 * target, as `jouvence serve` carries them with its defaults. Courses a second; Jouvence's own time beside that in which
 * the sites back up and restore; how long the API takes to answer meanwhile; and how often a course arrived within what
 * was estimated when it was sent, and when it was begun (aim: 80 %). Ten courses go before, as in any installation that
 * has run for an hour: without them all estimates are said to be rough, and are not counted here.
 */
const wanted = Number(process.argv[2] ?? 200);
const perTeacher = 4;
const teachers = Array.from({ length: Math.ceil(wanted / perTeacher) }, (_, n) => `prof.${n + 1}`);
const sources = ['old-a', 'old-b'];
const target = 'new';
const archives = ['mat202-moodle41-users0', 'inf300-moodle45-users1', 'his110-moodle45-users1'];
/** In these the sites' own work is waited for; the rest is Jouvence's. */
const siteSteps = new Set(['backing-up', 'restoring']);

const control = await Control.start();
try {
  const courses = await makeSites();
  const { token } = await control.json<{ token: string }>(['tokens', 'create', 'bench', '--days', '1']);
  const call = callerOf(token);
  // Fifty teachers bring the same few courses.
  await call('PUT', '/settings/requests.oneInstance', { value: false }).catch(() => undefined);
  console.log(
    `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}; ${wanted} requests of ${teachers.length} teachers, ${sources.length} sources`,
  );
  const before = await send(call, courses, teachers.slice(0, 5), 2);
  await follow(call, before);
  await measure(call, courses);
} finally {
  await control[Symbol.asyncDispose]();
}

type Call = (method: string, path: string, body?: unknown) => Promise<{ body: unknown; ms: number }>;
type Listed = Pick<Request, 'id' | 'state' | 'queue' | 'createdAt' | 'updatedAt' | 'error'>;

async function makeSites(): Promise<Map<string, number[]>> {
  const key = readFileSync(join(control.dataDir, 'engine.key'), 'utf8').trim();
  const door = openDoor(socketPath(control.dataDir, 'door.sock'), key);
  const courses = new Map<string, number[]>();
  for (const [name, profile] of [...sources.map((each) => [each, 'source'] as const), [target, 'target'] as const]) {
    const host = `${name}.localhost`;
    const url = `http://${host}:${new URL(control.url).port}`;
    await door.call(
      'createSite',
      {},
      { name, host, url, fullname: name, release: '4.5.6 (Build: 20250811)', branch: 405 },
    );
    await door.call('addCategories', { site: name }, [{ name: 'Courses', idnumber: 'C' }]);
    const people = teachers.map((username) => ({
      username,
      email: `${username}@x.org`,
      firstname: 'P',
      lastname: username,
    }));
    await door.call('addPeople', { site: name }, people);
    const role = (username: string) =>
      profile === 'target'
        ? { username, role: 'coursecreator', level: 'system' as const }
        : { username, role: 'editingteacher', level: 'category' as const, instance: 'C' };
    await door.call('assignRoles', { site: name }, teachers.map(role));
    if (profile === 'source') {
      const ids: number[] = [];
      for (const archive of archives) {
        const path = join(import.meta.dirname, `../packages/mbz/test/valid/${archive}.mbz`);
        ids.push((await door.load(name, 'C', createReadStream(path))).courseid);
      }
      courses.set(name, ids);
    }
    const { token } = await door.call('createToken', { site: name }, { profile });
    await control.giveToken(name, url, profile, token);
  }
  for (const source of sources) await control.addPair(source, target);
  return courses;
}

function callerOf(token: string): Call {
  return async (method, path, body) => {
    const started = performance.now();
    const answer = await fetch(`${control.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const read = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(read)}`);
    return { body: read, ms: performance.now() - started };
  };
}

/** Each teacher's courses in one call, alternately of both sources. */
async function send(
  call: Call,
  courses: ReadonlyMap<string, number[]>,
  people: readonly string[],
  each: number,
): Promise<Listed[]> {
  const sent: Listed[] = [];
  for (const [index, person] of people.entries()) {
    const items = Array.from({ length: each }, (_, n) => {
      const source = sources[n % sources.length]!;
      const ids = courses.get(source)!;
      return { source, courseid: ids[(index + Math.floor(n / sources.length)) % ids.length]! };
    });
    const { body } = await call('POST', '/requests', { target, person, items });
    sent.push(...(body as { requests: Listed[] }).requests);
  }
  return sent;
}

interface Followed {
  latenciesMs: number[];
  /** As it was first seen after its beginning. */
  begun: Map<string, Listed['queue']>;
  ended: Map<string, Listed>;
}

/** As a page does that somebody looks at: the list, several times a second, until all have ended. */
async function follow(call: Call, sent: readonly Listed[], followed: Followed = empty()): Promise<Followed> {
  const ids = new Set(sent.map(({ id }) => id));
  while (followed.ended.size < ids.size) {
    for (let path = '/requests?limit=200'; ; ) {
      const { body, ms } = await call('GET', path);
      const { requests, next } = body as { requests: Listed[]; next: string | null };
      followed.latenciesMs.push(ms);
      for (const request of requests) {
        if (!ids.has(request.id)) continue;
        if (['done', 'failed', 'refused', 'cancelled'].includes(request.state)) followed.ended.set(request.id, request);
        else if (request.state !== 'queued' && !followed.begun.has(request.id))
          followed.begun.set(request.id, request.queue);
      }
      if (next === null || requests.every(({ id }) => !ids.has(id))) break;
      path = `/requests?limit=200&after=${next}`;
    }
    const one = [...ids].find((id) => !followed.ended.has(id));
    if (one) followed.latenciesMs.push((await call('GET', `/requests/${one}`)).ms);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return followed;
}

function empty(): Followed {
  return { latenciesMs: [], begun: new Map(), ended: new Map() };
}

async function measure(call: Call, courses: ReadonlyMap<string, number[]>): Promise<void> {
  const started = performance.now();
  const sent = await send(call, courses, teachers, perTeacher);
  const sentSeconds = (performance.now() - started) / 1000;
  const { latenciesMs, begun, ended } = await follow(call, sent);
  const seconds = (performance.now() - started) / 1000;
  const done = [...ended.values()].filter(({ state }) => state === 'done');
  const steps = (await Promise.all(done.map(({ id }) => call('GET', `/requests/${id}`)))).flatMap(
    ({ body }) => (body as Request).steps,
  );
  const sum = (wantedStep: (name: string) => boolean) =>
    steps.filter(({ name }) => wantedStep(name)).reduce((total, { ms }) => total + ms, 0) / 1000;
  const [own, inSites] = [sum((name) => !siteSteps.has(name)), sum((name) => siteSteps.has(name))];
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const percent = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(0);
  console.log(
    `carried            ${done.length} of ${sent.length} in ${seconds.toFixed(1)} s: ${(done.length / seconds).toFixed(2)} a second (sending them took ${sentSeconds.toFixed(1)} s)`,
  );
  for (const { id, state, error } of ended.values())
    if (state !== 'done') console.log(`  ${id} ${state}: ${error?.message}`);
  console.log(
    `time of a course   ${((own + inSites) / done.length).toFixed(2)} s, of which Jouvence's own ${(own / done.length).toFixed(2)} s (${((own / (own + inSites)) * 100).toFixed(0)} %)`,
  );
  for (const name of new Set(steps.map((step) => step.name)))
    console.log(`  ${name.padEnd(12)} ${(sum((each) => each === name) / done.length).toFixed(3)} s`);
  console.log(
    `answers of the API ${latenciesMs.length}: median ${percent(0.5)} ms, p95 ${percent(0.95)} ms, longest ${percent(1)} ms`,
  );
  tellHits('when it was sent', new Map(sent.map(({ id, queue }) => [id, queue])), ended);
  tellHits('when it was begun', begun, ended);
}

function tellHits(
  when: string,
  estimates: ReadonlyMap<string, Listed['queue']>,
  ended: ReadonlyMap<string, Listed>,
): void {
  const counts = { early: 0, within: 0, late: 0, none: 0 };
  const widths: number[] = [];
  for (const [id, queue] of estimates) {
    const request = ended.get(id);
    if (request?.state !== 'done') continue;
    if (!queue?.estimate) {
      counts.none++;
      continue;
    }
    const [from, until, end] = [queue.estimate.from, queue.estimate.until, request.updatedAt].map((at) =>
      Date.parse(String(at)),
    );
    widths.push((until! - from!) / 1000);
    counts[end! < from! ? 'early' : end! > until! ? 'late' : 'within']++;
  }
  const told = counts.early + counts.within + counts.late;
  const width = widths.toSorted((a, b) => a - b)[Math.floor(widths.length / 2)] ?? 0;
  console.log(
    `estimate ${when.padEnd(18)} within ${((counts.within / Math.max(1, told)) * 100).toFixed(0)} % of ${told}; ${counts.early} came sooner, ${counts.late} later, ${counts.none} had none; half of the ranges were shorter than ${width.toFixed(1)} s`,
  );
}
