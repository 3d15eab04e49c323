import { Link } from '@tanstack/react-router';
import { useLanguage } from '../../language.tsx';
import { Callout } from '../../ui/callout.tsx';
import type { BulkResults } from './bulk.ts';

/** How many were done; and those that were not, by the reason. */
export function BulkOutcome({ results, isEnded }: { results: BulkResults; isEnded: boolean }) {
  const { t, maybe, language } = useLanguage();
  const refused = results.filter(({ error }) => error !== null);
  const done = results.length - refused.length;
  const reasons = Map.groupBy(refused, ({ error }) => error!.code);
  return (
    <div className="space-y-3">
      {isEnded && done > 0 && (
        <Callout tone="good" live>
          <p>{t('requests.bulk.done', { count: done })}</p>
        </Callout>
      )}
      {[...reasons].map(([code, some]) => (
        <Callout key={code} tone="warn" title={t('requests.bulk.refused', { count: some.length })}>
          <p>{maybe(`error.${code}`) ?? code}</p>
          <details>
            <summary>{t('requests.bulk.which')}</summary>
            <ul className="mt-1 space-y-1 text-sm">
              {some.map(({ id, error }) => (
                <li key={id}>
                  <Link to="/requests/$id" params={{ id }} className="text-primary underline">
                    {id}
                  </Link>{' '}
                  <span lang={language === 'en' ? undefined : 'en'}>
                    <bdi>{error!.message}</bdi>
                  </span>
                </li>
              ))}
            </ul>
          </details>
        </Callout>
      ))}
    </div>
  );
}
