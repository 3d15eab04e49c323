import { requestStates } from '@jouvence/contract';

/** What stands in the address of `/requests`: what is asked for, and which page of it. */
export interface RequestsSearch {
  state?: string;
  open?: boolean;
  target?: string;
  source?: string;
  person?: string;
  actor?: string;
  course?: string;
  since?: string;
  until?: string;
  error?: string;
  undealt?: boolean;
  after?: number;
}

const texts = ['target', 'source', 'person', 'actor', 'course', 'error'] as const;

/** An address that somebody has typed or cut off shows what of it can be understood. */
export function readRequestsSearch(given: Record<string, unknown>): RequestsSearch {
  const search: RequestsSearch = {};
  for (const name of texts) {
    const text = String(given[name] ?? '').trim();
    if (text !== '') search[name] = text.slice(0, 255);
  }
  const states = String(given.state ?? '')
    .split(',')
    .filter((state) => (requestStates as readonly string[]).includes(state));
  if (states.length > 0) search.state = states.join(',');
  for (const name of ['open', 'undealt'] as const) {
    const value = String(given[name] ?? '');
    if (value === 'true' || value === 'false') search[name] = value === 'true';
  }
  for (const name of ['since', 'until'] as const) {
    const day = String(given[name] ?? '');
    if (/^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day))) search[name] = day;
  }
  const after = String(given.after ?? '');
  if (/^\d{1,15}$/.test(after)) search.after = Number(after);
  return search;
}
