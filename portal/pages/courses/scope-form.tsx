import { useEffect, useState } from 'react';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Command } from '../../ui/command.tsx';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { type Scope, useCoursesSearch, useTargets } from './scope.ts';

/** Of operators: where courses go, whose they are, and for whom they are carried. */
export function ScopeForm({ scope }: { scope: Scope }) {
  const { t } = useLanguage();
  const { search, set } = useCoursesSearch();
  const targets = useTargets();
  const [target, setTarget] = useState(scope.target);
  const [person, setPerson] = useState(scope.person);
  useEffect(() => {
    setTarget(scope.target);
    setPerson(scope.person);
  }, [scope.target, scope.person]);
  const chosen = target || scope.target;
  return (
    <div className="mb-5 space-y-3">
      <form
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          const whom = person.trim() || undefined;
          void set({ target: chosen || undefined, person: whom, look: undefined, send: undefined }, { push: true });
        }}
      >
        <SelectField
          label={t('courses.scope.target')}
          value={chosen}
          onChange={(event) => setTarget(event.target.value)}
          required
          className="w-full sm:w-80"
        >
          <option value="">{t('courses.scope.target.choose')}</option>
          {targets.map(({ name, title }) => (
            <option key={name} value={name}>
              {title === name ? name : `${title} (${name})`}
            </option>
          ))}
          {chosen && !targets.some(({ name }) => name === chosen) && <option value={chosen}>{chosen}</option>}
        </SelectField>
        <TextField
          label={t('courses.scope.person')}
          value={person}
          onChange={(event) => setPerson(event.target.value)}
          maxLength={255}
          autoComplete="off"
          spellCheck={false}
          autoCapitalize="none"
          className="w-full sm:w-64"
        />
        <Button type="submit" look="primary">
          {t('courses.scope.show')}
        </Button>
      </form>
      {scope.ready && scope.maySend && (
        <Checkbox
          label={t('courses.scope.nobody')}
          hint={t('courses.scope.nobody.hint')}
          checked={search.nobody === true}
          onChange={(event) => set({ nobody: event.target.checked || undefined })}
        />
      )}
      {scope.target === '' && <p className="text-muted">{t('courses.scope.start')}</p>}
      {!scope.ready && scope.target !== '' && <p className="text-muted">{t('courses.scope.whose')}</p>}
      {!scope.maySend && <Callout>{t('courses.scope.auditor')}</Callout>}
      {scope.ready && <Command words={['courses', 'list', '--target', scope.target, '--person', scope.person]} />}
    </div>
  );
}
