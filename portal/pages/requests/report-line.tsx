import type { ShownLine } from '@jouvence/contract';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { classes } from '../../ui/classes.ts';
import { Checkbox } from '../../ui/field.tsx';
import { lineWords, whatWords } from '../../ui/line-words.ts';
import { useToast } from '../../ui/toast.tsx';
import { When } from '../../ui/when.tsx';
import { useMayAct } from './actions.tsx';

/** One thing that was lost or changed: what, why, what to do, and who has dealt with it. */
export function ReportLine({ line, request }: { line: ShownLine; request: string }) {
  const language = useLanguage();
  const { t } = language;
  const mayAct = useMayAct();
  const { failed } = useToast();
  const deal = useAction('requests.deal', { changes: ['requests'], onError: failed });
  const [why, todo] = [lineWords(line, 'why', language), lineWords(line, 'todo', language)];
  const what = whatWords(line, language);
  const { dealt, severity } = line;
  const lang = (isEnglish: boolean) => (isEnglish ? 'en' : undefined);
  // What was asked for stands until the answer has come.
  const isDealt = deal.isPending ? deal.variables.body?.dealt !== false : dealt !== null;
  const by = dealt && (
    <>
      <bdi>{dealt.by}</bdi>, <When at={dealt.at} />
    </>
  );
  return (
    <li className={classes('space-y-1 rounded-md border border-line p-3', isDealt && 'bg-sunken')}>
      <p className="font-medium">
        <bdi>{what}</bdi>
      </p>
      <p lang={lang(why.isEnglish)}>
        <bdi>{why.text}</bdi>
      </p>
      {todo.text && (
        <p>
          <span className="font-medium">{t('requests.todo')}</span> <bdi lang={lang(todo.isEnglish)}>{todo.text}</bdi>
        </p>
      )}
      {severity !== 'info' &&
        (mayAct ? (
          <Checkbox
            className="pt-1"
            checked={isDealt}
            onChange={(event) =>
              deal.mutate({ params: { id: request, line: line.key }, body: { dealt: event.currentTarget.checked } })
            }
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
