import type { ShownLine } from '@jouvence/contract';
import { nameText, reportWhat } from '@jouvence/i18n/browser';
import { useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { classes } from '../../ui/classes.ts';
import { Checkbox } from '../../ui/field.tsx';
import { lineWords } from '../../ui/line-words.ts';
import { useToast } from '../../ui/toast.tsx';
import { When } from '../../ui/when.tsx';
import { useMayAct } from './actions.tsx';

/** One thing that was lost or changed: what, why, what to do, and who has dealt with it. */
export function ReportLine({ line, request }: { line: ShownLine; request: string }) {
  const language = useLanguage();
  const { t } = language;
  const named = (text: string) => nameText(language, text);
  const mayAct = useMayAct();
  const { failed } = useToast();
  // What was ticked stands until the answer has come.
  const [wished, setWished] = useState<boolean | null>(null);
  const deal = useAction('requests.deal', {
    changes: ['requests'],
    onError: failed,
    onSettled: () => setWished(null),
  });
  const [why, todo] = [lineWords(line, 'why', language), lineWords(line, 'todo', language)];
  const what = named(reportWhat(line, language));
  const { dealt, severity } = line;
  const lang = (isEnglish: boolean) => (isEnglish ? 'en' : undefined);
  const isDealt = wished ?? dealt !== null;
  const by = dealt && (
    <>
      <bdi>{named(dealt.by)}</bdi>, <When at={dealt.at} />
    </>
  );
  return (
    <li className={classes('space-y-1 rounded-md border border-line p-3', isDealt && 'bg-sunken')}>
      <p className="font-medium">
        <bdi>{what}</bdi>
      </p>
      <p lang={lang(why.isEnglish)} className="first-letter:uppercase">
        <bdi>{named(why.text)}</bdi>
      </p>
      {todo.text && (
        <p>
          <span className="font-medium">{t('requests.todo')}</span>{' '}
          <bdi lang={lang(todo.isEnglish)}>{named(todo.text)}</bdi>
        </p>
      )}
      {severity !== 'info' &&
        (mayAct ? (
          <Checkbox
            className="pt-1"
            checked={isDealt}
            onChange={({ currentTarget: { checked } }) => {
              setWished(checked);
              deal.mutate({ params: { id: request, line: line.key }, body: { dealt: checked } });
            }}
            label={
              <>
                {t('requests.dealt')}
                <span className="sr-only"> {what}</span>
              </>
            }
            hint={by}
          />
        ) : (
          <p className="text-sm text-muted">
            {by ? (
              <>
                {t('requests.dealt')}: {by}
              </>
            ) : (
              t('requests.notDealt')
            )}
          </p>
        ))}
    </li>
  );
}
