import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAppError } from '../errors.ts';
import { type RequestStep, requestSteps } from './index.ts';
import { type Campus, hasEnded, newCampus, oldCampus, openCampus, operator } from './test/campus.ts';
import type { Passing } from './test/gate.ts';
import { type Killable, startKillable } from './test/killable.ts';

const kills = Number(process.env.KILLS ?? 200);
/** Requests under way at the same time. */
const atOnce = 4;
const leaseMs = 500;
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

let campus: Campus;
const courses: { id: number; person: string }[] = [];

beforeAll(async () => {
  campus = await openCampus();
  for (const [archive, person] of [
    ['bio101-moodle45-users1', 'prof.martin'],
    ['his110-moodle45-users1', 'prof.martin'],
    ['inf300-moodle45-users1', 'prof.okafor'],
    ['mat202-moodle45-users1', 'prof.weber'],
  ] as const)
    courses.push({ id: await campus.load(archive), person });
});
afterAll(() => campus.close());

/** Repeatable: the seed is printed, and `SEED` brings the same kills back as far as timing allows. */
function random(): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** Whatever a worker asks of a site while it carries a course. */
const calls = [
  'start_backup',
  'get_job',
  'grant_download',
  '/local/jouvence/archive.php',
  'match_people',
  'check_rights',
  'grant_upload',
  '/local/jouvence/upload.php',
  'start_restore',
  'get_course',
  'enrol_person',
  'discard_job',
];

const start = (): Promise<Killable> =>
  startKillable({ databaseUrl: campus.store.databaseUrl, dataDir: campus.dataDir, hostId: 'here', leaseMs });

test(`${kills} times kill -9, at each step and in between: each request ends once, and nothing is left`, async () => {
  console.log(`SEED=${seed} KILLS=${kills}`);
  const next = random();
  const ids: string[] = [];
  // What is announced under one key is one archive, whoever rewrote it, and however often.
  const announced = new Map<string, Set<string>>();
  const wished = new Set<string>();
  const killedAt = new Map<string, number>();
  let worker = await start();

  const note = (call: Passing): undefined | Promise<void> => {
    if (call.name !== 'grant_upload') return undefined;
    const read = (body: string): string => {
      const asked = new URLSearchParams(body);
      const key = asked.get('key')!;
      announced.set(key, (announced.get(key) ?? new Set()).add(asked.get('sha256')!));
      return body;
    };
    return call.pass({ request: read });
  };
  campus.gate.mischief = note;

  const send = async (): Promise<void> => {
    const { id, person } = courses[ids.length % courses.length]!;
    // Every other one with its people: they are what `preparing` is about.
    const items = [{ source: oldCampus, courseid: id, people: Math.floor(ids.length / courses.length) % 2 === 0 }];
    const [request] = await campus.restores.send(operator, { target: newCampus, person, items });
    ids.push(request!.id);
  };
  const underWay = async () =>
    (await Promise.all(ids.slice(-3 * atOnce).map((id) => campus.restores.get(id)))).filter((one) => !hasEnded(one));

  for (let killed = 0; killed < kills; killed++) {
    while ((await underWay()).length < atOnce) await send();
    // In turn: during a step, at a call (before the site has it, or before its answer is back), at any moment.
    const turn = Math.floor(killed / 3);
    if (killed % 3 === 0) await reachStep(requestSteps[turn % requestSteps.length]!);
    else if (killed % 3 === 1) await reachCall(calls[turn % calls.length]!, next() < 0.5 ? 'before' : 'after');
    else await pause(next() * 700);
    const states = (await underWay()).map(({ state }) => state);
    await worker.kill();
    for (const state of states) killedAt.set(state, (killedAt.get(state) ?? 0) + 1);
    if (killed % 10 === 9) await cancelOne(await underWay(), wished);
    worker = await start();
  }
  for (const id of ids) await campus.until(id, hasEnded);
  await worker.kill();
  console.log(`${ids.length} requests, ${wished.size} cancelled; under way at a kill:`, Object.fromEntries(killedAt));

  const requests = await Promise.all(ids.map((id) => campus.restores.get(id)));
  for (const request of requests) {
    const wanted = wished.has(request.id) ? 'cancelled' : 'done';
    expect(request, JSON.stringify(request.error)).toMatchObject({ state: wanted });
    expect(request.report.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(request.report.filter(({ code }) => code === 'left-behind')).toEqual([]);
  }
  const made = requests.flatMap(({ newCourse }) => newCourse?.id ?? []);
  expect(new Set(made).size).toBe(ids.length - wished.size);
  expect(await campus.coursesOf(newCampus)).toEqual(made.sort((a, b) => a - b));
  expect(announced.size).toBeGreaterThanOrEqual(ids.length - wished.size);
  for (const [key, shas] of announced) expect([...shas], key).toHaveLength(1);
  expect(campus.spooled()).toEqual([]);
  expect((await campus.store.query('select from restore_spool')).rows).toEqual([]);
  for (const site of [oldCampus, newCampus]) expect(await campus.tasksLeft(site)).toEqual([]);
  expect(campus.filesLeft()).toEqual([]);
  for (const step of requestSteps) expect(killedAt.get(step) ?? 0, step).toBeGreaterThan(0);

  /** Or a moment later: steps are short, and may be over before anyone looks. */
  async function reachStep(step: RequestStep): Promise<void> {
    const stop = AbortSignal.timeout(3000);
    for await (const { state } of campus.restores.watch({ ids }, stop)) if (state === step) return;
  }

  /** Kills when the call passes the gate; after a moment without such a call, wherever it is. */
  async function reachCall(name: string, when: 'before' | 'after'): Promise<void> {
    const reached = Promise.withResolvers<void>();
    const { gate } = campus;
    gate.mischief = (call) => {
      if (call.name !== name && !call.path.startsWith(name)) return note(call);
      gate.mischief = note;
      const kill = () => worker.kill().then(reached.resolve);
      return when === 'before' ? kill().then(() => call.pass()) : call.pass().then(kill);
    };
    await Promise.race([reached.promise, pause(3000)]);
    gate.mischief = note;
  }

  async function cancelOne(candidates: { id: string }[], into: Set<string>): Promise<void> {
    const chosen = candidates[Math.floor(next() * candidates.length)];
    if (!chosen) return;
    try {
      await campus.restores.cancel(operator, chosen.id);
      into.add(chosen.id);
    } catch (error) {
      // It ended, or was cancelled, a moment ago.
      if (!isAppError(error, 'conflict')) throw error;
    }
  }
}, 1_800_000);

test('a worker that is frozen past its lease and thawed does nothing twice', async () => {
  const before = await campus.coursesOf(newCampus);
  const frozen = await start();
  const { id, person } = courses[0]!;
  for (const step of ['backing-up', 'fetching', 'delivering', 'restoring', 'comparing'] as const) {
    const [sent] = await campus.restores.send(operator, {
      target: newCampus,
      person,
      items: [{ source: oldCampus, courseid: id }],
    });
    await campus.until(sent!.id, ({ state }) => state === step || state === 'done');
    frozen.freeze();
    const other = await start();
    const request = await campus.until(sent!.id, hasEnded);
    frozen.thaw();
    expect(request.state).toBe('done');
    await other.kill();
    before.push(request.newCourse!.id);
    // What it does on waking is over when it has carried another one.
    const [next] = await campus.restores.send(operator, {
      target: newCampus,
      person,
      items: [{ source: oldCampus, courseid: id }],
    });
    before.push((await campus.until(next!.id, hasEnded)).newCourse!.id);
    expect(await campus.restores.get(request.id)).toEqual(request);
  }
  await frozen.kill();
  expect(await campus.coursesOf(newCampus)).toEqual(before.sort((a, b) => a - b));
  expect(campus.spooled()).toEqual([]);
});
