#!/usr/bin/env node
// Runs `src/main.ts` in a Node that can: this one, or the one that the packages bring.
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = realpathSync(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const [major, minor] = process.versions.node.split('.').map(Number);

if (major > 22 || (major === 22 && minor >= 18)) {
  const { enableCompileCache } = await import('node:module');
  // Saves the work of stripping types and compiling each time; and so for the processes that a server starts. In the
  // clone and not in the shared temporary directory, where anybody could put code for us to run.
  process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules/.cache/compile');
  enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
  hideExperimentalWarnings();
  // Before anything is read: what V8 has let its nursery grow to, it keeps. `loadMbz` in main.ts says what for.
  if (process.argv[2] === 'mbz') (await import('node:v8')).setFlagsFromString('--semi-space-growth-factor=1');
  await import('../src/main.ts');
} else {
  const { install, needNode, spawnNode } = await import('../scripts/run.mjs');
  install();
  process.exitCode = await spawnNode(needNode(), [here, ...process.argv.slice(2)], process.cwd());
}

/** Node 22 says of each run that it strips types; all other warnings stay. */
function hideExperimentalWarnings() {
  const printers = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') for (const print of printers) print.call(process, warning);
  });
}
