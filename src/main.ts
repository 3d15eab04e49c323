import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from './cli/index.ts';
import { mbzCommand } from './cli/mbz.ts';
// Not through index.ts: `jouvence --version` must not load a database client.
import { socketPath } from './store/socket-path.ts';
import { defaultDataDir, localVerbs } from './verbs.ts';
import { version } from './version.ts';

process.exitCode = await runCli(process.argv.slice(2), {
  version,
  localVerbs: [...localVerbs(), mbzCommand(() => import('@jouvence/mbz'))],
  socketPath: apiSocket,
});

/** A directory that is not there has no server, and asking must not make it. */
function apiSocket(dataDir = defaultDataDir()): string {
  return existsSync(dataDir) ? socketPath(dataDir, 'api.sock') : join(dataDir, 'run', 'api.sock');
}
