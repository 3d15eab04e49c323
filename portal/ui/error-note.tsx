import { ApiError } from '@jouvence/contract';
import { failureParts, type PageTranslator } from '@jouvence/i18n/browser';
import { useLanguage } from '../language.tsx';
import { useIsPerson } from '../session.tsx';
import { Button } from './button.tsx';
import { Callout } from './callout.tsx';

/** Of what happened between machines: what exactly it was helps nobody who does not look after them. */
const isInside = (code: string): boolean => /^(site|database)-|^(token-expired|busy|internal)$/.test(code);

/**
 * What went wrong in the reader's language, with the server's own words where they say more. `person`: the reader came
 * in from a site, and looks after none.
 */
export function explain(
  error: unknown,
  { t, maybe, language }: PageTranslator,
  { person }: { person: boolean },
): { what: string; detail: string; call: string } {
  if (!(error instanceof ApiError)) return { what: t('shell.error.offline'), detail: '', call: '' };
  const { reason, values } = error.details as { reason?: unknown; values?: Record<string, string | number> };
  const refusal = typeof reason === 'string' ? maybe(`refusal.${reason}`, values) : undefined;
  const isKind = person && isInside(error.code);
  const exactly = isKind ? undefined : inOtherWords({ language, maybe }, error);
  const sentence = refusal ?? exactly ?? maybe(`error.${error.code}`) ?? error.message;
  // The server's sentence is English, and says which and what: where it is all there is, it stands behind.
  const isKnown = refusal !== undefined || exactly !== undefined || isKind;
  const detail = !isKnown && error.message !== sentence ? error.message : '';
  return language === 'en' && detail
    ? { what: detail, detail: '', call: error.requestId }
    : { what: sentence, detail, call: error.requestId };
}

/** All that the server says, in the reader's language, where the catalogue has it. */
function inOtherWords(speaker: Pick<PageTranslator, 'language' | 'maybe'>, error: ApiError): string | undefined {
  if (speaker.language === 'en') return undefined;
  const parts = failureParts(speaker, error);
  return parts.every(({ text, foreign }) => foreign && text === error.message)
    ? undefined
    : parts.map(({ text }) => text).join('');
}

/** An error, said aloud when it appears, and what to do. */
export function ErrorNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const language = useLanguage();
  const { t } = language;
  const { what, detail, call } = explain(error, language, { person: useIsPerson() });
  return (
    <Callout tone="bad" live title={t('shell.error.title')}>
      <p>
        <bdi>{what}</bdi>
      </p>
      {detail && (
        <p className="text-sm" lang="en">
          <bdi>{detail}</bdi>
        </p>
      )}
      {call && <p className="text-sm">{t('shell.error.call', { id: call })}</p>}
      {onRetry && (
        <Button small onClick={onRetry} className="mt-1">
          {t('shell.retry')}
        </Button>
      )}
    </Callout>
  );
}
