// Plain JavaScript for Node 18 and later: finds or brings the Node that the project needs, installs what is missing,
// runs the rest. Everything it says goes to standard error: standard output belongs to what is run.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = realpathSync(join(dirname(fileURLToPath(import.meta.url)), '..'));

const jouvence = ['bin/jouvence.js'];
const vitest = ['node_modules/vitest/vitest.mjs', 'run'];
const verbs = {
  start: (args) => [[...jouvence, 'start', ...args]],
  demo: (args) => [[...jouvence, 'demo', ...args]],
  jouvence: (args) => [[...jouvence, ...args]],
  test: (args) => [['scripts/test.mjs', ...args]],
  'test:long': (args) => [['scripts/test.mjs', '--long', ...args]],
  check: () => [['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'], ['node_modules/@biomejs/biome/bin/biome', 'ci', '--error-on-warnings']],
  format: () => [['node_modules/@biomejs/biome/bin/biome', 'check', '--write']],
  bench: ([name = 'mbz', ...args]) => [[`bench/${name}.ts`, ...args]],
  vitest: (args) => [[...vitest, ...args]],
};

/** Where the Node is that the sources need, 22.18 or newer: this one, or the one that the packages bring. */
export function findNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  const brought = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  return existsSync(brought) ? brought : undefined;
}

/** Packages as the lock file has them; installed again when it has changed since. */
export function install() {
  const stamp = join(root, 'node_modules', '.jouvence-installed');
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  process.stderr.write('Installing what Jouvence needs (once, about a minute)…\n');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=optional', '--include=dev'];
  // Not `npm` by its name where npm told which one it is: a second one may be on the path.
  const [command, rest] = npm?.endsWith('.js') ? [process.execPath, [npm, ...args]] : ['npm', args];
  const env = { ...process.env, npm_config_json: undefined };
  const { status, error } = spawnSync(command, rest, { cwd: root, stdio: ['ignore', 2, 2], env });
  if (status !== 0) {
    process.stderr.write(`npm could not install the packages${error ? ` (${error.message})` : ''}. Is the network there? Try: npm ci\n`);
    process.exit(status ?? 1);
  }
  writeFileSync(stamp, lock);
}

/** The Node to use, or the end: one line that says what to do. */
export function needNode() {
  const node = findNode();
  if (node) return node;
  process.stderr.write(`Jouvence needs Node 22.18 or newer; this is ${process.versions.node}, and none comes with the packages for ${process.platform} ${process.arch}. Install Node 24.\n`);
  return process.exit(1);
}

/** Runs one after the other, passing signals on; ends with the first exit code that is not 0. */
export async function run(node, commands) {
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
  for (const args of commands) {
    const child = spawn(node, args, { cwd: root, stdio: 'inherit', env });
    // Ctrl-C reaches the child by the terminal; the others are passed on.
    const forward = (signal) => child.kill(signal);
    process.on('SIGINT', () => {});
    process.on('SIGTERM', forward);
    process.on('SIGHUP', forward);
    const [code, signal] = await new Promise((resolve) => child.once('exit', (...result) => resolve(result)));
    if (code !== 0) process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
    process.removeListener('SIGTERM', forward);
    process.removeListener('SIGHUP', forward);
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [verb = '', ...args] = process.argv.slice(2);
  if (!Object.hasOwn(verbs, verb)) {
    process.stderr.write(`node scripts/run.mjs ${Object.keys(verbs).join('|')}\n`);
    process.exit(2);
  }
  install();
  // `npm run demo --json` keeps the option for itself and only says so in the environment.
  if (verb === 'demo' && process.env.npm_config_json && !args.includes('--json')) args.push('--json');
  delete process.env.npm_config_json;
  await run(needNode(), verbs[verb](args));
}
