import type { CheckedItem } from '@jouvence/contract';
import { useLanguage } from '../../language.tsx';
import type { BasketTools, Choices } from './basket.ts';
import { ChoiceFields, type SiteCategory } from './choice-fields.tsx';
import { wishOf } from './send-item.tsx';

/** One choice for all that go; a course may have another one of its own. */
export function CommonChoices({
  items,
  categories,
  tools,
}: {
  items: readonly CheckedItem[];
  categories: readonly SiteCategory[];
  tools: BasketTools;
}) {
  const { t } = useLanguage();
  const known = items.filter(({ options, mayChoose }) => options !== null && mayChoose !== null);
  const first = known[0];
  if (!first) return null;
  const { common } = tools.basket;
  const anyMay = (name: keyof NonNullable<CheckedItem['mayChoose']>) => known.some(({ mayChoose }) => mayChoose![name]);
  const wishes = new Map(known.map((item) => [JSON.stringify(wishOf(item)), wishOf(item)]));
  const options = { ...first.options!, ...withoutCategory(common) };
  return (
    <section className="rounded-lg border border-line bg-surface p-4">
      <h3 className="mb-3 font-semibold">{t(items.length > 1 ? 'courses.choose.all' : 'courses.choose.one')}</h3>
      <ChoiceFields
        may={{
          people: anyMay('people'),
          enrolments: anyMay('enrolments'),
          keepIdnumber: anyMay('keepIdnumber'),
          keepFileAuthors: anyMay('keepFileAuthors'),
        }}
        options={options}
        category={common.category ?? (wishes.size === 1 ? [...wishes.values()][0] : undefined)}
        categories={categories}
        onChoose={(choices) => tools.choose(choices)}
      />
    </section>
  );
}

const withoutCategory = ({ category: _category, ...rest }: Choices) => rest;
