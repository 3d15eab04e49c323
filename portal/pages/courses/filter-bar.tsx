import { Search, SlidersHorizontal } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useLanguage } from '../../language.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import type { FedSource } from './feed.ts';
import type { Options } from './matching.ts';
import { useCoursesSearch } from './scope.ts';
import { sorts } from './search.ts';

const settleMs = 200;

/** What is looked for, and by what; all of it stands in the address. On a phone the lists fold away. */
export function FilterBar({ sources, options }: { sources: readonly FedSource[]; options: Options }) {
  const { t, maybe } = useLanguage();
  const { search, set } = useCoursesSearch();
  const count = [search.source, search.category, search.year, search.role].filter((each) => each !== undefined).length;
  const [open, setOpen] = useState(false);
  return (
    <search className="grid gap-3 md:grid-cols-[minmax(14rem,2fr)_repeat(5,minmax(0,1fr))]">
      <SearchField />
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-10 items-center gap-2 rounded-md border border-edge bg-surface px-3 md:hidden"
      >
        <SlidersHorizontal className="size-4" aria-hidden="true" />
        {count > 0 ? t('courses.filter.count', { count }) : t('courses.filter')}
      </button>
      <div className={`${open ? 'grid' : 'hidden'} grid-cols-1 gap-3 md:contents`}>
        <Filter
          label={t('courses.filter.source')}
          all={t('courses.filter.source.all')}
          value={search.source}
          values={sources.map(({ source, title }) => [source, title])}
          onChange={(source) => void set({ source })}
        />
        <Filter
          label={t('courses.filter.category')}
          all={t('courses.filter.category.all')}
          value={search.category}
          values={options.categories.map((name) => [name, name])}
          onChange={(category) => void set({ category })}
        />
        <Filter
          label={t('courses.filter.year')}
          all={t('courses.filter.year.all')}
          value={search.year === undefined ? undefined : String(search.year)}
          values={options.years.map((year) => [String(year), String(year)])}
          onChange={(year) => void set({ year: year === undefined ? undefined : Number(year) })}
        />
        <Filter
          label={t('courses.filter.role')}
          all={t('courses.filter.role.all')}
          value={search.role}
          values={options.roles.map((role) => [role, maybe(`courses.role.${role}`) ?? role])}
          onChange={(role) => void set({ role })}
        />
        <SelectField
          label={t('courses.sort')}
          labelHidden
          value={search.sort ?? 'source'}
          onChange={({ target }) => {
            const sort = sorts.find((each) => each === target.value);
            void set({ sort: sort === 'source' ? undefined : sort });
          }}
        >
          {sorts.map((sort) => (
            <option key={sort} value={sort}>
              {t(`courses.sort.${sort}`)}
            </option>
          ))}
        </SelectField>
      </div>
    </search>
  );
}

function Filter({
  label,
  all,
  value,
  values,
  onChange,
}: {
  label: string;
  all: string;
  value: string | undefined;
  values: (readonly [string, string])[];
  onChange(value: string | undefined): void;
}) {
  return (
    <SelectField
      label={label}
      labelHidden
      value={value ?? ''}
      onChange={({ target }) => onChange(target.value || undefined)}
      disabled={values.length === 0}
    >
      <option value="">{all}</option>
      {values.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </SelectField>
  );
}

/** What is typed is shown at once, and looked for when it has come to rest. */
function SearchField() {
  const { t } = useLanguage();
  const { search, set } = useCoursesSearch();
  const [text, setText] = useState(search.q ?? '');
  const told = useRef(text);
  useEffect(() => {
    // Back and forth in the browser; what was told from here comes back too, and more may be typed by then.
    if ((search.q ?? '') === told.current) return;
    told.current = search.q ?? '';
    setText(told.current);
  }, [search.q]);
  useEffect(() => {
    const q = text.trim() === '' ? '' : text;
    if (q === told.current) return;
    const timer = setTimeout(() => {
      told.current = q;
      void set({ q: q || undefined });
    }, settleMs);
    return () => clearTimeout(timer);
  }, [text, set]);
  return (
    <div className="relative">
      <Search className="absolute top-3 left-3 z-10 size-4 text-muted" aria-hidden="true" />
      <TextField
        type="search"
        label={t('courses.search')}
        labelHidden
        placeholder={t('courses.search')}
        value={text}
        onChange={({ target }) => setText(target.value)}
        className="*:[input]:pl-9"
        maxLength={255}
      />
    </div>
  );
}
