import { useLanguage } from '../../language.tsx';
import type { LiveState } from '../../live/index.ts';
import { Callout } from '../../ui/callout.tsx';

/** How the news come, when they do not come as they should. */
export function LiveNote({ way }: { way: LiveState['way'] }) {
  const { t } = useLanguage();
  return (
    <div role="status">
      {(way === 'lost' || way === 'polling') && (
        <div className="mb-4">
          <Callout tone={way === 'lost' ? 'warn' : 'note'}>
            <p>{t(way === 'lost' ? 'shell.lost' : 'shell.polling')}</p>
          </Callout>
        </div>
      )}
    </div>
  );
}
