import { CirclePause } from 'lucide-react';
import { useLanguage } from '../../language.tsx';
import { Badge } from '../../ui/badge.tsx';

/** Of a source that is paused: its courses may be sent, and wait. */
export function PausedBadge() {
  const { t } = useLanguage();
  return (
    <Badge tone="warn" icon={<CirclePause className="size-4" aria-hidden="true" />}>
      {t('courses.paused')}
    </Badge>
  );
}
