import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { claimDataDir, findServer } from './serve-lock.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'jv-lock-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

test('one server for a data directory, which the second one is told', async () => {
  const claim = await claimDataDir(dataDir);
  claim.announce('http://localhost:1');
  expect(findServer(dataDir)).toEqual({ pid: process.pid, url: 'http://localhost:1' });
  await expect(claimDataDir(dataDir)).rejects.toThrow('at http://localhost:1');
  await claim.release();
  expect(findServer(dataDir)).toBeNull();
});

// A killed server whose parent never asks how it ended, as in a container without an init.
test.runIf(process.platform === 'linux')('a server that is dead and not yet buried is gone', async () => {
  const fields = (pid: number) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')')).split(' ');
  };
  // The shell's child ends when its input does; `exec` makes its parent a program that waits for nobody.
  const parent = spawn('sh', ['-c', 'cat <&3 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  });
  try {
    const [line] = (await once(parent.stdout!, 'data')) as [Buffer];
    const pid = Number(line.toString());
    writeFileSync(join(dataDir, 'serve.json'), JSON.stringify({ pid, began: fields(pid)[20], url: null }));
    expect(findServer(dataDir)).toEqual({ pid, url: null });
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => fields(pid)[1], { interval: 5 }).toBe('Z');
    expect(findServer(dataDir)).toBeNull();
  } finally {
    parent.kill('SIGKILL');
  }
});
