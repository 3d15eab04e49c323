import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Request } from '@jouvence/contract';
import { Control } from '../tests/real/rig/control.ts';
import { openRig } from '../tests/real/rig/rig.ts';
import type { MoodleSite } from '../tests/real/rig/site.ts';

/*
 * node scripts/run.mjs bench real [release]: ten courses carried between two real Moodles, one of them 11 MB in many small
 * files; beside it Moodle's own `admin/cli/backup.php` and `restore_backup.php` of the same ten, one after the other.
 * Needs JOUVENCE_MOODLE_TREES and what `npm run test:real` needs. Cron starts every second, so that what a machine's
 * crontab makes people wait (up to a minute a task) is left out; what is left of it is shown.
 */
const release = process.argv[2] ?? '4.5';
const wishes = [
  { shortname: 'B-MANY', files: 1400, fileBytes: 8000 },
  ...Array.from({ length: 9 }, (_, n) => ({ shortname: `B-${n}`, files: 20 + 20 * n, fileBytes: 4000 })),
];
/** Steps in which the sites' own PHP works; the rest is Jouvence's own. */
const moodleSteps = new Set(['backing-up', 'restoring']);

const rig = openRig();
const source = await rig.site({ name: 'bencha', release, database: 'pgsql', cronSeconds: 1 });
const target = await rig.site({ name: 'benchb', release, database: 'pgsql', cronSeconds: 1 });
try {
  const { courses } = await source.seed<{ courses: { courseid: number }[] }>('plain', { courses: wishes });
  const { categoryid } = await target.seed<{ categoryid: number }>('target');
  const ids = courses.map(({ courseid }) => courseid);
  console.log(
    `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, Moodle ${release}, PostgreSQL; ${ids.length} courses`,
  );
  for (const site of [source, target]) await site.stopCron();
  const moodle = await moodleAlone(ids, categoryid);
  console.log(`Moodle's own commands, one after the other   ${words(moodle)}`);
  for (const site of [source, target]) await site.startCron({ stays: true });
  for (const atOnce of [1, 2]) await carryAll(ids, atOnce, moodle);
} finally {
  for (const site of [source, target]) await site.remove();
}

interface Figures {
  seconds: number;
  first: number;
}

function words({ seconds, first }: Figures): string {
  const perHour = (wishes.length / seconds) * 3600;
  return `${seconds.toFixed(1).padStart(6)} s   first ${first.toFixed(1)} s   ${perHour.toFixed(0)} courses an hour`;
}

async function moodleAlone(ids: readonly number[], categoryid: number): Promise<Figures> {
  const started = performance.now();
  let first = 0;
  for (const id of ids) {
    const file = await source.backup(id);
    await restore(target, file, categoryid);
    first ||= (performance.now() - started) / 1000;
  }
  return { seconds: (performance.now() - started) / 1000, first };
}

function restore(site: MoodleSite, file: string, categoryid: number): Promise<string> {
  return site.php(['admin/cli/restore_backup.php', `--file=${file}`, `--categoryid=${categoryid}`]);
}

async function carryAll(ids: readonly number[], atOnce: number, moodle: Figures): Promise<void> {
  await using control = await startControl(atOnce);
  const started = performance.now();
  const requests = await control.sendAll(
    ids.map((courseid) => ({ source: source.name, courseid, target: target.name })),
  );
  const seconds = (performance.now() - started) / 1000;
  const failed = requests.filter(({ state }) => state !== 'done');
  if (failed.length > 0) throw new Error(`not carried: ${failed.map(({ error }) => error?.message).join('; ')}`);
  const ends = requests.map(({ updatedAt }) => Date.parse(String(updatedAt)));
  const first = (Math.min(...ends) - Date.parse(String(requests[0]!.createdAt))) / 1000;
  console.log(`Jouvence, ${atOnce} at a time                        ${words({ seconds, first })}`);
  const own = sumOf(requests, (name) => !moodleSteps.has(name));
  const all = sumOf(requests, () => true);
  const waited = (await waitedForCron(source)) + (await waitedForCron(target));
  console.log(
    `  own share ${((own / all) * 100).toFixed(1)} % (aim under 5 %); in Moodle ${all - own > 0 ? (all - own).toFixed(1) : 0} s, of which ${waited.toFixed(1)} s waiting for cron`,
  );
  console.log(
    `  throughput against Moodle's own commands: ${(moodle.seconds / seconds).toFixed(2)} (aim with two: 1.6)`,
  );
}

function sumOf(requests: readonly Request[], wanted: (step: string) => boolean): number {
  const steps = requests.flatMap(({ steps }) => steps).filter(({ name }) => name !== 'queued' && wanted(name));
  return steps.reduce((sum, { ms }) => sum + ms, 0) / 1000;
}

/** Between a task's being asked for and its first line of work; then the rows are forgotten. */
async function waitedForCron(site: MoodleSite): Promise<number> {
  const [sum] = await site.query(
    `select coalesce(sum(timestarted - timecreated), 0) from mdl_local_jouvence_tasks where timestarted > 0`,
  );
  await site.query('update mdl_local_jouvence_tasks set timestarted = timecreated where timestarted > 0');
  return Number(sum);
}

async function startControl(atOnce: number): Promise<Control> {
  const control = await Control.start([], (dataDir) => {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, 'jouvence.yaml'), `worker:\n  courses: ${atOnce}\n`);
  });
  await control.addSite(source, 'source');
  await control.addSite(target, 'target');
  await control.addPair(source.name, target.name);
  return control;
}
