import { type Request, requestSteps } from '@jouvence/contract';
import { Check, Circle, CircleAlert, LoaderCircle } from 'lucide-react';
import { useLanguage } from '../../language.tsx';
import { classes } from '../../ui/classes.ts';
import { durationWords } from './arrival.ts';
import { isStep } from './way.ts';

type StepRun = Request['steps'][number];

/** Its steps, how long each took, and those that are still to come. */
export function Timeline({ request }: { request: Request }) {
  const { t } = useLanguage();
  const { steps, state } = request;
  const moves = isStep(state);
  const begun = new Set(steps.map(({ name }) => name));
  const coming = moves ? requestSteps.filter((step) => !begun.has(step)) : [];
  if (steps.length === 0 && coming.length === 0) return null;
  const longestMs = Math.max(1, ...steps.map(({ ms }) => ms));
  return (
    <section aria-labelledby="steps" className="rounded-lg border border-line bg-surface p-4">
      <h2 id="steps" className="mb-3 text-lg font-semibold">
        {t('requests.steps')}
      </h2>
      <ol className="space-y-2 text-sm">
        {steps.map((step, index) => {
          const isLast = index === steps.length - 1;
          const failed = isLast && (state === 'failed' || state === 'refused') && request.error?.step === step.name;
          return (
            <Run
              key={`${step.name} ${step.attempt} ${step.startedAt.getTime()}`}
              step={step}
              share={step.ms / longestMs}
              look={failed ? 'failed' : step.endedAt === null && moves ? 'moves' : 'done'}
            />
          );
        })}
        {coming.map((step) => (
          <li key={step} className="flex items-center gap-2 text-muted">
            <Circle className="size-4 shrink-0" aria-hidden="true" />
            {t(`state.${step}`)}
          </li>
        ))}
      </ol>
    </section>
  );
}

const icons = { failed: CircleAlert, moves: LoaderCircle, done: Check };

function Run({ step, share, look }: { step: StepRun; share: number; look: keyof typeof icons }) {
  const { t, time, locale } = useLanguage();
  const Icon = icons[look];
  return (
    <li>
      <div className="flex items-center gap-2">
        <Icon
          className={classes(
            'size-4 shrink-0',
            look === 'failed' ? 'text-bad' : look === 'done' ? 'text-good' : 'text-note',
          )}
          aria-hidden="true"
        />
        <span className={classes('min-w-0 flex-1', look === 'moves' && 'font-semibold')}>
          {t(`state.${step.name}`)}
          {step.attempt > 1 && <span className="text-muted"> ({t('requests.attempt', { number: step.attempt })})</span>}
          {look === 'failed' && <span className="font-semibold text-bad"> {t('state.failed')}</span>}
        </span>
        <time dateTime={step.startedAt.toISOString()} title={time(step.startedAt)} className="tabular-nums">
          {look === 'moves'
            ? t('requests.soFar', { time: durationWords(step.ms, locale) })
            : durationWords(step.ms, locale)}
        </time>
      </div>
      <div aria-hidden="true" className="mt-1 ml-6 h-1 rounded-full bg-sunken">
        <div
          className={classes('h-full rounded-full', look === 'failed' ? 'bg-bad' : 'bg-primary')}
          style={{ width: `${Math.max(1, share * 100)}%` }}
        />
      </div>
    </li>
  );
}
