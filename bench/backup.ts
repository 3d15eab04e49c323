import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { allMigrations, openModules } from '../src/compose.ts';
import { readConfig } from '../src/config.ts';
import { silentLog } from '../src/log.ts';
import { fillRequests } from '../src/restores/test/fill.ts';
import { backUp, restoreFrom } from '../src/safekeeping.ts';

/*
 * node bench/backup.ts [requests]: saves and restores a control plane with so many requests, by the embedded PostgreSQL:
 * seconds, and memory of this process (resident, at its highest). Beside it an answer to Prometheus.
 */
const count = Number(process.argv[2] ?? 100_000);
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** The highest while `work` runs, beside what it was before. */
async function peakOf<T>(name: string, work: () => Promise<T>): Promise<T> {
  global.gc?.();
  const before = process.memoryUsage.rss();
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  const since = performance.now();
  try {
    return await work();
  } finally {
    clearInterval(timer);
    console.log(`${name}: ${seconds(since)}; memory ${megabytes(before)}, at most ${megabytes(peak)}`);
  }
}

const open = async (dataDir: string) => {
  const config = readConfig({ dataDir, env: {}, options: {}, file: null });
  return { config, modules: await openModules({ config, log: silentLog }) };
};

const [from, to] = [mkdtempSync(join(tmpdir(), 'bench-backup-')), mkdtempSync(join(tmpdir(), 'bench-backup-'))];
const file = join(from, 'saved.tar');
console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB; ${count} requests`,
);
try {
  const one = await open(from);
  await one.modules.store.migrate(allMigrations);
  await fillRequests(one.modules.store, { count, people: 3000, sources: 20, targets: [1, 1, 1, 2] });
  await peakOf('backup', () => backUp(one.config, one.modules.store, file, { withoutSites: true }));
  console.log(`  ${megabytes(statSync(file).size)}`);
  const since = performance.now();
  await one.modules.metrics.text();
  console.log(`an answer to Prometheus: ${Math.round(performance.now() - since)} ms`);
  await one.modules.close();
  const two = await open(to);
  const { rows } = await peakOf('restore', () => restoreFrom(two.config, two.modules.store, file, {}));
  console.log(`  ${rows} rows`);
  await two.modules.close();
} finally {
  rmSync(from, { recursive: true, force: true });
  rmSync(to, { recursive: true, force: true });
}
