import type { Request } from '@jouvence/contract';
import { useId, useState } from 'react';
import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { TextField } from '../../ui/field.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';

export type CategoryWish = Request['category'];

/** More than that are not drawn: whoever looks for one writes a part of its name. */
const mostShown = 100;

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The original one, the default one, or one of the target's, found by any part of its path. `target`: null, of several. */
export function CategoryChooser({
  target,
  value,
  onChoose,
}: {
  target: string | null;
  value: CategoryWish | null;
  onChoose(value: CategoryWish): void;
}) {
  const { t } = useLanguage();
  const name = useId();
  const radio = 'flex min-h-10 items-center gap-2.5 rounded-md px-2 hover:bg-sunken';
  return (
    <fieldset className="space-y-1">
      <legend className="mb-1 font-medium">{t('requests.category.where')}</legend>
      {(['original', 'default'] as const).map((kind) => (
        <label key={kind} className={radio}>
          <input
            type="radio"
            name={name}
            className="size-4 accent-primary"
            checked={value?.kind === kind}
            onChange={() => onChoose({ kind })}
          />
          {t(`category.is.${kind}`)}
        </label>
      ))}
      {target === null ? (
        <p className="px-2 text-sm text-muted">{t('requests.category.severalTargets')}</p>
      ) : (
        <Named target={target} name={name} value={value} onChoose={onChoose} radio={radio} />
      )}
    </fieldset>
  );
}

function Named({
  target,
  name,
  value,
  onChoose,
  radio,
}: {
  target: string;
  name: string;
  value: CategoryWish | null;
  onChoose(value: CategoryWish): void;
  radio: string;
}) {
  const { t } = useLanguage();
  const [text, setText] = useState('');
  const asked = useCall('sites.categories', { params: { site: target } }, { staleTime: 60_000 });
  if (asked.error) return <ErrorNote error={asked.error} onRetry={() => void asked.refetch()} />;
  if (!asked.data) return <Skeleton lines={2} />;
  const words = plain(text).split(/\s+/).filter(Boolean);
  const isChosen = (id: number): boolean => value?.kind === 'id' && value.id === id;
  const found = asked.data.categories.filter(({ id, path, idnumber }) => {
    const all = plain(`${path.join(' / ')} ${idnumber}`);
    return isChosen(id) || words.every((word) => all.includes(word));
  });
  return (
    <div className="space-y-2 pt-2">
      <TextField
        type="search"
        label={t('requests.category.search')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <p role="status" className="text-sm text-muted">
        {t('requests.category.found', { count: found.length })}
        {found.length > mostShown && ` ${t('requests.category.more', { count: mostShown })}`}
      </p>
      {found.slice(0, mostShown).map(({ id, path, idnumber, visible }) => (
        <label key={id} className={radio}>
          <input
            type="radio"
            name={name}
            className="size-4 shrink-0 accent-primary"
            checked={isChosen(id)}
            onChange={() => onChoose({ kind: 'id', id })}
          />
          <span className="min-w-0">
            <bdi>{path.join(' / ')}</bdi>{' '}
            <span className="text-sm text-muted">
              {idnumber && <bdi>{idnumber}</bdi>} #{id}
              {!visible && ` · ${t('requests.category.hidden')}`}
            </span>
          </span>
        </label>
      ))}
    </div>
  );
}
