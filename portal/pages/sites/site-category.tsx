import type { Site } from '@jouvence/contract';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Section } from '../../ui/section.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { SettingRow } from '../settings/setting-row.tsx';

/** Where courses go there that go nowhere else; all other settings of it are a link away. */
export function SiteCategory({ site }: { site: Site }) {
  const { t } = useLanguage();
  const [open, setOpen] = useState(false);
  const place = { target: site.name };
  const settings = useCall('settings.list', { query: place });
  const setting = settings.data?.settings.find(({ key }) => key === 'category.default');
  return (
    <Section
      title={t('sites.settings')}
      actions={
        <Link to="/settings" search={place} className="text-primary">
          {t('sites.settings.all')}
        </Link>
      }
    >
      {settings.error && <ErrorNote error={settings.error} onRetry={() => void settings.refetch()} />}
      {settings.isPending && <Skeleton lines={1} />}
      {setting && (
        <ul className="-mx-4">
          <SettingRow setting={setting} place={place} open={open} onOpen={setOpen} />
        </ul>
      )}
    </Section>
  );
}
