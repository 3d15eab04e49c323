import type { Site } from '@jouvence/contract';
import { useEffect, useRef } from 'react';
import { useLanguage } from '../../../language.tsx';
import { Button } from '../../../ui/button.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { ProgressBar } from '../../../ui/progress.tsx';
import { OutcomeGroup } from './outcome-group.tsx';
import { possible, type Registering, type useRegister } from './use-register.ts';

/** What would be registered, then what is; and what is not, with the reason. */
export function RegisterOutcome({
  target,
  register,
  state,
}: {
  target: Site;
  register: ReturnType<typeof useRegister>;
  state: Registering;
}) {
  const { t, number } = useLanguage();
  const { isDry, isWorking, outcomes, left, all, error } = state;
  const able = possible(state).length;
  const heading = useRef<HTMLHeadingElement>(null);
  // Whoever pressed the button goes on reading here.
  useEffect(() => {
    if (isWorking) return;
    heading.current?.scrollIntoView({ block: 'start' });
    heading.current?.focus({ preventScroll: true });
  }, [isWorking]);
  const title = isWorking
    ? t(isDry ? 'requests.register.looking' : 'requests.register.writing')
    : t(isDry ? 'requests.register.would' : 'requests.register.done', { count: able, shown: number(able) });
  return (
    <section aria-labelledby="outcome" className="space-y-4 rounded-lg border border-line bg-surface p-4">
      <h2 ref={heading} id="outcome" tabIndex={-1} className="scroll-mt-18 text-lg font-semibold outline-none">
        {title}
      </h2>
      {(isWorking || left.length > 0) && (
        <div className="space-y-2">
          <ProgressBar value={(all - left.length) / all} label={title} />
          <p>{t('requests.bulk.progress', { done: number(all - left.length), all: number(all) })}</p>
        </div>
      )}
      {error !== null && <ErrorNote error={error} />}
      <div className="flex flex-wrap gap-2">
        {isWorking ? (
          <Button onClick={register.stop}>{t('requests.bulk.stop')}</Button>
        ) : left.length > 0 ? (
          <Button onClick={register.goOn}>
            {t('requests.register.goOn', { count: left.length, shown: number(left.length) })}
          </Button>
        ) : null}
        {!isWorking && isDry && able > 0 && (
          <Button look="primary" onClick={register.write}>
            {t('requests.register.do', { count: able, shown: number(able) })}
          </Button>
        )}
      </div>
      {(['refused', 'registered', 'already'] as const).map((outcome) => (
        <OutcomeGroup
          key={outcome}
          title={t(
            outcome === 'registered' && isDry ? 'requests.register.group.would' : `requests.register.group.${outcome}`,
          )}
          outcome={outcome}
          found={outcomes.flatMap((each) => (each?.outcome === outcome ? [each] : []))}
          target={target}
        />
      ))}
    </section>
  );
}
