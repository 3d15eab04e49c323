// Plain JavaScript for Node 18 and later: finds or brings the Node that the project needs, installs what is missing,
// runs the rest. Everything it says goes to standard error: standard output belongs to what is run.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = realpathSync(join(dirname(fileURLToPath(import.meta.url)), '..'));

const vitest = ['node_modules/vitest/vitest.mjs', 'run'];
const portal = 'scripts/portal.mjs';
const biome = 'node_modules/@biomejs/biome/bin/biome';

/** What each verb runs, one after the other; paths are from the root. */
const tools = {
  test: (args) => [[portal], ['scripts/test.mjs', ...args]],
  'test:long': (args) => [[portal], ['scripts/test.mjs', '--long', ...args]],
  'test:real': (args) => [['scripts/test.mjs', '--real', ...args]],
  // Lint and format, types, who may import whom, and that generated pages say what the code says.
  check: () => [
    // Coloured even in a pipe, unless told.
    [biome, 'ci', '--error-on-warnings', ...(process.stdout.isTTY ? [] : ['--colors=off'])],
    ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'],
    ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'portal/tsconfig.json'],
    [...vitest, '--reporter=dot', 'tests/architecture.test.ts', 'tests/docs.test.ts'],
  ],
  format: () => [[biome, 'check', '--write']],
  build: () => [[portal]],
  pictures: () => [[portal], ['scripts/pictures.ts']],
  gen: () => [['scripts/gen.ts']],
  bench: ([name = 'mbz', ...args]) => [[`bench/${name}.ts`, ...args]],
  'test:conformance': (args) => [['tests/conformance/main.ts', ...args]],
  vitest: (args) => [[...vitest, ...args]],
};

/** The product itself, where the person stands: a file that they name is theirs, and not one of the root. */
const product = {
  start: (args) => ['start', ...args],
  // `npm run demo --json` keeps the option for itself and only says so in the environment.
  demo: (args) => ['demo', ...args, ...(process.env.npm_config_json && !args.includes('--json') ? ['--json'] : [])],
  jouvence: (args) => args,
};

/** Where the Node is that the sources need, 22.18 or newer: this one, or the one that the packages bring. */
export function findNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  // By its path: npm does not link it into `.bin` where two platforms are listed.
  const brought = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  return existsSync(brought) ? brought : undefined;
}

/** The Node to use, or the end: one line that says what to do. */
export function needNode() {
  const node = findNode();
  if (node) return node;
  say(
    `Jouvence needs Node 22.18 or newer; this is ${process.versions.node}, and none comes with the packages for ${process.platform} ${process.arch}. Install Node 24.`,
  );
  return process.exit(1);
}

/** Packages as the lock file has them; installed again when it has changed since. */
export function install() {
  const lockFile = join(root, 'package-lock.json');
  const stamp = join(root, 'node_modules', '.jouvence-installed');
  const lock = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  // Somebody may have run npm by hand: it writes this file last, after all that is in the lock file.
  const byHand = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(byHand) && statSync(byHand).mtimeMs >= statSync(lockFile).mtimeMs) return;
  say('Installing what Jouvence needs (once, about a minute)…');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=optional', '--include=dev'];
  // Not `npm` by its name where npm told which one it is: another one may be on the path.
  const npm = process.env.npm_execpath;
  const [command, rest] = npm?.endsWith('.js') ? [process.execPath, [npm, ...args]] : ['npm', args];
  const env = { ...process.env };
  delete env.npm_config_json;
  const { status, error } = spawnSync(command, rest, { cwd: root, stdio: ['ignore', 2, 2], env });
  if (status !== 0) {
    say(
      `npm could not install the packages${error ? ` (${error.message})` : ', and says why above'}. It needs the network, or its own cache, once: when it is there, try again, or see what "npm ci" says.`,
    );
    process.exit(status || 1);
  }
  writeFileSync(stamp, lock);
}

/** Spawns Node with itself first in the path; signals go on to it; resolves with its exit code, as a shell has it. */
export async function spawnNode(node, args, cwd) {
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
  delete env.npm_config_json;
  const child = spawn(node, args, { cwd, stdio: 'inherit', env });
  const passOn = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
    // In a terminal Ctrl-C reaches the child by itself, and twice would mean "at once".
    const forward = () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal));
    process.on(signal, forward);
    return () => process.off(signal, forward);
  });
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (...result) => resolve(result));
  });
  for (const stop of passOn) stop();
  return code ?? 128 + (constants.signals[signal] ?? 0);
}

async function main([verb = '', ...args]) {
  const isProduct = Object.hasOwn(product, verb);
  if (!isProduct && !Object.hasOwn(tools, verb)) {
    say(`node scripts/run.mjs ${[...Object.keys(product), ...Object.keys(tools)].join('|')}`);
    return 2;
  }
  install();
  const node = needNode();
  if (isProduct) {
    // npm runs us in the root, and says here where it was called.
    const cwd = process.env.INIT_CWD ?? process.cwd();
    if (verb === 'start') {
      const code = await spawnNode(node, [join(root, portal)], root);
      if (code !== 0) return code;
    }
    return await spawnNode(node, [join(root, 'bin/jouvence.js'), ...product[verb](args)], cwd);
  }
  for (const command of tools[verb](args)) {
    const code = await spawnNode(node, command, root);
    if (code !== 0) return code;
  }
  return 0;
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
