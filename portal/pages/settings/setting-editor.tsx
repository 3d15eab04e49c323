import { ApiError, type ListedSetting } from '@jouvence/contract';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Command } from '../../ui/command.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useToast } from '../../ui/toast.tsx';
import { When } from '../../ui/when.tsx';
import { isSetAt, kindOf, type Place, widerOf } from './place.ts';
import { type Draft, SettingControl } from './setting-control.tsx';
import { SettingEffect } from './setting-effect.tsx';
import { useValueText } from './value-text.tsx';

const changes = ['settings', 'courses', 'requests'];
/** By which the server knows what was looked at. */
const seenOf = ({ changed }: ListedSetting): string => changed?.at.toISOString() ?? 'never';

/** Changes one setting at one place. What somebody else changes meanwhile is shown, and not overwritten unseen. */
export function SettingEditor({
  setting,
  place,
  label,
  onClose,
}: {
  setting: ListedSetting;
  place: Place;
  label: string;
  onClose: () => void;
}) {
  const { t } = useLanguage();
  const toast = useToast();
  const textOf = useValueText();
  const [draft, setDraft] = useState<Draft>(() => draftOf(setting));
  const [usable, setUsable] = useState(true);
  const [seen, setSeen] = useState(() => seenOf(setting));
  const form = useRef<HTMLFormElement>(null);
  const set = useAction('settings.set', { changes });
  const unset = useAction('settings.unset', { changes });
  const failed = set.error ?? unset.error;
  // Said by the note about the newer value, in its place.
  const isOvertaken = failed instanceof ApiError && failed.details.reason === 'setting-changed';
  const fault = failed instanceof ApiError && failed.code === 'invalid-parameter' ? failed.message : undefined;
  const busy = set.isPending || unset.isPending;
  const overtaken = seen !== seenOf(setting) && !busy;
  const kind = kindOf(place);
  const wider = widerOf(setting, place);
  useEffect(() => {
    const first = (selector: string) => form.current?.querySelector<HTMLElement>(selector);
    (first('input:checked') ?? first('input, select, textarea'))?.focus();
  }, []);
  const done = (text: string) => () => {
    toast.done(text, label);
    onClose();
  };
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (!usable || overtaken) return;
    unset.reset();
    set.mutate(
      { params: { key: setting.key }, body: { value: sentOf(draft), ...place, seen } },
      { onSuccess: done(t('settings.saved')) },
    );
  };
  const takeBack = (): void => {
    set.reset();
    unset.mutate(
      { params: { key: setting.key }, query: { ...place, seen } },
      { onSuccess: done(t('settings.unset.done')) },
    );
  };
  return (
    <form
      ref={form}
      onSubmit={send}
      noValidate
      className="mt-3 space-y-4 rounded-md border border-line bg-ground p-4"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <SettingControl
        setting={setting}
        place={place}
        label={label}
        draft={draft}
        fault={fault}
        onChange={(next, canBeSent = true) => {
          setDraft(next);
          setUsable(canBeSent);
        }}
      />
      <SettingEffect setting={setting} place={place} />
      {overtaken && (
        <Callout tone="warn" live title={t('settings.overtaken')}>
          <p>
            <bdi>{t('settings.overtaken.now', { value: textOf(setting, setting.value) })}</bdi>{' '}
            {setting.changed && (
              <span className="text-muted">
                <bdi>{setting.changed.by}</bdi>, <When at={setting.changed.at} />
              </span>
            )}
          </p>
          <div className="mt-2 flex flex-wrap gap-2">
            <Button small onClick={onClose}>
              {t('settings.overtaken.take')}
            </Button>
            <Button
              small
              onClick={() => {
                set.reset();
                unset.reset();
                setSeen(seenOf(setting));
              }}
            >
              {t('settings.overtaken.keep')}
            </Button>
          </div>
        </Callout>
      )}
      {failed && !isOvertaken && !fault && <ErrorNote error={failed} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={!usable || overtaken} busy={set.isPending}>
          {t('settings.save')}
        </Button>
        <Button onClick={onClose}>{t('shell.cancel')}</Button>
        {isSetAt(setting, kind) && (
          <Button disabled={overtaken} busy={unset.isPending} onClick={takeBack}>
            {t(`settings.unset.${wider.from}`, { value: textOf(setting, wider.value) })}
          </Button>
        )}
      </div>
      <Command words={['settings', 'set', setting.key, commandText(draft), ...placeWords(place)]} />
      {isSetAt(setting, kind) && <Command words={['settings', 'unset', setting.key, ...placeWords(place)]} />}
    </form>
  );
}

function draftOf({ value, form }: ListedSetting): Draft {
  if (form.kind === 'yes') return value === true;
  if (form.kind === 'list') return [...(value as string[])];
  if (form.kind === 'category') return value === null ? null : String(value);
  return String(value ?? '');
}

/** As the server reads it: lines of a list that say something. */
const sentOf = (draft: Draft): Draft =>
  Array.isArray(draft) ? draft.map((line) => line.trim()).filter((line) => line !== '') : draft;

function commandText(draft: Draft): string {
  const sent = sentOf(draft);
  if (typeof sent === 'boolean') return sent ? 'yes' : 'no';
  return Array.isArray(sent) ? sent.join(',') : (sent ?? '');
}

export const placeWords = ({ target, source }: Place): string[] => [
  ...(target === undefined ? [] : ['--target', target]),
  ...(source === undefined ? [] : ['--source', source]),
];
