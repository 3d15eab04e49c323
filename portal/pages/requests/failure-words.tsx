import { failureParts, nameText } from '@jouvence/i18n/browser';
import { useLanguage } from '../../language.tsx';
import type { AnyRequest } from './words.ts';

/** What went wrong, in the reader's language; what another machine said stands in it in English, and is marked so. */
export function FailureWords({ error }: { error: NonNullable<AnyRequest['error']> }) {
  const language = useLanguage();
  return (
    <bdi>
      {failureParts(language, error).map(({ text, foreign }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other name
        <span key={index} lang={foreign ? 'en' : undefined}>
          {nameText(language, text)}
        </span>
      ))}
    </bdi>
  );
}
