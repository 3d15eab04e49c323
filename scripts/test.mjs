// Runs the tests, names those that were left out because something is absent, then those that failed with the first
// lines of why, and ends with `N passed, N failed`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root, spawnNode } from './run.mjs';

const args = process.argv.slice(2).filter((arg) => arg !== '--long' && arg !== '--real');
if (process.argv.includes('--long')) process.env.LONG = '1';
if (process.argv.includes('--real')) process.env.REAL = '1';

const directory = mkdtempSync(join(tmpdir(), 'jouvence-result-'));
const result = join(directory, 'result.json');
let code;
try {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${result}`];
  code = await spawnNode(process.execPath, [vitest, 'run', ...reporters, ...args], root);
  const { passed, failed, failures, leftOut } = count();
  if (leftOut.length > 0) {
    process.stdout.write(`\nLeft out, each with what it needs:\n${leftOut.map((name) => `  ${name}\n`).join('')}`);
  }
  if (failures.length > 0) process.stdout.write(`\nFailed:\n${failures.map((each) => `  ${each}\n`).join('')}`);
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  if (failed > 0) code ||= 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
process.exitCode = code;

/** A file that does not load, and an error that belongs to no test, count as one failed each. */
function count() {
  let report;
  try {
    report = JSON.parse(readFileSync(result, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, failures: ['vitest left no report'], leftOut: [] };
  }
  const files = report.testResults;
  const tests = files.flatMap((file) => file.assertionResults);
  const unloaded = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((each) => each.status === 'failed'),
  );
  const failures = [
    ...files.flatMap((file) =>
      file.assertionResults
        .filter(({ status }) => status === 'failed')
        .map((each) => describe(`${relative(root, file.name)}: ${each.fullName}`, each.failureMessages.join('\n'))),
    ),
    ...unloaded.map((file) => describe(relative(root, file.name), file.message)),
  ];
  const failed = failures.length;
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    failures,
    // A test that needs something names it, and how to get it, in its own name.
    leftOut: tests
      .filter(({ status }) => ['skipped', 'pending', 'todo', 'disabled'].includes(status))
      .map((each) => each.fullName),
  };
}

/** One entry of the list: what failed, and the first lines of why without their colours. */
function describe(name, message) {
  const lines = stripVTControlCharacters(message).split('\n').slice(0, 6);
  return [name, ...lines.map((line) => `    ${line.trim().slice(0, 300)}`)].join('\n');
}
