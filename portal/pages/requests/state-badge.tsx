import type { RequestState } from '@jouvence/contract';
import { Ban, CircleAlert, CircleCheck, CircleSlash, Hourglass, LoaderCircle } from 'lucide-react';
import { useLanguage } from '../../language.tsx';
import { Badge, type Tone } from '../../ui/badge.tsx';

const looks: Partial<Record<RequestState, { tone: Tone; icon: typeof Ban }>> = {
  queued: { tone: 'none', icon: Hourglass },
  done: { tone: 'good', icon: CircleCheck },
  failed: { tone: 'bad', icon: CircleAlert },
  refused: { tone: 'warn', icon: Ban },
  cancelled: { tone: 'none', icon: CircleSlash },
};

export function StateBadge({ state }: { state: RequestState }) {
  const { t } = useLanguage();
  const { tone, icon: Icon } = looks[state] ?? { tone: 'note', icon: LoaderCircle };
  return (
    <Badge tone={tone} icon={<Icon className="size-3.5" aria-hidden="true" />}>
      {t(`state.${state}`)}
    </Badge>
  );
}
