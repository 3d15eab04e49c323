import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { socketPath } from './index.ts';

let base: string;
let leftovers: string[];
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'socket-'));
  leftovers = [base];
});
afterEach(() => {
  for (const each of leftovers) rmSync(each, { recursive: true, force: true });
});

function longDataDir(): string {
  return join(base, 'x'.repeat(120 - base.length - 1));
}

test('beside the data where the path is short enough, private', () => {
  const path = socketPath(base, 'api.sock');
  expect(path).toBe(join(base, 'run', 'api.sock'));
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
});

test('elsewhere for a data directory of 120 characters: always the same, private, and one can listen there', async () => {
  const path = socketPath(longDataDir(), 'api.sock');
  leftovers.push(dirname(path));
  expect(socketPath(longDataDir(), 'api.sock')).toBe(path);
  expect(socketPath(`${longDataDir()}y`, 'api.sock')).not.toBe(path);
  leftovers.push(dirname(socketPath(`${longDataDir()}y`, 'api.sock')));
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  const server = createServer().listen(path);
  await new Promise((resolve) => server.once('listening', resolve));
  await new Promise((resolve) => server.close(resolve));
});

test('a directory that others could enter, or a link, is not used', () => {
  const directory = dirname(socketPath(longDataDir(), 'api.sock'));
  leftovers.push(directory);
  chmodSync(directory, 0o755);
  expect(() => socketPath(longDataDir(), 'api.sock')).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  rmSync(directory, { recursive: true });
  mkdirSync(join(base, 'elsewhere'), { mode: 0o700 });
  symlinkSync(join(base, 'elsewhere'), directory);
  expect(() => socketPath(longDataDir(), 'api.sock')).toThrow(expect.objectContaining({ code: 'config-invalid' }));
});
