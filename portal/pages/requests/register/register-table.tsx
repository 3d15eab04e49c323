import { BlockTableError, placeTasks, readBlockTasks, type Site } from '@jouvence/contract';
import { type FormEvent, useId, useMemo, useState } from 'react';
import { useLanguage } from '../../../language.tsx';
import { Command } from '../../../ui/command.tsx';
import { TextArea } from '../../../ui/field.tsx';
import { LeftRows } from './left-rows.tsx';
import { LookButton } from './look-button.tsx';
import type { useRegister } from './use-register.ts';

/** All that Strasbourg's block has restored, from its own table: pasted, or from a file. */
export function RegisterTable({
  target,
  sites,
  table,
  onChange,
  register,
}: {
  target: Site;
  sites: Site[];
  table: string;
  onChange(table: string): void;
  register: ReturnType<typeof useRegister>;
}) {
  const { t } = useLanguage();
  const [asked, setAsked] = useState(false);
  const found = useMemo(() => readTable(table, sites), [table, sites]);
  const file = useId();
  const missing = found && 'missing' in found ? found.missing : null;
  const read = found && !('missing' in found) ? found : null;
  const change = (text: string): void => {
    setAsked(false);
    onChange(text);
  };
  const look = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (!read || read.courses.length === 0) return;
    const courses = read.courses.map(({ source, courseid, course, at }) => ({ source, courseid, course, at }));
    register.look({ target: target.name, courses });
  };
  return (
    <form onSubmit={look} className="space-y-4" noValidate autoComplete="off">
      <p className="text-sm text-muted">{t('requests.register.table.text', { target: target.name })}</p>
      <Command
        program="mysql"
        words={['--batch', '-e', 'select * from mdl_block_external_backuprestore', 'moodle']}
        label={t('requests.register.table.command')}
      />
      <TextArea
        label={t('requests.register.table')}
        hint={t('requests.register.table.hint')}
        fault={
          missing
            ? t('requests.register.table.wrong', { columns: missing.join(', ') })
            : asked && table.trim() === ''
              ? t('requests.register.table.none')
              : undefined
        }
        rows={6}
        value={table}
        spellCheck={false}
        onChange={({ currentTarget: { value } }) => change(value)}
      />
      <div>
        <label htmlFor={file} className="mb-1 block text-sm font-medium">
          {t('requests.register.file')}
        </label>
        <input
          id={file}
          type="file"
          accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values"
          className="block w-full text-sm file:mr-3 file:min-h-10 file:rounded-md file:border file:border-solid file:border-edge file:bg-surface file:px-4 file:font-medium file:text-ink"
          onChange={({ currentTarget: { files } }) => {
            const [chosen] = files ?? [];
            void chosen?.text().then(change);
          }}
        />
      </div>
      {read && (
        <div role="status" className="space-y-2">
          <p className="font-medium">{t('requests.register.table.read', { count: read.courses.length })}</p>
          <LeftRows left={read.left} others={read.others} />
        </div>
      )}
      <LookButton
        register={register}
        disabled={missing !== null || read?.courses.length === 0}
        words={['--from', 'tasks.csv', '--target', target.name]}
      />
    </form>
  );
}

/** Null: nothing was given yet. `missing`: columns without which it is not that table. */
function readTable(text: string, sites: readonly Site[]) {
  if (text.trim() === '') return null;
  try {
    const { others, ...table } = readBlockTasks(text);
    return { ...placeTasks(table, sites), others };
  } catch (error) {
    if (error instanceof BlockTableError) return { missing: error.missing };
    throw error;
  }
}
