import type { Answer, CheckedItem } from '@jouvence/contract';
import { useId } from 'react';
import { useLanguage } from '../../language.tsx';
import { Checkbox, SelectField } from '../../ui/field.tsx';
import type { Choices } from './basket.ts';

type MayChoose = NonNullable<CheckedItem['mayChoose']>;
export type SiteCategory = Answer<'sites.categories'>['categories'][number];
export type CategoryWish = NonNullable<Choices['category']>;
type Options = NonNullable<CheckedItem['options']>;

/** What may be chosen of one course, or of all; with what it truly means. */
export function ChoiceFields({
  may,
  options,
  category,
  categories,
  onChoose,
}: {
  may: MayChoose;
  /** As it is now. */
  options: Options;
  /** Undefined: not the same for all. */
  category: CategoryWish | undefined;
  /** Of the target, for who may name one. */
  categories: readonly SiteCategory[];
  onChoose(choices: Choices): void;
}) {
  const { t, maybe } = useLanguage();
  const name = useId();
  const { people, enrolments } = options;
  return (
    <div className="space-y-4">
      <fieldset>
        <legend className="mb-1 text-sm font-medium">{t('courses.choose.category')}</legend>
        {(['original', 'default'] as const).map((kind) => (
          <label key={kind} className="flex min-h-9 items-center gap-2.5">
            <input
              type="radio"
              name={name}
              checked={category?.kind === kind}
              onChange={() => onChoose({ category: { kind } })}
              className="size-4 shrink-0 accent-primary"
            />
            {t(`courses.choose.category.${kind}`)}
          </label>
        ))}
        {categories.length > 0 && (
          <SelectField
            label={t('courses.choose.category.id.label')}
            labelHidden
            value={category?.kind === 'id' ? String(category.id) : ''}
            onChange={({ target }) => target.value && onChoose({ category: { kind: 'id', id: Number(target.value) } })}
          >
            <option value="">{t('courses.choose.category.id')}</option>
            {categories.map(({ id, name, path }) => (
              <option key={id} value={id}>
                {path.join(' / ') || name}
              </option>
            ))}
          </SelectField>
        )}
      </fieldset>
      {may.people && (
        <Checkbox
          label={t('courses.choose.people')}
          hint={t('courses.choose.people.hint')}
          checked={people}
          onChange={({ target }) => onChoose({ people: target.checked })}
        />
      )}
      {may.enrolments && (
        <SelectField
          label={t('courses.choose.enrolments')}
          value={enrolments}
          onChange={({ target }) => onChoose({ enrolments: target.value as Options['enrolments'] })}
          hint={sentence(maybe(`report.enrolments-${enrolments}-${people ? 'people' : 'nobody'}.why`) ?? '')}
        >
          {(['never', 'withusers', 'always'] as const).map((mode) => (
            <option key={mode} value={mode}>
              {t(`courses.choose.enrolments.${mode}`)}
            </option>
          ))}
        </SelectField>
      )}
      {may.keepIdnumber && (
        <Checkbox
          label={t('courses.choose.keepIdnumber')}
          checked={options.keepIdnumber}
          onChange={({ target }) => onChoose({ keepIdnumber: target.checked })}
        />
      )}
      {may.keepFileAuthors && !people && (
        <Checkbox
          label={t('courses.choose.keepFileAuthors')}
          checked={options.keepFileAuthors}
          onChange={({ target }) => onChoose({ keepFileAuthors: target.checked })}
        />
      )}
    </div>
  );
}

/** What stands after a colon elsewhere. */
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1) + (text ? '.' : '');
