#!/usr/bin/env node
// Runs `src/main.ts` in a Node that can: this one, or the one that the packages bring.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache?.();
  process.removeAllListeners('warning');
  await import('../src/main.ts');
} else {
  const { install, needNode } = await import('../scripts/run.mjs');
  const { spawn } = await import('node:child_process');
  const { constants } = await import('node:os');
  install();
  const here = fileURLToPath(import.meta.url);
  const child = spawn(needNode(), [join(dirname(here), 'jouvence.js'), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
