import type { TaskWarning } from '@jouvence/protocol';

export type Warn = (warning: TaskWarning) => void;

/** Gathers what a task lost or changed. More than 500 lines of one kind help nobody: the rest is counted. */
export function gatherWarnings(): { warn: Warn; list(): TaskWarning[] } {
  const most = 500;
  const kept: TaskWarning[] = [];
  const counts = new Map<string, number>();
  return {
    warn(warning) {
      const count = (counts.get(warning.code) ?? 0) + 1;
      counts.set(warning.code, count);
      if (count <= most) kept.push(warning);
    },
    list: () => [
      ...kept,
      ...[...counts]
        .filter(([, count]) => count > most)
        .map(([code, count]) => ({
          code: 'more-of-the-same',
          severity: 'warning' as const,
          what: code,
          why: `There are ${count - most} more of this kind, which are not listed.`,
          todo: '',
        })),
    ],
  };
}
