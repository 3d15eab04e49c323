import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { FailureWords } from './failure-words.tsx';
import { type AnyRequest, sideOf, titlesOf } from './words.ts';

/** It ended without a course, and why is known. */
export const hasFailed = ({ state, error }: Pick<AnyRequest, 'state' | 'error'>): boolean =>
  error !== null && (state === 'failed' || state === 'refused');

/** Why a request failed or was refused, in the reader's language, and what to do about it. */
export function Failure({ request }: { request: AnyRequest }) {
  const { t, maybe } = useLanguage();
  const { operate } = useMay();
  const { error, state } = request;
  if (error === null || !hasFailed(request)) return null;
  const titles = titlesOf(request);
  const values = { ...titles, site: titles[sideOf(request)] };
  // What exactly it was says more than of which kind it is.
  const known = [...error.said.map(({ reason }) => reason), error.code];
  const find = (kind: 'why' | 'todo' | 'fix') =>
    known.map((key) => maybe(`requests.${kind}.${key}`, values)).find((text) => text !== undefined);
  const why = find('why') ?? maybe(`error.${error.code}`);
  const again = error.retry ? 'again' : 'ask';
  const todo =
    state === 'refused' && hasReport(request)
      ? t('requests.todo.refused', titles)
      : operate
        ? (find('fix') ?? t(`requests.fix.${again}`))
        : (find('todo') ?? t(`requests.todo.${again}`));
  return (
    <div className="space-y-1">
      <p>
        <span className="font-medium">
          {state === 'failed'
            ? t('requests.failedAt', { step: t(`state.${error.step}`) })
            : t('requests.end.refused', titles)}{' '}
        </span>
        {!(state === 'refused' && hasReport(request)) && why}
      </p>
      {operate && (
        <p className="text-sm wrap-anywhere text-muted">
          <FailureWords error={error} />
        </p>
      )}
      <p>
        <span className="font-medium">{t('requests.todo')}</span> {todo}
      </p>
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

/** Its report has what stands in the way, line by line. */
const hasReport = (request: AnyRequest): boolean =>
  'report' in request ? request.report.some(({ severity }) => severity === 'error') : request.lines.total > 0;
