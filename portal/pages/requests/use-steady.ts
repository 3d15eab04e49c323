import type { ListedRequest } from '@jouvence/contract';
import { useEffect, useState } from 'react';

export interface SteadyRow {
  request: ListedRequest;
  /** Not in what is looked at any more; shown as it was last. */
  isGone: boolean;
}

/**
 * Rows that stay where they are while somebody is about to click on one (`held`): what they say is kept new, but none
 * comes, goes or moves. `changed`: there is another list behind it, which `show` brings.
 */
export function useSteady(rows: readonly ListedRequest[], held: boolean, key: string) {
  const [kept, setKept] = useState<{ key: string; rows: readonly ListedRequest[] } | null>(null);
  const isKept = kept !== null && kept.key === key && held;
  useEffect(() => {
    setKept((before) => (!held ? null : before?.key === key ? before : rows.length > 0 ? { key, rows } : null));
  }, [held, key, rows]);
  if (!isKept)
    return { rows: rows.map((request): SteadyRow => ({ request, isGone: false })), changed: false, show() {} };
  const now = new Map(rows.map((request) => [request.id, request]));
  return {
    rows: kept.rows.map((request): SteadyRow => {
      const current = now.get(request.id);
      return { request: current ?? request, isGone: current === undefined };
    }),
    changed: kept.rows.length !== rows.length || kept.rows.some(({ id }, index) => rows[index]!.id !== id),
    show: () => setKept({ key, rows }),
  };
}
