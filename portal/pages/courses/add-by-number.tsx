import { useState } from 'react';
import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useSession } from '../../session.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { type Scope, useCoursesSearch } from './scope.ts';

/** Of operators: a course that nobody's list names, by its number on its source. */
export function AddByNumber({ scope }: { scope: Scope }) {
  const { t } = useLanguage();
  const { set } = useCoursesSearch();
  const pairs = useCall('pairs.list', { query: { target: scope.target } }, { staleTime: 60_000 });
  const [source, setSource] = useState('');
  const [number, setNumber] = useState('');
  const { sites } = useSession();
  const all = (pairs.data?.pairs ?? []).map((pair) => pair.source);
  // For nobody one needs both sites: nobody's rights on the source stand for it then.
  const sources = scope.going.person === null ? all.filter((name) => sites === null || sites.includes(name)) : all;
  const from = sources.includes(source) ? source : (sources[0] ?? '');
  if (all.length === 0) return null;
  if (sources.length === 0)
    return <p className="mt-8 text-muted">{t('courses.number.both', { target: scope.targetTitle })}</p>;
  return (
    <details className="mt-8 rounded-lg border border-line bg-surface p-4">
      <summary className="font-medium">{t('courses.number.title')}</summary>
      {scope.going.person === null && <p className="mt-2 text-sm text-muted">{t('courses.number.nobody')}</p>}
      <form
        className="mt-3 flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void set({ look: `${from}:${Number(number)}` }, { push: true });
        }}
      >
        <SelectField
          label={t('courses.look.source')}
          value={from}
          onChange={(event) => setSource(event.target.value)}
          className="w-full sm:w-64"
        >
          {sources.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
        <TextField
          label={t('courses.number.number')}
          hint={t('courses.number.hint')}
          value={number}
          onChange={(event) => setNumber(event.target.value)}
          inputMode="numeric"
          pattern="[1-9][0-9]{0,14}"
          required
          className="w-full sm:w-64"
        />
        <Button type="submit">{t('courses.look')}</Button>
      </form>
    </details>
  );
}
