import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import {
  createCommandClient,
  createSiteClient,
  exchangePairingCode,
  findCodeBase,
  type SiteClient,
  setUpProfile,
} from '@jouvence/moodle-client';
import { readPairingCode } from '@jouvence/protocol';
import { openRig } from '../tests/real/rig/rig.ts';

/*
 * node scripts/run.mjs bench agent [release]: one call of the protocol over the command line and over REST, beside Moodle's
 * own `admin/cli/cfg.php`, which does no more than start a Moodle. Taken in turns, so that what else the machine does
 * meets all of them. Needs JOUVENCE_MOODLE_TREES and what `npm run test:real` needs.
 */
const release = process.argv[2] ?? '4.5';
const rounds = 25;
const rig = openRig();
const site = await rig.site({ name: 'agentbench', release, database: 'pgsql', cronSeconds: 0 });
const cacheDir = join(mkdtempSync('/tmp/jouvence-bench-'), 'php');
chmodSync(dirname(cacheDir), 0o711);
try {
  const codeBase = await findCodeBase({ site: site.name, path: site.place.tree });
  await setUpProfile({ site: site.name, codeBase, profile: 'source' });
  const said = await site.php([site.setUpScript, '--profile=source']);
  const { url, secret } = readPairingCode(/https?:\/\/\S+#\S+/.exec(said)![0])!;
  const { token } = await exchangePairingCode({ url, secret, control: '' });
  const given = { site: site.name, codeBase, profile: 'source' as const };
  const command = createCommandClient({ ...given, cacheDir });
  const bare = createCommandClient({ ...given, cacheDir: null });
  const rest = createSiteClient({ site: site.name, url, token });
  const cached = ['opcache.enable_cli=1', `opcache.file_cache=${await cachePlace()}`, 'opcache.file_cache_only=1'];
  const cfg = ['admin/cli/cfg.php', '--name=siteidentifier'];
  const call = (client: SiteClient) => () => client.call('get_site', {});
  const ways: Record<string, () => Promise<unknown>> = {
    'admin/cli/cfg.php': () => site.php(cfg),
    'admin/cli/cfg.php, with a file cache': () => site.php([...cached.flatMap((each) => ['-d', each]), ...cfg]),
    'command line': call(bare),
    'command line, with its file cache': call(command),
    REST: call(rest),
  };
  const times = new Map<string, number[]>(Object.keys(ways).map((name) => [name, []]));
  for (let round = -2; round < rounds; round += 1)
    for (const [name, work] of Object.entries(ways)) {
      const started = performance.now();
      await work();
      // The first ones fill caches.
      if (round >= 0) times.get(name)!.push(performance.now() - started);
    }
  await Promise.all([command, bare, rest].map((client) => client.close()));
  console.log(
    `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, Moodle ${release}, PostgreSQL; get_site, the middle of ${rounds}`,
  );
  const base = median(times.get('admin/cli/cfg.php')!);
  for (const [name, all] of times)
    console.log(
      `${name.padEnd(38)} ${median(all).toFixed(0).padStart(5)} ms   ${(median(all) / base).toFixed(2)} × cfg.php`,
    );
} finally {
  rmSync(dirname(cacheDir), { recursive: true, force: true });
  await site.remove();
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** For cfg.php, which runs as the account of the site. */
async function cachePlace(): Promise<string> {
  const place = join(site.place.data, 'bench-cache');
  await site.php(['-r', `is_dir('${place}') || mkdir('${place}', 0700);`]);
  return place;
}
