import type { Input } from '@jouvence/contract';
import { useCallback, useSyncExternalStore } from 'react';
import { remember, remembered } from '../../language.tsx';
import { basketPrefix } from '../../shell/windows.ts';
import { leaveOut } from './search.ts';

type Item = Input<'requests.check'>['body']['items'][number];
/** What may be said of one course; what is not said is as the settings say. */
export type Choices = Omit<Item, 'source' | 'courseid'>;

/** A ticked course. Its names and size stand here too: its source may not answer when they are to be shown. */
export interface Ticked {
  key: string;
  source: string;
  /** Title of the source. */
  title: string;
  courseid: number;
  fullname: string;
  shortname: string;
  fileBytes: number | null;
}

export interface Basket {
  items: Ticked[];
  /** For all that say nothing else. */
  common: Choices;
  /** By `key` of the course. */
  own: Record<string, Choices>;
  /**
   * The last sending that has not been answered: the same again, by the same key, sends nothing twice. `lost`: it may
   * have arrived, and no answer came.
   */
  sending: { key: string; keys: string[]; wish: string; lost: boolean } | null;
}

export const emptyBasket: Basket = { items: [], common: {}, own: {}, sending: null };

/** One of each person and target in this browser; another window has the same. */
export const basketName = (owner: string, target: string, person: string): string =>
  `${basketPrefix}${JSON.stringify([owner, target, person])}`;

/** Where a browser keeps nothing, it is kept for as long as the page is open. */
const baskets = new Map<string, { text: string | null; basket: Basket }>();
const listeners = new Set<() => void>();

addEventListener('storage', ({ key }) => {
  if (key === null || key.startsWith(basketPrefix)) for (const listener of listeners) listener();
});

function read(name: string): Basket {
  const known = baskets.get(name);
  if (known?.text === unkept) return known.basket;
  const text = remembered(name);
  if (known && known.text === text) return known.basket;
  const basket = text === null ? emptyBasket : understood(text);
  baskets.set(name, { text, basket });
  return basket;
}
const unkept = '-';

/** The storage may hold what an older page has written, or what somebody has typed. */
function understood(text: string): Basket {
  try {
    const { items, common, own, sending } = JSON.parse(text) as Partial<Basket>;
    if (!Array.isArray(items) || !items.every(({ key, courseid }) => key && Number.isInteger(courseid)))
      return emptyBasket;
    return { items, common: common ?? {}, own: own ?? {}, sending: sending?.keys ? sending : null };
  } catch {
    return emptyBasket;
  }
}

/** From what stands there now: another window may have ticked something since. */
function change(name: string, to: (basket: Basket) => Basket): void {
  const basket = to(read(name));
  const isEmpty = basket.items.length === 0 && basket.sending === null;
  const text = isEmpty ? null : JSON.stringify(basket);
  remember(name, text);
  // A storage that takes nothing gives back something else than was put there.
  baskets.set(name, { text: remembered(name) === text ? text : unkept, basket: isEmpty ? emptyBasket : basket });
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useBasket(name: string) {
  const basket = useSyncExternalStore(
    subscribe,
    useCallback(() => read(name), [name]),
  );
  const tick = useCallback(
    (courses: readonly Ticked[], on: boolean) =>
      change(name, (before) => {
        if (!on) return without(before, new Set(courses.map(({ key }) => key)));
        const known = new Set(before.items.map(({ key }) => key));
        return { ...before, items: [...before.items, ...courses.filter(({ key }) => !known.has(key))] };
      }),
    [name],
  );
  const choose = useCallback(
    (choices: Choices, key?: string) =>
      change(name, (before) => {
        if (key !== undefined)
          return { ...before, own: { ...before.own, [key]: leaveOut({ ...before.own[key], ...choices }) } };
        // What is said for all is said for all: exceptions about the same are over.
        const said = Object.keys(choices) as (keyof Choices)[];
        const own = Object.fromEntries(Object.entries(before.own).map(([each, had]) => [each, omit(had, said)]));
        return { ...before, own, common: leaveOut({ ...before.common, ...choices }) };
      }),
    [name],
  );
  const setSending = useCallback(
    (sending: Basket['sending']) => change(name, (before) => ({ ...before, sending })),
    [name],
  );
  /** They have been sent. */
  const sent = useCallback(
    (keys: readonly string[]) => change(name, (before) => ({ ...without(before, new Set(keys)), sending: null })),
    [name],
  );
  return { basket, tick, choose, setSending, sent };
}

function without(before: Basket, keys: ReadonlySet<string>): Basket {
  const items = before.items.filter(({ key }) => !keys.has(key));
  // The next basket begins anew.
  if (items.length === 0) return { ...emptyBasket, sending: before.sending };
  const own = Object.fromEntries(Object.entries(before.own).filter(([key]) => !keys.has(key)));
  return { ...before, items, own };
}

const omit = (choices: Choices, names: readonly (keyof Choices)[]): Choices =>
  Object.fromEntries(Object.entries(choices).filter(([name]) => !names.includes(name as keyof Choices)));

export type BasketTools = ReturnType<typeof useBasket>;
