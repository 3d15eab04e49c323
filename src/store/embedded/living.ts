import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A process, so that another one that got the same id later is not taken for it: `<pid>-<when it began>`; undefined
 * when there is none. A zombie is none.
 */
export function describeProcess(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      // The name in parentheses may hold anything; then come the state and, as field 22 of proc(5), ticks since boot.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : `${pid}-${fields[19]}`;
    } catch {
      return undefined;
    }
  }
  try {
    const began = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return `${pid}-${Date.parse(began.trim())}`;
  } catch {
    return undefined;
  }
}

export function isLiving(described: string): boolean {
  return describeProcess(Number.parseInt(described, 10)) === described;
}
