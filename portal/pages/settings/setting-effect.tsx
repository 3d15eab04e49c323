import type { ListedSetting } from '@jouvence/contract';
import { useLanguage } from '../../language.tsx';
import { kindOf, narrowerOf, type Place } from './place.ts';
import { useValueText } from './value-text.tsx';

/** Whom a change here concerns, from when on, and where it does not reach because something is set there. */
export function SettingEffect({ setting, place }: { setting: ListedSetting; place: Place }) {
  const { t, maybe } = useLanguage();
  const textOf = useValueText();
  const narrower = narrowerOf(setting, place);
  const { target = '', source = '' } = place;
  const when = maybe(`settings.effect.${setting.key.split('.')[0]}`);
  return (
    <div className="text-sm text-muted">
      <p>
        <span className="font-medium text-ink">{t('settings.effect')}</span>{' '}
        {t(`settings.concerns.${kindOf(place)}`, { target, source })} {when}
      </p>
      {narrower.length > 0 && (
        <p className="mt-1">
          {t('settings.except')}{' '}
          {narrower.map(({ target: to, source: from, value }, index) => (
            <span key={`${to} ${from}`}>
              {index > 0 && ', '}
              <bdi className="font-medium">{[from, to].filter((name) => name !== null).join(' → ')}</bdi> (
              <bdi>{textOf(setting, value)}</bdi>)
            </span>
          ))}
        </p>
      )}
    </div>
  );
}
