import type { Request } from '@jouvence/contract';
import { ShieldCheck, Users } from 'lucide-react';
import { useLanguage } from '../../language.tsx';

/** What was looked for in an archive that carries nobody's data, in plain words. */
export function Privacy({ request: { people, proof } }: { request: Request }) {
  const { t, number } = useLanguage();
  if (!people && proof === null) return null;
  const Icon = people ? Users : ShieldCheck;
  return (
    <section aria-labelledby="privacy" className="rounded-lg border border-line bg-surface p-4">
      <h2 id="privacy" className="mb-2 flex items-center gap-2 text-lg font-semibold">
        <Icon className="size-5 text-muted" aria-hidden="true" />
        {t('requests.privacy')}
      </h2>
      {people || proof === null ? (
        <p>{t('requests.privacy.with')}</p>
      ) : (
        <div className="space-y-2">
          <p>
            {proof.lookedFor.people === 0
              ? t('requests.privacy.leftOut')
              : t('requests.privacy.proof', {
                  people: number(proof.lookedFor.people),
                  ids: number(proof.lookedFor.ids),
                  texts: number(proof.lookedFor.texts),
                })}
          </p>
          <p>
            {proof.warnings.length === 0
              ? t('requests.privacy.clean')
              : t('requests.privacy.names', { count: proof.warnings.length })}
          </p>
          {proof.warnings.length > 0 && (
            <details>
              <summary className="text-primary">{t('requests.privacy.where')}</summary>
              <ul className="mt-2 list-disc space-y-1 pl-5 text-sm">
                {proof.warnings.map(({ entry, place, what, count }) => (
                  <li key={`${entry} ${place} ${what}`}>
                    <bdi>{entry}</bdi>, <bdi>{place}</bdi>: {t(`requests.privacy.what.${what}`)} ×{number(count)}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </div>
      )}
    </section>
  );
}
