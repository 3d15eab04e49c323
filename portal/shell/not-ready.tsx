import { usePolled } from '../api.ts';
import { useLanguage } from '../language.tsx';
import { Callout } from '../ui/callout.tsx';

/** Says when something that carries courses is not running: nobody should wonder why nothing moves. */
export function NotReady() {
  const { t, maybe } = useLanguage();
  const ready = usePolled('ready', {}, 20_000);
  const failing = ready.data?.checks.filter(({ ok }) => !ok) ?? [];
  if (ready.error) return <Banner text={t('shell.error.offline')} />;
  if (!ready.data || ready.data.ready) return null;
  const what = [...new Set(failing.map(({ name }) => maybe(`shell.ready.${name}`) ?? name))].join(', ');
  return <Banner text={t('shell.notReady', { what })} />;
}

function Banner({ text }: { text: string }) {
  return (
    <div className="mx-auto max-w-7xl px-4 pt-4 sm:px-6">
      <Callout tone="warn" live>
        <p>{text}</p>
      </Callout>
    </div>
  );
}
