import type { Answer } from '@jouvence/contract';
import { useCallback } from 'react';
import { useLanguage } from '../../language.tsx';
import { Callout } from '../../ui/callout.tsx';

type Imported = Answer<'settings.import'>;

/** What was, or would be, set; and what somebody should know of the rest. */
export function ImportResult({ answer: { applied, changes, remarks } }: { answer: Imported }) {
  const { t, maybe } = useLanguage();
  // Below a listing that may be long.
  const seen = useCallback((element: HTMLElement | null) => element?.scrollIntoView({ block: 'start' }), []);
  const count = changes.length;
  return (
    <div ref={seen} className="scroll-mt-4 space-y-3">
      <Callout
        live
        tone={applied ? 'good' : 'note'}
        title={t(applied ? 'settings.import.done' : 'settings.import.would', { count })}
      />
      {count > 0 && (
        <ul className="divide-y divide-line rounded-md border border-line text-sm">
          {changes.map((change) => (
            <ImportedChange key={`${change.key} ${change.source ?? ''}`} change={change} />
          ))}
        </ul>
      )}
      {remarks.length > 0 && (
        <div>
          <h3 className="mb-1 font-semibold">{t('settings.import.remarks')}</h3>
          <ul className="list-disc space-y-1 pl-5 text-sm">
            {remarks.map(({ name, code, values }) => (
              <li key={`${name} ${code} ${Object.values(values).join(' ')}`}>
                <bdi>{maybe(`strasbourg.${code}`, { name, ...values }) ?? `${name}: ${code}`}</bdi>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function ImportedChange({ change: { from, key, before, after, source } }: { change: Imported['changes'][number] }) {
  const { t, maybe } = useLanguage();
  const name =
    key === 'pairs.roles' ? t('settings.import.roles', { source: source ?? '' }) : maybe(`settings.name.${key}`);
  const same = JSON.stringify(before) === JSON.stringify(after);
  const said = (value: unknown): string => {
    if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
    const text = Array.isArray(value) ? value.join(', ') : String(value ?? '');
    return text === '' ? '–' : text;
  };
  return (
    <li className="px-3 py-2">
      <p className="font-medium">
        <bdi>{name ?? key}</bdi>
      </p>
      <p className="text-muted">
        <code>{from}</code>
      </p>
      <p>
        <bdi>{same ? t('settings.import.same', { value: said(after) }) : `${said(before)} → ${said(after)}`}</bdi>
      </p>
    </li>
  );
}
