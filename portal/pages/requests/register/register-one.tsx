import type { Site } from '@jouvence/contract';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useCall } from '../../../api.ts';
import { useLanguage } from '../../../language.tsx';
import { Callout } from '../../../ui/callout.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { SelectField, TextField } from '../../../ui/field.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { LookButton } from './look-button.tsx';
import type { useRegister } from './use-register.ts';

/** As it is typed. */
export interface TypedCourse {
  source: string;
  /** Its number, or its address, on either side. */
  courseid: string;
  course: string;
}
export const emptyCourse: TypedCourse = { source: '', courseid: '', course: '' };

/** A number, or an address that has one: `…/course/view.php?id=7`. */
function readCourseId(text: string): number | null {
  const [, found] = /^\s*(\d{1,15})\s*$/.exec(text) ?? /[?&]id=(\d{1,15})(?!\d)/.exec(text) ?? [];
  return Number(found ?? 0) || null;
}

export function RegisterOne({
  target,
  course: typed,
  onChange,
  register,
}: {
  target: Site;
  course: TypedCourse;
  onChange(course: TypedCourse): void;
  register: ReturnType<typeof useRegister>;
}) {
  const { t } = useLanguage();
  const pairs = useCall('pairs.list', { query: { target: target.name } }, { staleTime: 60_000 });
  const [asked, setAsked] = useState(false);
  if (!pairs.data)
    return pairs.error ? (
      <ErrorNote error={pairs.error} onRetry={() => void pairs.refetch()} />
    ) : (
      <Skeleton lines={3} />
    );
  const sources = pairs.data.pairs.map(({ source }) => source);
  const source = sources.includes(typed.source) ? typed.source : sources[0];
  if (source === undefined)
    return (
      <Callout>
        <p>{t('requests.register.noPair', { target: target.name })}</p>
        <Link to="/sites/$site" params={{ site: target.name }}>
          {t('requests.register.toPairs', { target: target.name })}
        </Link>
      </Callout>
    );
  const [courseid, course] = [readCourseId(typed.courseid), readCourseId(typed.course)];
  const look = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (courseid !== null && course !== null)
      register.look({ target: target.name, courses: [{ source, courseid, course }] });
  };
  const faultOf = (id: number | null) => (asked && id === null ? t('requests.register.number.wrong') : undefined);
  return (
    <form onSubmit={look} className="space-y-4" noValidate autoComplete="off">
      <SelectField
        label={t('requests.register.source')}
        value={source}
        onChange={({ currentTarget: { value } }) => onChange({ ...typed, source: value })}
      >
        {sources.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </SelectField>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('requests.register.courseid', { source })}
          hint={t('requests.register.number.hint')}
          fault={faultOf(courseid)}
          value={typed.courseid}
          onChange={({ currentTarget: { value } }) => onChange({ ...typed, courseid: value })}
        />
        <TextField
          label={t('requests.register.course', { target: target.name })}
          hint={t('requests.register.number.hint')}
          fault={faultOf(course)}
          value={typed.course}
          onChange={({ currentTarget: { value } }) => onChange({ ...typed, course: value })}
        />
      </div>
      <LookButton
        register={register}
        words={[`${source}:${courseid ?? 'ID'}`, '--course', String(course ?? 'ID'), '--target', target.name]}
      />
    </form>
  );
}
