import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withFileLock } from './file-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const holder = (path: string, count: string) => `
  import { readFileSync, writeFileSync } from 'node:fs';
  import { withFileLock } from ${JSON.stringify(new URL('./file-lock.ts', import.meta.url).href)};
  for (let i = 0; i < 25; i++) {
    await withFileLock(${JSON.stringify(path)}, 20_000, async () => {
      const seen = Number(readFileSync(${JSON.stringify(count)}, 'utf8'));
      await new Promise((resolve) => setImmediate(resolve));
      writeFileSync(${JSON.stringify(count)}, String(seen + 1));
    });
  }`;

test('processes that want it at once have it one after the other, dead holders and all', async () => {
  const count = join(folder, 'count');
  writeFileSync(count, '0');
  // Left by a process that is no more, and that all of them find at the same time.
  writeFileSync(join(folder, 'a.7'), '999999999-1');
  const children = [1, 2, 3, 4].map(() =>
    spawn(process.execPath, ['--input-type=module-typescript', '-e', holder(join(folder, 'a'), count)], {
      stdio: 'inherit',
    }),
  );
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
  expect(codes).toEqual([0, 0, 0, 0]);
  expect(readFileSync(count, 'utf8')).toBe('100');
  expect(readdirSync(folder).filter((name) => name.startsWith('a.'))).toHaveLength(1);
});

test('who waits too long is told who has it; an error lets it go', async () => {
  const path = join(folder, 'b');
  const inner = withFileLock(path, 1000, () => withFileLock(path, 60, async () => 'never'));
  await expect(inner).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining(`process ${process.pid}`),
  });
  expect(await withFileLock(path, 60, async () => 'free')).toBe('free');
});
