import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from './errors.ts';

/**
 * One `serve` for a data directory. The file says who: process id, when that process began (ids are given again), and
 * where it answers. A file whose process is gone, or is another one, was left by a kill and is taken over.
 */
export interface DataDirClaim {
  announce(url: string): void;
  release(): Promise<void>;
}

interface Holder {
  pid: number;
  began: string;
  url: string | null;
}

export async function claimDataDir(dataDir: string): Promise<DataDirClaim> {
  const path = join(dataDir, 'serve.json');
  const mine: Holder = { pid: process.pid, began: beganAt(process.pid) ?? '', url: null };
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(path, JSON.stringify(mine), { flag: 'wx', mode: 0o600 });
      // Two starters that found the same leftover: the later one removed the file of the earlier one, a moment ago.
      await wait(50);
      if (findServer(dataDir)?.pid === process.pid) break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries > 10) throw error;
    }
    const holder = findServer(dataDir);
    if (holder) {
      throw new AppError(
        'already-running',
        `${dataDir} is already served by process ${holder.pid}${holder.url ? ` at ${holder.url}` : ', which is starting'}. Use that one, stop it, or give this one another directory with --data.`,
        { details: { pid: holder.pid, url: holder.url } },
      );
    }
    rmSync(path, { force: true });
  }
  return {
    announce: (url) => {
      // In one move: whoever reads it half-written would take the directory for free.
      writeFileSync(`${path}.new`, JSON.stringify({ ...mine, url }), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
    release: async () => rmSync(path, { force: true }),
  };
}

/** Who serves this data directory now; null: nobody. */
export function findServer(dataDir: string): { pid: number; url: string | null } | null {
  let holder: Holder;
  try {
    holder = JSON.parse(readFileSync(join(dataDir, 'serve.json'), 'utf8')) as Holder;
  } catch {
    return null;
  }
  const began = beganAt(holder.pid);
  return began !== null && began === holder.began ? { pid: holder.pid, url: holder.url } : null;
}

/** When a process began, in a form that only compares; null: there is none. */
function beganAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may hold anything, in parentheses: the state, and field 22 of proc(5), ticks since boot.
    const fields = stat.slice(stat.lastIndexOf(')')).split(' ');
    // A zombie is dead: in a container it can stay for long, because nobody there asks how it ended.
    return fields[1] === 'Z' || fields[1] === 'X' ? null : (fields[20] ?? null);
  } catch (error) {
    if (process.platform === 'linux') return null;
    void error;
  }
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'alive' : null;
  }
}
