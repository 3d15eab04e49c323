import type { ListedSetting } from '@jouvence/contract';
import { useId } from 'react';
import { useLanguage } from '../../language.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { CategoryControl } from './category-control.tsx';
import { HoursEditor } from './hours-editor.tsx';
import type { Place } from './place.ts';
import { unitOf } from './value-text.tsx';
import { ZoneControl } from './zone-control.tsx';

/** While it is edited: as typed. Null: the category that the site itself names. */
export type Draft = boolean | string | string[] | null;

interface ControlProps {
  setting: ListedSetting;
  place: Place;
  label: string;
  draft: Draft;
  fault: string | undefined;
  /** `usable` false: it cannot be sent like that. */
  onChange: (draft: Draft, usable?: boolean) => void;
}

/** What fits what a setting takes. */
export function SettingControl({ setting, place, label, draft, fault, onChange }: ControlProps) {
  const { t, maybe, number } = useLanguage();
  const { form } = setting;
  switch (form.kind) {
    case 'yes':
      return (
        <OneOf
          label={label}
          value={String(draft)}
          choices={['true', 'false'].map((value) => ({ value, label: t(value === 'true' ? 'yes' : 'no') }))}
          onChoose={(value) => onChange(value === 'true')}
        />
      );
    case 'choice':
      return (
        <OneOf
          label={label}
          value={String(draft)}
          choices={form.choices.map((value) => ({ value, label: maybe(`settings.choice.${value}`) ?? value }))}
          onChoose={onChange}
        />
      );
    case 'number': {
      const unit = unitOf(setting.key);
      const text = String(draft);
      const usable = /^\d+$/.test(text) && Number(text) >= form.min && Number(text) <= form.max;
      return (
        <TextField
          label={unit ? t('settings.in', { name: label, unit: t(`settings.in.${unit}`) }) : label}
          hint={t('settings.between', { min: number(form.min), max: number(form.max) })}
          fault={fault ?? (usable ? undefined : t('settings.notBetween'))}
          inputMode="numeric"
          className="max-w-xs"
          value={text}
          onChange={({ target: { value } }) => {
            const read = value.trim();
            onChange(read, /^\d+$/.test(read) && Number(read) >= form.min && Number(read) <= form.max);
          }}
        />
      );
    }
    case 'list':
      return (
        <TextArea
          label={label}
          hint={t('settings.list.hint', { most: number(form.most) })}
          fault={fault}
          value={(draft as string[]).join('\n')}
          spellCheck={false}
          autoCapitalize="none"
          onChange={({ target: { value } }) => onChange(value.split('\n'))}
        />
      );
    case 'hours':
      return (
        <div className="space-y-2">
          <HoursEditor value={String(draft)} onChange={(text) => onChange(text ?? draft, text !== null)} />
          {fault && (
            <p role="alert" className="text-sm text-bad">
              {fault}
            </p>
          )}
        </div>
      );
    case 'zone':
      return <ZoneControl label={label} value={String(draft)} fault={fault} onChange={onChange} />;
    case 'category':
      return <CategoryControl label={label} place={place} draft={draft as string | null} onChange={onChange} />;
    default:
      return (
        <TextField
          label={label}
          fault={fault}
          value={String(draft)}
          spellCheck={false}
          autoCapitalize="none"
          onChange={({ target: { value } }) => onChange(value)}
        />
      );
  }
}

function OneOf({
  label,
  value,
  choices,
  onChoose,
}: {
  label: string;
  value: string;
  choices: { value: string; label: string }[];
  onChoose: (value: string) => void;
}) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">{label}</legend>
      <div className="flex flex-wrap gap-2">
        {choices.map((choice) => (
          <label
            key={choice.value}
            className="inline-flex min-h-10 cursor-pointer items-center gap-2 rounded-md border border-edge px-3 has-checked:border-primary has-checked:bg-primary-soft has-checked:font-semibold"
          >
            <input
              type="radio"
              name={name}
              className="size-4 accent-primary"
              checked={choice.value === value}
              onChange={() => onChoose(choice.value)}
            />
            {choice.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
