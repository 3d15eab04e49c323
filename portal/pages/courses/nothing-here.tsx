import { PackageOpen } from 'lucide-react';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Empty } from '../../ui/empty.tsx';
import type { FedSource } from './feed.ts';
import type { Scope } from './scope.ts';

/** There is no course at all: why, source by source, and what to do. */
export function NothingHere({
  sources,
  scope: { operate, target, targetTitle, named },
  onAgain,
}: {
  sources: readonly FedSource[];
  scope: Scope;
  onAgain(): void;
}) {
  const { t } = useLanguage();
  const whose = named === null ? 'own' : 'operator';
  const person = named ?? '';
  if (sources.length === 0)
    return (
      <Empty icon={PackageOpen} title={t('courses.nothing.sources.title')}>
        <p>{t(`courses.nothing.sources.${operate ? 'operator' : 'own'}`, { target: targetTitle })}</p>
        {operate && <Command words={['pairs', 'add', 'SOURCE', target]} />}
      </Empty>
    );
  return (
    <Empty icon={PackageOpen} title={t(`courses.nothing.title.${whose}`, { person })}>
      <ul className="space-y-2 text-left">
        {sources.map(({ source, title, answer }) => (
          <li key={source}>
            <bdi className="font-medium text-ink">{title}</bdi>
            {' – '}
            {t(answer?.person === 'unknown' ? `courses.nothing.unknown.${whose}` : `courses.nothing.roles.${whose}`, {
              person,
            })}
          </li>
        ))}
      </ul>
      <p>{t(`courses.nothing.todo.${operate ? 'operator' : named === null ? 'own' : 'other'}`)}</p>
      <Button onClick={onAgain}>{t('courses.again')}</Button>
    </Empty>
  );
}
