import type { Finding } from '@jouvence/contract';
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { useLanguage } from '../../language.tsx';
import { Badge, type Tone } from '../../ui/badge.tsx';

const looks = {
  error: { tone: 'bad', icon: CircleAlert },
  warning: { tone: 'warn', icon: TriangleAlert },
  info: { tone: 'note', icon: Info },
} as const satisfies Record<Finding['severity'], { tone: Tone; icon: typeof Info }>;

/** What a check found, the worst first: what, why, and what to do. */
export function Findings({ findings, url }: { findings: readonly Finding[]; url: string }) {
  return (
    <ul className="divide-y divide-line border-y border-line empty:hidden">
      {findings.map((finding) => (
        <FindingRow key={`${finding.code} ${finding.what} ${finding.profile ?? ''}`} finding={finding} url={url} />
      ))}
    </ul>
  );
}

function FindingRow({ finding, url }: { finding: Finding; url: string }) {
  const { t, maybe } = useLanguage();
  const { code, severity, profile, what, values } = finding;
  const { tone, icon: Icon } = looks[severity];
  // A server that is newer than this page may find more than is known here.
  const why = maybe(`check.${code}.why`, values) ?? finding.why;
  const todo = maybe(`check.${code}.todo`, values) ?? finding.todo;
  const things = what.split(/,\s+/);
  return (
    <li className="grid gap-x-4 gap-y-1 py-3 sm:grid-cols-[8.5rem_minmax(0,1fr)]">
      <div>
        <Badge tone={tone} icon={<Icon className="size-4" aria-hidden="true" />}>
          {t(`check.severity.${severity}`)}
        </Badge>
      </div>
      <div className="min-w-0 space-y-1">
        <p className="first-letter:uppercase">
          <bdi>{why}</bdi>
          {profile && <span className="text-muted"> ({t(`sites.profile.${profile}`)})</span>}
        </p>
        <ul className="flex flex-wrap gap-1.5" aria-label={t('sites.check.what')}>
          {things.map((thing) => (
            <li key={thing}>
              <code className="rounded bg-sunken px-1.5 py-0.5 text-sm break-all">{thing}</code>
            </li>
          ))}
        </ul>
        {todo && (
          <p className="text-sm">
            <span className="font-medium">{t('sites.todo')}</span>{' '}
            <bdi className="text-muted">
              <WithLinks text={todo} url={url} />
            </bdi>
          </p>
        )}
      </div>
    </li>
  );
}

/** Pages of the site itself are a click away; whatever else a site has said stays text. */
function WithLinks({ text, url }: { text: string; url: string }) {
  return text.split(/(https?:\/\/[^\s,;)»”"]+)/).map((part, index) =>
    index % 2 === 1 && part.startsWith(`${url}/`) ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one sentence
      <a key={index} href={part} target="_blank" rel="noreferrer" className="break-all text-primary underline">
        {part}
      </a>
    ) : (
      part
    ),
  );
}
