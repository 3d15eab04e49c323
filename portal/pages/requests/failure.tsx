import { nameText } from '@jouvence/i18n/browser';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { type AnyRequest, sideOf, titlesOf } from './words.ts';

/** Why a request failed or was refused, in the reader's language, and what to do about it. */
export function Failure({ request }: { request: AnyRequest }) {
  const language = useLanguage();
  const { t, maybe } = language;
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
          <p lang="en" className="wrap-anywhere">
            <bdi>{nameText(language, error.message)}</bdi>
          </p>
        </details>
      )}
    </div>
  );
}
