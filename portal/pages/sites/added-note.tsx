import type { Site } from '@jouvence/contract';
import { useState } from 'react';
import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { PairDialog } from './pair-dialog.tsx';

/** A site that has just been added is of use once courses may go somewhere: offers that, until there is a pair. */
export function AddedNote({ site, onClose }: { site: Site; onClose: () => void }) {
  const { t } = useLanguage();
  const pairs = useCall('pairs.list', {}).data?.pairs;
  const sites = useCall('sites.list', {}).data?.sites;
  const [opened, setOpened] = useState<'source' | 'target' | null>(null);
  if (!pairs || !sites) return null;
  const ends = (['source', 'target'] as const).filter(
    (end) => site.profiles.includes(end) && !pairs.some((pair) => pair[end] === site.name),
  );
  const others = (end: 'source' | 'target') =>
    sites.some(({ name, profiles }) => name !== site.name && profiles.includes(end === 'source' ? 'target' : 'source'));
  return (
    <Callout tone="good" live title={t('sites.add.done', { site: site.title || site.name })}>
      {ends.map((end) => (
        <p key={end}>{t(others(end) ? `sites.add.next.${end}` : `sites.add.alone.${end}`)}</p>
      ))}
      <div className="mt-2 flex flex-wrap gap-2">
        {ends.filter(others).map((end) => (
          <Button key={end} small look="primary" onClick={() => setOpened(end)}>
            {t(`sites.pairs.add.${end}`)}
          </Button>
        ))}
        <Button small onClick={onClose}>
          {t('shell.close')}
        </Button>
      </div>
      {opened && <PairDialog site={site} end={opened} onClose={() => setOpened(null)} />}
    </Callout>
  );
}
