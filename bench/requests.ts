import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { allMigrations, openModules } from '../src/compose.ts';
import { readConfig } from '../src/config.ts';
import { silentLog } from '../src/log.ts';
import type { RequestFilter } from '../src/restores/index.ts';
import { fillRequests } from '../src/restores/test/fill.ts';

/*
 * node bench/requests.ts [requests] [rounds]: the list of requests and its filters, alone and together: the rows of a
 * page, how many there are, and what is shown of each. Beside it the peer, the plain way to ask for the same page: the
 * requests joined with their jobs, the state worked out from the job, `order by … limit`, without a count.
 */
const count = Number(process.argv[2] ?? 100_000);
const rounds = Number(process.argv[3] ?? 40);
const aimMs = 50;

type Peer = [where: string, values: unknown[]];
const state = `case when j.outcome is not null then j.outcome when j.ending = 'cancelled' or j.cancel_asked then 'cancelling'
  when j.ending is not null then 'cleaning' else j.step end`;
const named = (word: string): Peer => ["(r.course_name || ' ' || r.shortname) ilike $1", [`%${word}%`]];
const since = new Date('2025-12-01');
const until = new Date('2025-12-15');

const cases: [string, RequestFilter, Peer, { after?: string }?][] = [
  ['all', {}, ['true', []]],
  ['all, in the middle', {}, [`r.number < ${count >> 1}`, []], { after: String(count >> 1) }],
  ['state failed', { state: ['failed'] }, [`${state} = 'failed'`, []]],
  ['state cancelling (none)', { state: ['cancelling'] }, [`${state} = 'cancelling'`, []]],
  ['open', { open: true }, [`${state} not in ('done', 'failed', 'refused', 'cancelled')`, []]],
  ['person', { person: 'person77' }, ['r.person = $1', ['person77']]],
  ['person unknown', { person: 'nobody' }, ['r.person = $1', ['nobody']]],
  ['actor', { actor: 'admin' }, ['r.actor = $1', ['admin']]],
  ['source', { source: 'source-7' }, ['r.source = $1', ['source-7']]],
  ['target', { target: 'target-2' }, ['r.target = $1', ['target-2']]],
  ['sites of an operator', { targetIds: [2] }, ['r.target_id = any($1)', [[2]]]],
  ['error', { error: 'quota' }, ["j.error ->> 'code' = $1", ['quota']]],
  ['undealt', { undealt: true }, ["r.report <> '{}'", []]],
  ['two weeks', { since, until }, ['r.created_at >= $1 and r.created_at < $2', [since, until]]],
  ['course, common word', { course: 'biologie' }, named('biologie')],
  [
    'course, two words',
    { course: 'oenologie 2021' },
    ['r.course_name ilike $1 and r.course_name ilike $2', ['%Œnologie%', '%2021%']],
  ],
  ['course, part of a word', { course: 'ématiq' }, named('ématiq')],
  ['course, short name', { course: 'dro15' }, named('dro15')],
  ['course, no such', { course: 'astrophysique' }, named('astrophysique')],
  ['course, by id', { course: '17355' }, ['r.courseid = 17355', []]],
  [
    'source, state, weeks',
    { source: 'source-7', state: ['failed', 'cancelled'], since, until },
    [
      `r.source = $1 and ${state} in ('failed', 'cancelled') and r.created_at >= $2 and r.created_at < $3`,
      ['source-7', since, until],
    ],
  ],
  [
    'course, state, target',
    { course: 'chimie', state: ['failed'], target: 'target-2' },
    [`r.course_name ilike $1 and ${state} = 'failed' and r.target = $2`, ['%chimie%', 'target-2']],
  ],
  [
    'person, undealt, error',
    { person: 'person77', undealt: true, error: 'quota' },
    [`r.person = $1 and r.report <> '{}' and j.error ->> 'code' = 'quota'`, ['person77']],
  ],
  [
    'actor, open, source, word',
    { actor: 'admin', open: false, source: 'source-3', course: 'droit' },
    [
      `r.actor = $1 and ${state} in ('done', 'failed', 'refused', 'cancelled') and r.source = $2 and r.course_name ilike $3`,
      ['admin', 'source-3', '%droit%'],
    ],
  ],
];

async function times(work: () => Promise<unknown>, howMany: number): Promise<{ median: number; p95: number }> {
  await work();
  const figures: number[] = [];
  for (let round = 0; round < howMany; round++) {
    const started = performance.now();
    await work();
    figures.push(performance.now() - started);
  }
  figures.sort((a, b) => a - b);
  const at = (share: number) => figures[Math.min(figures.length - 1, Math.floor(figures.length * share))]!;
  return { median: at(0.5), p95: at(0.95) };
}

const dataDir = mkdtempSync(join(tmpdir(), 'bench-requests-'));
const config = readConfig({ dataDir, env: {}, options: {}, file: null });
const modules = await openModules({ config, log: silentLog });
try {
  await modules.store.migrate(allMigrations);
  const started = performance.now();
  await fillRequests(modules.store, { count, people: 3000, sources: 20, targets: [1, 1, 1, 2] });
  await modules.store.query('vacuum analyze');
  console.log(
    `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}; ${count} requests, made in ${((performance.now() - started) / 1000).toFixed(0)} s; ${rounds} rounds`,
  );
  console.log(
    `${''.padEnd(28)}${'found'.padStart(8)}${'median'.padStart(9)}${'p95'.padStart(9)}${'peer p95'.padStart(11)}`,
  );
  let slow = 0;
  for (const [name, filter, [where, values], paging] of cases) {
    const { total } = await modules.restores.list(filter, paging);
    const ours = await times(() => modules.restores.list(filter, paging), rounds);
    const sql = `select r.*, j.* from restore_requests r join jobs j on j.kind = 'restore' and j.subject = r.id
      where ${where} order by r.number desc limit 51`;
    const peer = await times(() => modules.store.query(sql, values), Math.min(rounds, 8));
    if (ours.p95 >= aimMs) slow++;
    const ms = (value: number, width: number) => `${value.toFixed(1)} ms`.padStart(width);
    const found = `${total.exact ? '' : '>'}${total.count}`;
    console.log(
      `${name.padEnd(28)}${found.padStart(8)}${ms(ours.median, 9)}${ms(ours.p95, 9)}${ms(peer.p95, 11)}${ours.p95 >= aimMs ? '  !' : ''}`,
    );
  }
  console.log(slow === 0 ? `all below ${aimMs} ms (p95)` : `${slow} of ${cases.length} not below ${aimMs} ms (p95)`);
} finally {
  await modules.close();
  rmSync(dataDir, { recursive: true, force: true });
}
