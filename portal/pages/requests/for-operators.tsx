import type { Request, Site } from '@jouvence/contract';
import { usePolled } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Command } from '../../ui/command.tsx';
import { When } from '../../ui/when.tsx';
import { mayCancel, mayRetry } from './actions.tsx';
import { hasFailed } from './failure.tsx';
import { FailureWords } from './failure-words.tsx';
import { sideOf } from './words.ts';

/** What whoever looks after the sites needs to find out why a course stands where it stands. */
export function ForOperators({ request }: { request: Request }) {
  const { t } = useLanguage();
  const may = useMay();
  if (!may.operate) return null;
  const { id, error, source, target } = request;
  const commands = [
    ['requests', 'show', id],
    ...(error ? [['sites', 'check', siteOf(request)]] : []),
    ...(may.change && mayRetry(request) ? [['requests', 'retry', id]] : []),
    ...(may.change && mayCancel(request) ? [['requests', 'cancel', id]] : []),
  ];
  return (
    <section aria-labelledby="operators" className="space-y-4 rounded-lg border border-line bg-surface p-4">
      <h2 id="operators" className="text-lg font-semibold">
        {t('requests.forOperators')}
      </h2>
      {error && (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
          <dt className="text-muted">{t('requests.error.code')}</dt>
          <dd>
            <code translate="no">{error.code}</code>
          </dd>
          <dt className="text-muted">{t('requests.error.step')}</dt>
          <dd>{t(`state.${error.step}`)}</dd>
          {!hasFailed(request) && (
            <>
              <dt className="text-muted">{t('requests.error.message')}</dt>
              <dd className="wrap-anywhere">
                <FailureWords error={error} />
              </dd>
            </>
          )}
          <dt className="text-muted">{t('requests.error.retry')}</dt>
          <dd>{t(error.retry ? 'requests.error.retry.yes' : 'requests.error.retry.no')}</dd>
        </dl>
      )}
      <ul className="space-y-2 text-sm">
        <SiteLine name={source} role={t('requests.fact.source')} />
        <SiteLine name={target} role={t('requests.fact.target')} />
      </ul>
      <div className="space-y-2">
        {commands.map((words) => (
          <Command key={words.join(' ')} words={words} />
        ))}
      </div>
    </section>
  );
}

/** Which of the two to look at: what it waits for, what the error was about, or whose work that step is. */
function siteOf(request: Request): string {
  const { waitingFor, source, target } = request;
  if (waitingFor === 'source' || waitingFor === 'target') return waitingFor === 'source' ? source : target;
  return request[sideOf(request)];
}

const tones = { ok: 'good', failing: 'bad', expired: 'bad', unknown: 'none' } as const;

/** How one of the two sites is now: what was tried with it last, and what came of it. */
function SiteLine({ name, role }: { name: string; role: string }) {
  const { t } = useLanguage();
  const asked = usePolled('sites.show', { params: { site: name } }, 5_000);
  // Of a site that is not theirs an operator of some sites knows only the name.
  if (!asked.data) return asked.isPending ? <li className="text-muted">{`${role}: ${name}`}</li> : null;
  const { health, pausedAt, pauseReason }: Site = asked.data;
  return (
    <li className="space-y-1">
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-muted">{role}</span>
        <span className="font-medium">{name}</span>
        <Badge tone={tones[health.state]}>{t(`requests.site.${health.state}`)}</Badge>
        {pausedAt && <Badge tone="warn">{t('requests.site.paused')}</Badge>}
        {health.checkedAt && (
          <span className="text-muted">
            {health.latencyMs !== null && `${Math.round(health.latencyMs)} ms, `}
            <When at={health.checkedAt} />
          </span>
        )}
      </div>
      {pausedAt && pauseReason && (
        <p>
          <bdi>{pauseReason}</bdi>
        </p>
      )}
      {health.state !== 'ok' && health.lastError && (
        <p lang="en" className="wrap-anywhere">
          <code translate="no">{health.lastError.code}</code>: <bdi>{health.lastError.message}</bdi>
        </p>
      )}
    </li>
  );
}
