import { type Input, isSiteName, type RequestState, requestStates } from '@jouvence/contract';
import { beginningOf, isDay } from '../../shell/days.ts';

/** What stands in the address of `/requests`: what is asked for, and which page of it. */
export interface RequestsSearch {
  /** One or several, with commas between. */
  state?: string;
  open?: boolean;
  target?: string;
  source?: string;
  person?: string;
  /** Carried for nobody. */
  nobody?: true;
  actor?: string;
  course?: string;
  /** Days where the reader is. */
  since?: string;
  until?: string;
  error?: string;
  undealt?: boolean;
  after?: number;
  /** Of a person: what they asked for others. */
  whose?: 'others';
}

const texts = {
  target: isSiteName,
  source: isSiteName,
  error: (text: string) => /^[a-z][a-z-]{0,63}$/.test(text),
  person: () => true,
  actor: () => true,
  course: () => true,
} as const;

/** An address that somebody has typed or cut off shows what of it can be understood. */
export function readRequestsSearch(given: Record<string, unknown>): RequestsSearch {
  const search: RequestsSearch = {};
  for (const name of Object.keys(texts) as (keyof typeof texts)[]) {
    const text = String(given[name] ?? '').slice(0, 255);
    if (text.trim() !== '' && texts[name](text)) search[name] = text;
  }
  const states = String(given.state ?? '')
    .split(',')
    .filter((state) => (requestStates as readonly string[]).includes(state));
  if (states.length > 0) search.state = states.join(',');
  for (const name of ['open', 'undealt'] as const) {
    const value = String(given[name] ?? '');
    if (value === 'true' || value === 'false') search[name] = value === 'true';
  }
  if (String(given.nobody ?? '') === 'true') search.nobody = true;
  for (const name of ['since', 'until'] as const) {
    const day = String(given[name] ?? '');
    if (isDay(day)) search[name] = day;
  }
  if (given.whose === 'others') search.whose = 'others';
  const after = String(given.after ?? '');
  if (/^\d{1,15}$/.test(after)) search.after = Number(after);
  return search;
}

export type Filter = NonNullable<Input<'requests.bulk'>['body']['filter']>;

/** As the API is asked. */
export function filterOf({ after: _, whose: _whose, state, since, until, ...search }: RequestsSearch): Filter {
  return {
    ...search,
    ...(state !== undefined && { state: state.split(',') as RequestState[] }),
    ...(since !== undefined && { since: beginningOf(since) }),
    ...(until !== undefined && { until: beginningOf(until, 1) }),
  };
}

export const isFiltered = ({ after: _, whose: _whose, ...search }: RequestsSearch): boolean =>
  Object.values(search).some((value) => value !== undefined);

/** The same on the command line. */
export const commandOf = (search: RequestsSearch): string[] => ['requests', 'list', ...flagsOf(search)];

/** Moments instead of days: the command may be typed where it is another day. */
export function flagsOf({
  open,
  undealt,
  nobody,
  since,
  until,
  after: _,
  whose: _whose,
  ...search
}: RequestsSearch): string[] {
  const moments = {
    since: since && beginningOf(since),
    until: until && beginningOf(until, 1),
  };
  return [
    ...Object.entries({ ...search, ...moments }).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}`, value],
    ),
    ...(open === undefined ? [] : [open ? '--open' : '--ended']),
    ...(undealt ? ['--undealt'] : []),
    ...(nobody ? ['--nobody'] : []),
  ];
}
