import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../src/log.ts';
import { openStore } from '../src/store/index.ts';

/*
 * node bench/start.ts [rounds]: from the command to the first answer of /health, on a new data directory and on one that
 * was used before; beside it the limit, the embedded PostgreSQL alone in the same state, which any start has to wait for.
 */
const bin = join(import.meta.dirname, '../bin/jouvence.js');
const rounds = Number(process.argv[2] ?? 5);

async function serveSeconds(dataDir: string): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, [bin, 'serve', '--port', '0', '--data', dataDir], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'close');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const url = /answers at (\S+)/.exec(line.toString())![1]!;
  if (!(await fetch(`${url}/health`)).ok) throw new Error('no health');
  const seconds = (performance.now() - started) / 1000;
  child.kill('SIGTERM');
  await ended;
  return seconds;
}

async function databaseSeconds(dataDir: string): Promise<number> {
  const started = performance.now();
  const store = await openStore({ dataDir, log: silentLog });
  const seconds = (performance.now() - started) / 1000;
  await store.close();
  return seconds;
}

const figures = new Map<string, number[]>();
const note = (what: string, seconds: number): void => void figures.set(what, [...(figures.get(what) ?? []), seconds]);
for (let round = 0; round < rounds; round++) {
  const directory = mkdtempSync(join(tmpdir(), 'bench-start-'));
  try {
    const [own, other] = [join(directory, 'jouvence'), join(directory, 'database')];
    note('database alone, first', await databaseSeconds(other));
    note('serve, first', await serveSeconds(own));
    note('database alone, second', await databaseSeconds(other));
    note('serve, second', await serveSeconds(own));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
const median = (what: string): number => figures.get(what)!.toSorted((a, b) => a - b)[Math.floor(rounds / 2)]!;
console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, median of ${rounds}`,
);
for (const what of figures.keys()) console.log(`  ${what.padEnd(24)} ${median(what).toFixed(2)} s`);
for (const which of ['first', 'second']) {
  console.log(
    `  ${which}: serve / database alone = ${(median(`serve, ${which}`) / median(`database alone, ${which}`)).toFixed(1)}`,
  );
}
