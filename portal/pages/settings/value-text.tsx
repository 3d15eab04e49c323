import type { ListedSetting, SettingForm } from '@jouvence/contract';
import { useLanguage } from '../../language.tsx';
import { useHoursWords } from './hours-words.tsx';

/** A value of a setting as one would say it. */
export function useValueText(): (setting: Pick<ListedSetting, 'key' | 'form'>, value: unknown) => string {
  const { t, maybe, number } = useLanguage();
  const hours = useHoursWords();
  return ({ key, form }, value) => {
    if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
    if (form.kind === 'hours') return hours(String(value));
    if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return emptyText(form, t);
    if (Array.isArray(value)) return value.join(', ');
    if (form.kind === 'category') return t('settings.category.id', { id: String(value) });
    if (typeof value === 'number') {
      const none = value === 0 && maybe(`settings.zero.${key}`);
      if (none) return none;
      const unit = unitOf(key);
      return unit ? t(`settings.unit.${unit}`, { count: value, number: number(value) }) : number(value);
    }
    return maybe(`settings.choice.${String(value)}`) ?? String(value);
  };
}

function emptyText({ kind }: SettingForm, t: ReturnType<typeof useLanguage>['t']): string {
  if (kind === 'category') return t('settings.category.own');
  if (kind === 'zone') return t('settings.zone.own');
  return t('settings.nothing');
}

/** In what a number counts, as its key says. */
export function unitOf(key: string): 'megabytes' | 'minutes' | 'days' | undefined {
  const [, unit] = /(Megabytes|Minutes|Days)$/.exec(key) ?? [];
  return unit?.toLowerCase() as ReturnType<typeof unitOf>;
}
