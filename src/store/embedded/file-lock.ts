import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../errors.ts';
import { describeProcess, isLiving } from './living.ts';

const pollMs = 20;
const released = 'released';
let serial = 0;

/**
 * Runs `fn` while no other process does so under the same path; who is killed in it does not block the others.
 *
 * Node has no flock(2), and a single lock file cannot be taken over safely: two that find its owner dead both remove
 * "the dead one's" file, the second time that of the first. So each holding has a number: the files `path.1`, `path.2`
 * … name their holder, the highest counts, and one takes the lock by making the next (link(2) makes it whole or not
 * at all). A number is never used twice: releasing writes `released` into the file, and only a later holder removes it.
 */
export async function withFileLock<T>(path: string, timeoutMs: number, fn: () => Promise<T>): Promise<T> {
  const held = await acquire(path, timeoutMs);
  try {
    return await fn();
  } finally {
    replaceContent(held, released);
  }
}

async function acquire(path: string, timeoutMs: number): Promise<string> {
  const me = describeProcess(process.pid) ?? String(process.pid);
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    const highest = highestNumber(path);
    const holder = highest > 0 ? readIfThere(`${path}.${highest}`) : released;
    if (holder === released || (holder !== undefined && !isLiving(holder))) {
      const mine = `${path}.${highest + 1}`;
      // Whoever was slow may have made a number that later holders have left behind: then the highest is not ours.
      if (create(mine, me)) {
        if (highestNumber(path) === highest + 1) {
          removeBelow(path, highest + 1);
          return mine;
        }
        rmSync(mine, { force: true });
      }
    }
    if (Date.now() > giveUpAt) {
      throw new AppError(
        'busy',
        `${path} is held by process ${Number.parseInt(holder ?? '', 10) || '?'} for longer than ${timeoutMs / 1000} s`,
      );
    }
    await sleep(pollMs);
  }
}

function create(file: string, content: string): boolean {
  const aside = writeAside(file, content);
  try {
    linkSync(aside, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function replaceContent(file: string, content: string): void {
  renameSync(writeAside(file, content), file);
}

function writeAside(file: string, content: string): string {
  const aside = `${file}-${process.pid}-${serial++}`;
  writeFileSync(aside, content, { mode: 0o600 });
  return aside;
}

function highestNumber(path: string): number {
  return Math.max(0, ...numbers(path));
}

function removeBelow(path: string, limit: number): void {
  for (const each of numbers(path)) if (each < limit) rmSync(`${path}.${each}`, { force: true });
}

function numbers(path: string): number[] {
  const prefix = `${basename(path)}.`;
  return readdirSync(dirname(join(path)))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)));
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
