import type { ReactNode } from 'react';
import { usePolled } from '../api.ts';
import { useLanguage } from '../language.tsx';
import { useMay } from '../session.tsx';
import { Callout } from '../ui/callout.tsx';

/** What nobody but an operator brings back. */
const needsMending: readonly string[] = ['schema', 'key'];

/** Says when something that carries courses is not running: nobody should wonder why nothing moves. */
export function NotReady() {
  const { t, maybe } = useLanguage();
  const { operate } = useMay();
  const ready = usePolled('ready', {}, 20_000);
  if (ready.error) return <Banner>{t('shell.error.offline')}</Banner>;
  if (!ready.data || ready.data.ready) return null;
  const failing = [...new Set(ready.data.checks.filter(({ ok }) => !ok).map(({ name }) => name))];
  const nameOf = (name: string) => maybe(`service.part.${name}`) ?? name;
  if (operate)
    return (
      <Banner
        more={
          <ul className="list-disc space-y-1 ps-5">
            {failing.map((name) => (
              <li key={name}>
                <span className="font-medium first-letter:uppercase">{nameOf(name)}</span>{' '}
                <span className="block">{maybe(`service.todo.${name}`)}</span>
              </li>
            ))}
          </ul>
        }
      >
        {t('shell.notReady.forOperators')}
      </Banner>
    );
  const isForOthers = failing.some((name) => needsMending.includes(name));
  const what = failing.map(nameOf).join(', ');
  return <Banner>{t(isForOthers ? 'shell.notReady.mend' : 'shell.notReady', { what })}</Banner>;
}

function Banner({ children, more }: { children: ReactNode; more?: ReactNode }) {
  return (
    <div className="mx-auto max-w-7xl px-4 pt-4 sm:px-6">
      <Callout tone="warn" live>
        <p>{children}</p>
        {more}
      </Callout>
    </div>
  );
}
