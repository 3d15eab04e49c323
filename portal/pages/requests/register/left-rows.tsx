import type { LeftTask } from '@jouvence/contract';
import { useLanguage } from '../../../language.tsx';

/** Rows of the table of which nothing can be made known, and why. */
export function LeftRows({ left, others }: { left: readonly LeftTask[]; others: number }) {
  const { t } = useLanguage();
  if (left.length === 0 && others === 0) return null;
  return (
    <>
      {left.length > 0 && (
        <details open={left.length <= 5} className="text-sm">
          <summary>{t('requests.register.left', { count: left.length })}</summary>
          <ul className="mt-1 list-disc space-y-1 pl-5 wrap-anywhere">
            {left.map(({ why, ...values }) => (
              <li key={values.line}>
                <bdi>{t(`requests.register.left.${why}`, values)}</bdi>
              </li>
            ))}
          </ul>
        </details>
      )}
      {others > 0 && <p className="text-sm text-muted">{t('requests.register.others', { count: others })}</p>}
    </>
  );
}
