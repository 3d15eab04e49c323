import { useId, useState } from 'react';
import { useLanguage } from '../../language.tsx';
import { Checkbox, TextField } from '../../ui/field.tsx';

/** Roles that every Moodle has and that may own a course. */
const usual = ['editingteacher', 'teacher', 'manager', 'coursecreator'];

/** Which roles in a course of the source let somebody take it: the usual ones to tick, others to type. */
export function RolesField({
  roles,
  fault,
  onChange,
}: {
  roles: string[];
  fault: string | undefined;
  onChange: (roles: string[]) => void;
}) {
  const { t } = useLanguage();
  const id = useId();
  const ticked = roles.filter((role) => usual.includes(role));
  const [others, setOthers] = useState(roles.filter((role) => !usual.includes(role)).join(', '));
  const read = (text: string) => text.split(/[\s,]+/).filter((role) => /^[a-z][a-z0-9_-]{0,99}$/i.test(role));
  return (
    <fieldset aria-describedby={fault ? `${id}-fault` : undefined}>
      <legend className="mb-1 text-sm font-medium">{t('sites.pair.roles')}</legend>
      <p className="mb-2 text-sm text-muted">{t('sites.pair.roles.hint')}</p>
      <div className="mb-3 grid gap-2 sm:grid-cols-2">
        {usual.map((role) => (
          <Checkbox
            key={role}
            label={
              <>
                {t(`sites.role.${role as 'manager'}`)} <code className="text-sm text-muted">{role}</code>
              </>
            }
            checked={ticked.includes(role)}
            onChange={({ target: { checked } }) =>
              onChange([...(checked ? [...ticked, role] : ticked.filter((each) => each !== role)), ...read(others)])
            }
          />
        ))}
      </div>
      <TextField
        label={t('sites.pair.roles.others')}
        value={others}
        placeholder="responsable"
        autoCapitalize="none"
        spellCheck={false}
        onChange={({ target: { value } }) => {
          setOthers(value);
          onChange([...ticked, ...read(value)]);
        }}
      />
      {fault && (
        <p id={`${id}-fault`} role="alert" className="mt-1 text-sm text-bad">
          {fault}
        </p>
      )}
    </fieldset>
  );
}
