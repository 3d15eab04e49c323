import type { NoticePreference } from '@jouvence/contract';
import { useAction, useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { Command } from '../../ui/command.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useToast } from '../../ui/toast.tsx';

/** By which ways one is told of what. Each choice holds at once. */
export function Preferences() {
  const { t } = useLanguage();
  const { operate } = useMay();
  const shown = useCall('notices.preferences', {});
  const { done, failed } = useToast();
  const set = useAction('notices.setPreferences', {
    onError: failed,
    onSuccess: () => done(t('notices.preferences.kept')),
  });
  if (shown.isPending) return <Skeleton />;
  if (!shown.data) return <ErrorNote error={shown.error} onRetry={() => void shown.refetch()} />;
  const byKind = [...Map.groupBy(shown.data.preferences, ({ kind }) => kind)];
  return (
    <div className="max-w-4xl">
      <p className="mb-4">{operate ? t('notices.preferences.textOperator') : t('notices.preferences.text')}</p>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {byKind.map(([kind, preferences]) => (
          <li key={kind} className="grid items-center gap-3 p-4 md:grid-cols-[1fr_auto]">
            <p id={`kind-${kind}`}>{t(`notices.when.${kind}`)}</p>
            <fieldset aria-labelledby={`kind-${kind}`} className="flex flex-wrap gap-3">
              {preferences.map((preference) => (
                <Choice
                  key={preference.way}
                  preference={preference}
                  onChoose={(wanted) => set.mutate({ body: { preferences: [{ kind, way: preference.way, wanted }] } })}
                />
              ))}
            </fieldset>
          </li>
        ))}
      </ul>
      {operate && (
        <div className="mt-4">
          <Command words={['notices', 'preferences', '--set', 'failure:mail=on']} />
        </div>
      )}
    </div>
  );
}

function Choice({
  preference: { way, wanted, own },
  onChoose,
}: {
  preference: NoticePreference;
  onChoose: (wanted: boolean | null) => void;
}) {
  const { t } = useLanguage();
  const inForce = t(wanted ? 'notices.preferences.on' : 'notices.preferences.off').toLowerCase();
  return (
    <SelectField
      label={t(`notices.way.${way}`)}
      value={own ? String(wanted) : 'settings'}
      onChange={({ target: { value } }) => onChoose(value === 'settings' ? null : value === 'true')}
      className="w-full sm:w-68"
    >
      <option value="settings">
        {own ? t('notices.preferences.settings') : t('notices.preferences.settingsNow', { now: inForce })}
      </option>
      <option value="true">{t('notices.preferences.on')}</option>
      <option value="false">{t('notices.preferences.off')}</option>
    </SelectField>
  );
}
