import type { ListedSetting } from '@jouvence/contract';
import { Link } from '@tanstack/react-router';
import { Lock, Pencil } from 'lucide-react';
import { useRef } from 'react';
import { useLanguage } from '../../language.tsx';
import { useMay, useSession } from '../../session.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { kindOf, maySetAt, narrowerOf, type Place, placeFor } from './place.ts';
import { SettingEditor } from './setting-editor.tsx';
import { SettingValue } from './setting-value.tsx';
import { useValueText } from './value-text.tsx';

/** One setting at one place: what it means, what is in force, from where that comes; and its editor below, when it is open. */
export function SettingRow({
  setting,
  place,
  open,
  onOpen,
}: {
  setting: ListedSetting;
  place: Place;
  open: boolean;
  onOpen: (open: boolean) => void;
}) {
  const { t, maybe } = useLanguage();
  const textOf = useValueText();
  const button = useRef<HTMLButtonElement>(null);
  const change = useChange(setting, place);
  const name = maybe(`settings.name.${setting.key}`) ?? setting.key;
  const elsewhere = narrowerOf(setting, place).length;
  return (
    <li className="px-4 py-3">
      <div className="grid gap-x-6 gap-y-2 md:grid-cols-[minmax(0,1fr)_minmax(0,16rem)_8.5rem]">
        <div className="min-w-0">
          <h3 className="font-medium">{name}</h3>
          <p className="text-sm text-muted">{maybe(`setting.${setting.key}`)}</p>
          <p className="mt-0.5 text-sm break-words text-muted">
            <code translate="no">{setting.key}</code>
            {setting.strasbourg && (
              <>
                {' · '}
                {t('settings.strasbourg')} <code translate="no">{setting.strasbourg}</code>
              </>
            )}
          </p>
        </div>
        <div className="min-w-0">
          <p className="font-semibold break-words">
            <SettingValue setting={setting} place={place} />
          </p>
          <div className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-muted">
            <Badge
              tone={setting.locked ? 'warn' : setting.origin === 'default' ? 'none' : 'note'}
              icon={setting.locked && <Lock className="size-3.5" aria-hidden="true" />}
            >
              {t(`settings.origin.${setting.origin}`)}
            </Badge>
            {setting.origin !== 'default' && (
              <span>
                <bdi>{t('settings.default', { value: textOf(setting, setting.fallback) })}</bdi>
              </span>
            )}
          </div>
          {elsewhere > 0 && (
            <p className="mt-0.5 text-sm text-muted">{t('settings.elsewhere', { count: elsewhere })}</p>
          )}
        </div>
        <div className="md:text-right">
          {change.may ? (
            <Button
              ref={button}
              small
              aria-expanded={open}
              aria-label={t('settings.change.of', { name })}
              onClick={() => onOpen(!open)}
            >
              <Pencil className="size-4" aria-hidden="true" />
              {t('settings.change')}
            </Button>
          ) : (
            change.why && <p className="text-sm text-muted">{change.why}</p>
          )}
          {change.to && (
            <Link
              to="/settings"
              search={{ ...change.to, edit: setting.key }}
              className="text-sm text-primary"
              aria-label={t('settings.goTo.of', { name })}
            >
              {t('settings.goTo')}
            </Link>
          )}
        </div>
      </div>
      {open && change.may && (
        <SettingEditor
          // Another place is another editor.
          key={`${place.target} ${place.source}`}
          setting={setting}
          place={place}
          label={name}
          onClose={() => {
            onOpen(false);
            button.current?.focus();
          }}
        />
      )}
    </li>
  );
}

/** Whether it can be changed here and by this person; else why not, and where it can. */
function useChange(setting: ListedSetting, place: Place): { may: boolean; why?: string; to?: Place } {
  const { t } = useLanguage();
  const { change } = useMay();
  const { sites } = useSession();
  const kind = kindOf(place);
  if (!change) return { may: false };
  if (setting.locked)
    return { may: false, why: t(setting.origin === 'file' ? 'settings.locked.file' : 'settings.locked.environment') };
  if (!maySetAt(setting.reach, kind)) {
    const to = placeFor(setting.reach, place);
    // A school's operator sets nothing for all.
    const reachable = sites === null || kindOf(to) !== 'fleet';
    return { may: false, why: t(`settings.reach.${setting.reach}`), ...(reachable && { to }) };
  }
  if (sites === null) return { may: true };
  if (kind === 'fleet')
    return { may: false, why: t(setting.reach === 'fleet' ? 'settings.fleetOnly' : 'settings.chooseSite') };
  const decides = place.target ?? place.source;
  return sites.includes(decides!) ? { may: true } : { may: false, why: t('settings.notYours') };
}
