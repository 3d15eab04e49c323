import type { Input } from '@jouvence/contract';
import type { Basket, Choices, Ticked } from './basket.ts';
import { leaveOut } from './search.ts';

export type Wish = Input<'requests.check'>['body'];

/** As many as go at once; the others stay ticked. */
export const mostAtOnce = 100;

/** Where ticked courses go, and for whom. */
export interface Going {
  target?: string;
  /** Null: nobody; left out: whoever is signed in. */
  person?: string | null;
}

export const choicesOf = ({ common, own }: Basket, key: string): Choices => ({ ...common, ...own[key] });

/** In one order, whatever the order of ticking: the same wish is the same text. */
export function wishOf(basket: Basket, going: Going, items: readonly Ticked[] = basket.items): Wish {
  return {
    ...leaveOut({ target: going.target }),
    ...(going.person !== undefined && { person: going.person }),
    items: items
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, mostAtOnce)
      .map(({ key, source, courseid }) => ({ source, courseid, ...choicesOf(basket, key) })),
  };
}

export const keyOfItem = ({ source, courseid }: { source: string; courseid: number }): string =>
  `${source}:${courseid}`;

/** The random numbers of every browser, also where a page comes without TLS. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** On the command line options are those of all courses of one command. */
export function commandsOf({ target, person, items }: Wish): string[][] {
  const groups = new Map<string, string[]>();
  for (const { source, courseid, ...choices } of items) {
    const options = JSON.stringify(optionsOf(choices));
    groups.set(options, [...(groups.get(options) ?? []), `${source}:${courseid}`]);
  }
  const whom = person == null ? ['--nobody'] : ['--person', person];
  return [...groups].map(([options, courses]) => [
    'requests',
    'send',
    ...courses,
    '--target',
    target ?? '',
    ...whom,
    ...(JSON.parse(options) as string[]),
  ]);
}

function optionsOf({ people, category, enrolments, keepIdnumber, keepFileAuthors }: Choices): string[] {
  const yesNo = (name: string, value: boolean | undefined) =>
    value === undefined ? [] : [value ? `--${name}` : `--no-${name}`];
  return [
    ...yesNo('people', people),
    ...(category ? ['--category', category.kind === 'id' ? String(category.id) : category.kind] : []),
    ...(enrolments ? ['--enrolments', enrolments] : []),
    ...yesNo('keep-idnumber', keepIdnumber),
    ...yesNo('keep-file-authors', keepFileAuthors),
  ];
}
