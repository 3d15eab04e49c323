import type { Request, ShownLine } from '@jouvence/contract';
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useLanguage } from '../../language.tsx';
import { ReportLine } from './report-line.tsx';

const severities = ['error', 'warning', 'info'] as const;
export const severityLooks = {
  error: { icon: CircleAlert, text: 'text-bad' },
  warning: { icon: TriangleAlert, text: 'text-warn' },
  info: { icon: Info, text: 'text-note' },
};
/** More notes than that are folded: what is to be done comes first. */
const mostNotes = 4;

/** What was lost or changed, the worst first; what somebody should look at can be ticked off. */
export function Report({ request }: { request: Request }) {
  const { t } = useLanguage();
  const { report, state, id } = request;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Whoever came for the report goes on there; it was not there yet when the address was.
    if (location.hash !== '#report') return;
    heading.current?.scrollIntoView();
    heading.current?.focus({ preventScroll: true });
  }, []);
  if (report.length === 0 && state !== 'done') return null;
  const undealt = report.filter(({ severity, dealt }) => severity !== 'info' && dealt === null).length;
  const ticked = report.filter(({ severity }) => severity !== 'info').length;
  return (
    <section aria-labelledby="report" className="rounded-lg border border-line bg-surface p-4">
      <h2 ref={heading} id="report" tabIndex={-1} className="text-lg font-semibold outline-none">
        {t('requests.report')}
      </h2>
      <p className="mb-3 text-muted">
        {report.length === 0
          ? t('requests.report.nothing')
          : ticked === 0
            ? t('requests.report.notes')
            : undealt === 0
              ? t('requests.report.allDealt')
              : t('requests.report.undealt', { count: undealt })}
      </p>
      <div className="space-y-5">
        {severities.map((severity) => {
          const lines = report.filter((line) => line.severity === severity);
          return lines.length > 0 && <Group key={severity} severity={severity} lines={lines} id={id} />;
        })}
      </div>
    </section>
  );
}

function Group({ severity, lines, id }: { severity: ShownLine['severity']; lines: ShownLine[]; id: string }) {
  const { t } = useLanguage();
  const { icon: Icon, text } = severityLooks[severity];
  const title = t(`requests.report.${severity}`, { count: lines.length });
  const heading = (
    <span className={`inline-flex items-center gap-2 ${text}`}>
      <Icon className="size-4" aria-hidden="true" />
      {title}
    </span>
  );
  const list = (
    <ul className="mt-2 space-y-2">
      {lines.map((line) => (
        <ReportLine key={line.key} line={line} request={id} />
      ))}
    </ul>
  );
  if (severity === 'info' && lines.length > mostNotes)
    return (
      <details>
        <summary className="font-semibold">{heading}</summary>
        {list}
      </details>
    );
  return (
    <div>
      <h3 className="font-semibold">{heading}</h3>
      {list}
    </div>
  );
}
