import { ChevronDown, CircleAlert, CircleCheck } from 'lucide-react';
import { usePolled } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Command } from '../../ui/command.tsx';

/** Whether Jouvence itself can carry courses: one line, and more for whoever opens it. */
export function ServiceStrip() {
  const { t, maybe, number } = useLanguage();
  const { data } = usePolled('status', {}, 20_000);
  if (!data) return null;
  const failing = data.checks.filter(({ ok }) => !ok);
  const nameOf = (name: string) => maybe(`service.part.${name}`) ?? name;
  return (
    // Opened by itself when something fails, and then left as it is put.
    <details
      open={failing.length > 0 || undefined}
      className="group mb-4 rounded-md border border-line bg-surface text-sm"
    >
      <summary className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
        <span className={`inline-flex items-center gap-1.5 font-medium ${data.ready ? 'text-good' : 'text-bad'}`}>
          {data.ready ? (
            <CircleCheck className="size-4" aria-hidden="true" />
          ) : (
            <CircleAlert className="size-4" aria-hidden="true" />
          )}
          {data.ready
            ? t('sites.service.ready')
            : t('sites.service.notReady', { what: failing.map(({ name }) => nameOf(name)).join(', ') })}
        </span>
        <span className="hidden flex-1 text-muted sm:block">
          {t('sites.service.version', { version: data.version, since: upTime(data.uptimeSeconds, t) })}
        </span>
        <ChevronDown className="ml-auto size-4 group-open:rotate-180" aria-hidden="true" />
      </summary>
      <div className="space-y-3 border-t border-line px-4 py-3">
        <ul className="space-y-2">
          {data.checks.map(({ name, ok, ms, message }) => (
            <li key={name} className="flex gap-2">
              {ok ? (
                <CircleCheck className="mt-0.5 size-4 shrink-0 text-good" aria-hidden="true" />
              ) : (
                <CircleAlert className="mt-0.5 size-4 shrink-0 text-bad" aria-hidden="true" />
              )}
              <div className="min-w-0">
                <p>
                  {nameOf(name)}: {t(ok ? 'sites.service.works' : 'sites.service.fails')}{' '}
                  <span className="text-muted">({t('sites.ms', { ms: number(ms) })})</span>
                </p>
                {!ok && message && (
                  <p lang="en" className="text-muted">
                    <bdi>{message}</bdi>
                  </p>
                )}
                {!ok && <p>{maybe(`service.todo.${name}`)}</p>}
              </div>
            </li>
          ))}
        </ul>
        <Command words={['status']} />
      </div>
    </details>
  );
}

function upTime(seconds: number, t: ReturnType<typeof useLanguage>['t']): string {
  if (seconds >= 2 * 86_400) return t('sites.service.days', { count: Math.floor(seconds / 86_400) });
  if (seconds >= 2 * 3600) return t('sites.service.hours', { count: Math.floor(seconds / 3600) });
  return t('sites.service.minutes', { count: Math.max(1, Math.floor(seconds / 60)) });
}
