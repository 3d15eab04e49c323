import { isSiteName } from '@jouvence/contract';
import { isDay } from '../../shell/days.ts';

/** What is looked for: as the address says it. Days are of the reader, from their beginning to their end. */
export interface AuditSearch {
  actor?: string;
  action?: string;
  object?: string;
  site?: string;
  from?: string;
  to?: string;
}

const texts = ['actor', 'object', 'site'] as const;

export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const found: AuditSearch = {};
  for (const key of texts) {
    const value = search[key];
    // A router reads `12` as a number.
    if ((typeof value === 'string' || typeof value === 'number') && String(value).trim() !== '')
      found[key] = String(value).trim().slice(0, 255);
  }
  if (found.site !== undefined && !isSiteName(found.site)) delete found.site;
  if (typeof search.action === 'string' && /^[a-z]+(\.[a-zA-Z]+)?$/.test(search.action)) found.action = search.action;
  for (const key of ['from', 'to'] as const) {
    const value = search[key];
    if (isDay(value)) found[key] = value;
  }
  return found;
}
