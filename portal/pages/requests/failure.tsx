import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { FailureWords } from './failure-words.tsx';
import { type AnyRequest, sideOf, titlesOf } from './words.ts';

/** Why a request failed or was refused, in the reader's language, and what to do about it. */
export function Failure({ request }: { request: AnyRequest }) {
  const { t, maybe } = useLanguage();
  const { operate } = useMay();
  const { error, state } = request;
  if (error === null || (state !== 'failed' && state !== 'refused')) return null;
  const titles = titlesOf(request);
  const site = titles[sideOf(error.step)];
  const sentence = maybe(`requests.why.${error.code}`, { site }) ?? maybe(`error.${error.code}`);
  const todo =
    state === 'refused'
      ? t('requests.todo.refused', titles)
      : ((operate ? maybe(`requests.fix.${error.code}`, { ...titles, site }) : undefined) ??
        maybe(`requests.todo.${error.code}`, { ...titles, site }) ??
        t(error.retry ? 'requests.todo.again' : 'requests.todo.ask'));
  return (
    <div className="space-y-1">
      <p>
        {state === 'failed' && (
          <span className="font-medium">{t('requests.failedAt', { step: t(`state.${error.step}`) })} </span>
        )}
        {state === 'refused' ? t('requests.end.refused', titles) : sentence}
      </p>
      <p>
        <span className="font-medium">{t('requests.todo')}</span> {todo}
      </p>
      {/* Whoever looks after the sites has it below, with all else that is known. */}
      {!operate && (
        <details className="text-sm text-muted">
          <summary>{t('requests.inDetail')}</summary>
          <p className="wrap-anywhere">
            <FailureWords error={error} />
          </p>
        </details>
      )}
    </div>
  );
}
