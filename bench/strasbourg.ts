import { cpus, totalmem } from 'node:os';
import { fetchByBlock, installBlock, serveBlock } from '../tests/real/rig/block.ts';
import { Control } from '../tests/real/rig/control.ts';
import { openRig } from '../tests/real/rig/rig.ts';
import type { MoodleSite } from '../tests/real/rig/site.ts';

/*
 * node scripts/run.mjs bench strasbourg: the same ten courses, five of 11 MB in many small files and five of 9 MB in a
 * few, carried between the same two real Moodles 4.5 by Strasbourg's block 2.1, with its own scheduled task, and by
 * Jouvence with its agent, as it comes (three at a time), over the command line and over REST. Each carries one more
 * course first: what PHP compiles is compiled then, as on any day but the first. Needs JOUVENCE_MOODLE_TREES,
 * JOUVENCE_BLOCK_TREES and what `npm run test:real` needs.
 */
const wishes = Array.from({ length: 10 }, (_, n) =>
  n % 2 === 0
    ? { shortname: `B-MANY-${n}`, files: 1400, fileBytes: 8000 }
    : { shortname: `B-LARGE-${n}`, files: 45, fileBytes: 200_000 },
);
const first = { shortname: 'B-FIRST', files: 20, fileBytes: 4000 };
const rig = openRig();
const [source, target] = [
  await rig.site({ name: 'sbencha', release: '4.5', database: 'pgsql', cronSeconds: 1 }),
  await rig.site({ name: 'sbenchb', release: '4.5', database: 'pgsql', cronSeconds: 1 }),
];
try {
  const { courses } = await source.seed<{ courses: { courseid: number; shortname: string }[] }>('plain', {
    courses: [first, ...wishes],
  });
  await target.seed('target');
  console.log(
    `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, Moodle 4.5, PostgreSQL; ${wishes.length} courses`,
  );
  for (const site of [source, target]) await site.stopCron();
  const block = await byBlock(courses);
  console.log(`Strasbourg’s block, its own scheduled task   ${words(block)}`);
  const ids = courses.map(({ courseid }) => courseid);
  // Cron begins tasks of REST alone.
  const command = await byJouvence(ids, (control, site, profile) => control.addCodeBase(site, profile));
  compare('Jouvence, command line', command, block);
  for (const site of [source, target]) await site.startCron({ stays: true });
  const rest = await byJouvence(ids, (control, site, profile) => control.addSite(site, profile));
  compare('Jouvence, REST', rest, block);
} finally {
  for (const site of [source, target]) await site.remove();
}

interface Figures {
  seconds: number;
  first: number;
}

function compare(what: string, ours: Figures, block: Figures): void {
  console.log(`${what.padEnd(44)} ${words(ours)}`);
  console.log(
    `  throughput against the block: ${(block.seconds / ours.seconds).toFixed(2)} (aim: 1.8); first course ${ours.first < block.first ? 'earlier' : 'later'} (aim: earlier)`,
  );
}

function words({ seconds, first }: Figures): string {
  return `${seconds.toFixed(1).padStart(6)} s   first ${first.toFixed(1)} s   ${((wishes.length / seconds) * 3600).toFixed(0)} courses an hour`;
}

async function byBlock(courses: { courseid: number; shortname: string }[]): Promise<Figures> {
  for (const site of [source, target]) await installBlock(site, '2.1');
  const token = await serveBlock(source);
  const [one, ...rest] = courses.map(({ courseid, shortname }) => ({ courseid, name: shortname }));
  const by = { url: source.url, token, person: 'prof.martin' };
  await fetchByBlock(target, { ...by, courses: [one!] });
  let first = 0;
  const started = performance.now();
  const looking = setInterval(() => void look(), 250);
  const look = async (): Promise<void> => {
    const [count] = await target.query('select count(*) from mdl_block_external_backuprestore where status = 2');
    if (Number(count) > 1) first ||= (performance.now() - started) / 1000;
  };
  const rows = await fetchByBlock(target, { ...by, courses: rest });
  clearInterval(looking);
  const seconds = (performance.now() - started) / 1000;
  const failed = rows.filter(({ status }) => status !== 2);
  if (failed.length > 0) throw new Error(`the block did not carry ${failed.length} of ${rows.length}`);
  return { seconds, first };
}

type Add = (control: Control, site: MoodleSite, profile: 'source' | 'target') => Promise<void>;

async function byJouvence(ids: readonly number[], add: Add): Promise<Figures> {
  await using control = await Control.start();
  await add(control, source, 'source');
  await add(control, target, 'target');
  await control.addPair(source.name, target.name);
  const [one, ...rest] = ids.map((courseid) => ({ source: source.name, courseid, target: target.name }));
  await control.sendAll([one!]);
  const started = performance.now();
  const requests = await control.sendAll(rest);
  const seconds = (performance.now() - started) / 1000;
  const failed = requests.filter(({ state }) => state !== 'done');
  if (failed.length > 0) throw new Error(`not carried: ${failed.map(({ error }) => error?.message).join('; ')}`);
  const ends = requests.map(({ updatedAt }) => Date.parse(String(updatedAt)));
  const first = (Math.min(...ends) - Date.parse(String(requests[0]!.createdAt))) / 1000;
  return { seconds, first };
}
