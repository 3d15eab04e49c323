import type { Category } from '@jouvence/protocol';
import type { SettingValues } from '../../settings/index.ts';
import type { CategoryWish, ReportLine } from '../types.ts';
import { refusal } from './refusal.ts';

/** Why a course does not go where its original is. Stable: `category.why.<code>` is its sentence. */
export type CategoryReason = 'no-key' | 'no-match' | 'several' | 'original-off' | 'key-refused';

export interface ChosenCategory {
  category: Category;
  /** What was wished, or what the settings say of who wishes nothing. */
  wish: CategoryWish;
  /** It is the default instead of the original one, because. */
  why: { code: CategoryReason; key: string; message: string } | null;
  /** Neither the original nor the default one: somebody named it. */
  named: boolean;
}

export interface CategoryQuestion {
  wish: CategoryWish | undefined;
  values: SettingValues;
  operator: boolean;
  /** Of the course, on the source. */
  original: Pick<Category, 'idnumber' | 'key'>;
  /** Why the source or the target gives no keys, although the settings ask for them. */
  keyRefused: string | null;
  /** All of the target. */
  categories: readonly Category[];
  /** Of the target, in the registry or as it says itself. */
  siteDefaultId: number | null;
  target: string;
}

/**
 * By what categories of two sites are the same, as the sites are asked for it; undefined: the idnumber, which they say
 * unasked.
 */
export function keyOf(values: SettingValues): string | undefined {
  const key = [values['category.table'], values['category.foreignKey'], values['category.field']].join(':');
  return key === 'course_categories:id:idnumber' ? undefined : key;
}

/** @throws AppError `not-found`, `not-allowed` */
export function chooseCategory(question: CategoryQuestion): ChosenCategory {
  const { values, operator, categories, target } = question;
  const original = values['category.original'];
  const unsaid: CategoryWish = { kind: original && values['category.preferOriginal'] ? 'original' : 'default' };
  const wish = question.wish ?? unsaid;
  if (wish.kind === 'id') {
    const category = categories.find(({ id }) => id === wish.id);
    if (!category)
      throw refusal(
        'not-found',
        'category-missing',
        `${target}: the category ${wish.id} is not there, or not any more`,
        { target, id: wish.id },
      );
    const usual = [original ? matched(question)?.id : undefined, defaultId(question)];
    return { category, wish, why: null, named: !usual.includes(category.id) };
  }
  if (wish.kind === 'default') return { category: defaultCategory(question), wish, why: null, named: false };
  if (!original && !operator) {
    const why = { code: 'original-off', key: '', message: 'the settings let no course into its original one' } as const;
    return { category: defaultCategory(question), wish, why, named: false };
  }
  const found = matched(question);
  if (found) return { category: found, wish, why: null, named: false };
  return { category: defaultCategory(question), wish, why: whyNot(question), named: false };
}

/** Of a new wish: the original one is wished for, and the settings do not offer it. */
export const asksForOriginalInVain = (wish: CategoryWish | undefined, values: SettingValues, operator: boolean) =>
  wish?.kind === 'original' && !values['category.original'] && !operator;

const sharedKey = (values: SettingValues, category: Pick<Category, 'idnumber' | 'key'>): string =>
  (keyOf(values) === undefined ? category.idnumber : category.key) ?? '';

const sameAs = ({ values, original, categories, keyRefused }: CategoryQuestion): Category[] => {
  const key = keyRefused === null ? sharedKey(values, original) : '';
  return key === '' ? [] : categories.filter((category) => sharedKey(values, category) === key);
};

/** Exactly one; of several none is guessed. */
function matched(question: CategoryQuestion): Category | undefined {
  const same = sameAs(question);
  return same.length === 1 ? same[0] : undefined;
}

function whyNot(question: CategoryQuestion): NonNullable<ChosenCategory['why']> {
  const { values, original, keyRefused } = question;
  const key = sharedKey(values, original);
  const named = keyOf(values) ?? 'idnumber';
  if (keyRefused !== null) return { code: 'key-refused', key: named, message: keyRefused };
  if (key === '') return { code: 'no-key', key: named, message: `its category on the source has no ${named}` };
  const count = sameAs(question).length;
  const message = `${count === 0 ? 'no category there has' : `${count} categories there have`} the ${named} ${key}`;
  return { code: count === 0 ? 'no-match' : 'several', key, message };
}

const defaultId = ({ values, siteDefaultId }: CategoryQuestion): number | null =>
  values['category.default'] ?? siteDefaultId;

function defaultCategory(question: CategoryQuestion): Category {
  const { values, categories, target } = question;
  const id = defaultId(question);
  const category = categories.find((each) => each.id === id);
  if (category) return category;
  const said = values['category.default'];
  const message =
    said === null
      ? `${target}: it names no default category for courses that come without one: set category.default`
      : `${target}: the default category ${said} that is set (category.default) is not there, or not any more`;
  throw refusal('not-found', 'category-default-missing', message, { target, id: said ?? '' });
}

/** What a report says of a course that did not go where its original is. */
export function categoryLines({ category, why }: ChosenCategory): ReportLine[] {
  if (why === null) return [];
  return [
    {
      code: 'category-default',
      severity: 'info',
      what: category.path.join(' / '),
      why: `The course went into the default category: ${why.message}.`,
      todo: 'Move it where it belongs, if that is elsewhere.',
      ...((why.code === 'no-match' || why.code === 'several') && { values: { key: why.key } }),
    },
  ];
}
