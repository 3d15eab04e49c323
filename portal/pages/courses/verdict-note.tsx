import type { Verdict } from '@jouvence/contract';
import { CircleAlert, CircleCheck, CircleHelp, TriangleAlert } from 'lucide-react';
import { useLanguage } from '../../language.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Reasons } from './reasons.tsx';

const tones = { whole: 'good', partly: 'warn', not: 'bad', unknown: 'none' } as const;
const icons = { whole: CircleCheck, partly: TriangleAlert, not: CircleAlert, unknown: CircleHelp };

/** Two words of what will become of a course. */
export function VerdictBadge({ kind }: Pick<Verdict, 'kind'>) {
  const { t } = useLanguage();
  const Icon = icons[kind];
  return (
    <Badge tone={tones[kind]} icon={<Icon className="size-4" aria-hidden="true" />}>
      {t(`courses.verdict.${kind}`)}
    </Badge>
  );
}

/** What will become of a course, and why. */
export function VerdictNote({ verdict: { kind, reasons } }: { verdict: Verdict }) {
  const { t } = useLanguage();
  const isUntold = reasons.some(({ code }) => code === 'outline-none');
  return (
    <Callout tone={tones[kind]} title={t(`courses.verdict.${kind}.title`)}>
      {isUntold && <p className="text-sm">{t('courses.verdict.unknown.text')}</p>}
      <Reasons lines={isUntold ? reasons.filter(({ code }) => code !== 'outline-none') : reasons} />
    </Callout>
  );
}
