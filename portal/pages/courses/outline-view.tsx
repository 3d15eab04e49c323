import type { Outline, Verdict } from '@jouvence/contract';
import { EyeOff } from 'lucide-react';
import { useLanguage } from '../../language.tsx';
import { Badge } from '../../ui/badge.tsx';

/** Sections and activities of a course as its source tells them; what would be left out is marked where it stands. */
export function OutlineView({ outline, verdict }: { outline: Outline; verdict: Verdict }) {
  const { t, number, bytes } = useLanguage();
  const nameless = (number: number) =>
    number === 0 ? t('courses.look.general') : t('courses.look.section', { number });
  const activities = outline.sections.reduce((sum, section) => sum + section.activities.length, 0);
  const lost = new Set(verdict.reasons.filter(({ code }) => code === 'module-missing').map(({ what }) => what));
  const totals: [string, string][] = [
    [t('courses.look.activities'), number(activities)],
    [t('courses.look.files'), number(outline.files)],
    [t('courses.look.size'), outline.fileBytes === null ? '?' : bytes(outline.fileBytes)],
    [t('courses.look.people'), number(outline.people)],
  ];
  return (
    <>
      <dl className="grid grid-cols-4 gap-px overflow-hidden rounded-md border border-line bg-line text-center">
        {totals.map(([term, value]) => (
          <div key={term} className="flex flex-col-reverse bg-surface px-1 py-2">
            <dt className="text-xs text-muted">{term}</dt>
            <dd className="font-semibold">{value}</dd>
          </div>
        ))}
      </dl>
      <h3 className="font-semibold">{t('courses.look.inside')}</h3>
      {activities === 0 && <p className="text-muted">{t('courses.look.empty')}</p>}
      <ul className="space-y-3">
        {outline.sections
          .filter((section) => section.activities.length > 0 || section.name)
          .map((section) => (
            <li key={section.number}>
              <h4 className="flex flex-wrap items-center gap-2 text-sm font-semibold">
                <bdi>{section.name?.trim() || nameless(section.number)}</bdi>
                {!section.visible && <Hidden />}
              </h4>
              <ul className="mt-1 border-l-2 border-line pl-3 text-sm">
                {section.activities.map((activity) => (
                  <Activity
                    key={activity.id}
                    activity={activity}
                    isLost={lost.has(`${activity.module} “${activity.name}”`)}
                  />
                ))}
              </ul>
            </li>
          ))}
      </ul>
    </>
  );
}

function Activity({
  activity: { module, name, visible, fileBytes },
  isLost,
}: {
  activity: Outline['sections'][number]['activities'][number];
  isLost: boolean;
}) {
  const { t, maybe, bytes } = useLanguage();
  return (
    <li className="flex flex-wrap items-baseline gap-x-2 py-1">
      <bdi className={isLost ? 'line-through decoration-warn' : undefined}>{name}</bdi>
      <span className="text-muted">
        {maybe(`courses.module.${module}`) ?? module}
        {fileBytes > 0 && ` · ${bytes(fileBytes)}`}
      </span>
      {!visible && <Hidden />}
      {isLost && <Badge tone="warn">{t('courses.look.lost')}</Badge>}
    </li>
  );
}

function Hidden() {
  const { t } = useLanguage();
  return <Badge icon={<EyeOff className="size-3.5" aria-hidden="true" />}>{t('courses.hidden')}</Badge>;
}
