import { isSiteName } from '@jouvence/contract';

/** What of the page stands in the address: reload, back and a sent link show the same. */
export interface CoursesSearch {
  /** Words looked for. */
  q?: string;
  source?: string;
  category?: string;
  year?: number;
  role?: string;
  sort?: Sort;
  /** The course that is looked into, `source:id`. */
  look?: string;
  /** What is ticked is looked through before it goes. Opening an address never sends anything. */
  send?: boolean;
  /** Of operators: where to. */
  target?: string;
  /** Whose courses, where they are not one's own: of operators, and of who may ask for others. */
  person?: string;
  /** Of operators: carried for nobody. */
  nobody?: boolean;
}

export const sorts = ['source', 'newest', 'name', 'largest'] as const;
export type Sort = (typeof sorts)[number];

/** What stands there and is not ours, or makes no sense, is as if it were not there. */
export function readSearch(given: Record<string, unknown>): CoursesSearch {
  const text = (name: string): string | undefined => {
    const value = given[name];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value).slice(0, 255) || undefined
      : undefined;
  };
  const year = Number(text('year'));
  const sort = sorts.find((each) => each === text('sort'));
  const look = text('look');
  return leaveOut({
    q: text('q'),
    source: text('source'),
    category: text('category'),
    year: Number.isInteger(year) && year >= 1000 && year <= 9999 ? year : undefined,
    role: text('role'),
    sort: sort === 'source' ? undefined : sort,
    look: look && /^[^:]+:[1-9]\d{0,14}$/.test(look) && isSiteName(look.split(':')[0]!) ? look : undefined,
    send: text('send') === 'true' || undefined,
    target: isSiteName(text('target') ?? '') ? text('target') : undefined,
    person: text('person'),
    nobody: text('nobody') === 'true' || undefined,
  });
}

/** Without what is not said: the address names nothing that is empty. */
export function leaveOut<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')) as T;
}
