import type { Request } from '@jouvence/contract';
import { useLanguage } from '../../language.tsx';
import { Failure } from './failure.tsx';
import { Arrival, Waiting } from './waiting.tsx';
import { isStep } from './way.ts';
import { WayBar } from './way-bar.tsx';
import { stepWords } from './words.ts';

/** Where a request is now, or how it ended. */
export function Standing({ request }: { request: Request }) {
  const language = useLanguage();
  const { t } = language;
  const { state, newCourse } = request;
  const text = stepWords(request, language);
  if (state === 'failed' || state === 'refused') return <Failure request={request} />;
  if (state === 'done')
    return (
      <p>
        {text}
        {newCourse && (
          <>
            {' '}
            {t('requests.category.is')} <bdi>{newCourse.category}</bdi>.
          </>
        )}
      </p>
    );
  return (
    <>
      {isStep(state) && state !== 'queued' && (
        <WayBar request={request} label={t('requests.way', { course: request.courseName })} text={text} />
      )}
      <p>{text}</p>
      {state !== 'cancelled' && <Waiting request={request} />}
      {state !== 'cancelled' && <Arrival request={request} />}
    </>
  );
}
