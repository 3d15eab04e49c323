import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runCli } from './cli/index.ts';
import { mbzCommand } from './cli/mbz.ts';
import { defaultDataDir } from './local-verb.ts';
// Not through index.ts: `jouvence --version` must not load a database client.
import { socketPath } from './store/socket-path.ts';
import { localVerbs } from './verbs.ts';
import { version } from './version.ts';

process.exitCode = await runCli(process.argv.slice(2), {
  version,
  localVerbs: [...localVerbs(), mbzCommand(loadMbz)],
  socketPath: apiSocket,
});

/** A directory that is not there has no server, and asking must not make it. */
function apiSocket(dataDir = defaultDataDir()): string {
  return existsSync(dataDir) ? socketPath(dataDir, 'api.sock') : join(dataDir, 'run', 'api.sock');
}

/**
 * Archives go by as short-lived pieces. V8 would answer by growing its nursery to 32 MB, twice: as much again as all the
 * rest. Kept small, a verified archive of 2 GB peaks at 120 MB instead of 170, in the same time.
 */
function loadMbz(): Promise<typeof import('@jouvence/mbz')> {
  setFlagsFromString('--semi-space-growth-factor=1');
  return import('@jouvence/mbz');
}
