import { ApiError } from '@jouvence/contract';
import { LoaderCircle } from 'lucide-react';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { explain } from '../../ui/error-note.tsx';
import type { FedSource } from './feed.ts';
import type { Scope } from './scope.ts';

/** What is to be known of a source beside its courses: that it is asked, is slow, fails, or does not know the person. */
export function SourceNote({
  fed: { source, title, state, answer },
  scope,
  onAgain,
  named = false,
}: {
  fed: FedSource;
  scope: Scope;
  onAgain(source: string): Promise<void>;
  named?: boolean;
}) {
  const language = useLanguage();
  const { t, maybe } = language;
  const name = named ? title : undefined;
  const again = (
    <Button small onClick={() => void onAgain(source)}>
      {t('shell.retry')}
      <span className="sr-only"> ({title})</span>
    </Button>
  );
  if (state === 'asking' || state === 'slow')
    return (
      <p
        id={`source-${source}`}
        tabIndex={-1}
        className="flex min-h-14 items-center gap-3 rounded-lg border border-dashed border-edge px-4 text-muted"
      >
        <LoaderCircle className="size-5 shrink-0 animate-spin" aria-hidden="true" />
        <bdi>{t(state === 'slow' ? 'courses.source.slow' : 'courses.source.asking', { title })}</bdi>
      </p>
    );
  const error = answer?.error ?? null;
  if (state === 'failing') {
    const own = error === null ? undefined : maybe(`courses.source.error.${error.code}`, { title });
    const { what, detail } = explain(
      error ? new ApiError(error.code, error.message, 502, {}, '') : new TypeError('no answer'),
      language,
      { person: !scope.operate },
    );
    return (
      <div id={`source-${source}`} tabIndex={-1}>
        <Callout tone="warn" title={<bdi>{t(failureOf(answer), { title })}</bdi>} live>
          <p>
            <bdi>{own ?? what}</bdi>
          </p>
          {own === undefined && detail && (
            <p className="text-sm" lang="en">
              <bdi>{detail}</bdi>
            </p>
          )}
          {(answer?.courses.length ?? 0) > 0 && <p>{t('courses.source.old')}</p>}
          {again}
        </Callout>
      </div>
    );
  }
  if (answer?.person === 'unknown')
    return (
      <Callout tone="note" title={name && <bdi>{name}</bdi>}>
        <p>
          {scope.named !== null
            ? t('courses.source.unknown.operator', { person: scope.named, title })
            : t('courses.source.unknown', { title })}
        </p>
        {again}
      </Callout>
    );
  if (error)
    return (
      <Callout tone="warn" title={t('courses.source.incomplete', { title })}>
        {scope.operate && (
          <p lang="en">
            <bdi>{error.message}</bdi>
          </p>
        )}
        {again}
      </Callout>
    );
  if (answer?.courses.length === 0 && !named) return <p className="text-muted">{t('courses.source.none')}</p>;
  return null;
}

/** A source that answers, and cannot say whose courses are meant, is not silent. */
export const failureOf = (answer: FedSource['answer']) =>
  answer?.error && !['site-unreachable', 'site-timeout'].includes(answer.error.code)
    ? 'courses.source.trouble'
    : 'courses.source.failing';
