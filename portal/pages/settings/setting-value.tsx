import type { ListedSetting } from '@jouvence/contract';
import { useCall } from '../../api.ts';
import { useMay } from '../../session.tsx';
import type { Place } from './place.ts';
import { useValueText } from './value-text.tsx';

/** What is in force; a category of a target by its name, where the site says it. */
export function SettingValue({ setting, place }: { setting: ListedSetting; place: Place }) {
  const textOf = useValueText();
  const { change } = useMay();
  const { target } = place;
  const { value, form } = setting;
  const isNamed = form.kind === 'category' && typeof value === 'number' && target !== undefined && change;
  const known = useCall(
    'sites.categories',
    { params: { site: target ?? '' } },
    { enabled: isNamed, staleTime: 300_000, retry: false },
  );
  const category = isNamed ? known.data?.categories.find(({ id }) => id === value) : undefined;
  return <bdi>{category ? category.path.join(' / ') : textOf(setting, value)}</bdi>;
}
