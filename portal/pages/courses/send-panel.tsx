import type { CheckedItem } from '@jouvence/contract';
import { keepPreviousData } from '@tanstack/react-query';
import { RefreshCw, Send } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { classes } from '../../ui/classes.ts';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import type { BasketTools } from './basket.ts';
import { CommonChoices } from './common-choices.tsx';
import { isSendable, needsDecision } from './decide.ts';
import { ForWhom } from './for-whom.tsx';
import { type Scope, useCoursesSearch } from './scope.ts';
import { SendItem } from './send-item.tsx';
import { useSend } from './use-send.ts';
import { commandsOf, keyOfItem, mostAtOnce, wishOf } from './wish.ts';

interface SendPanelProps {
  scope: Scope;
  tools: BasketTools;
  /** Send was pressed: it goes as soon as it is clear that nothing needs a decision. */
  now: boolean;
  onDecided(): void;
}

/** Everything that is to be known and chosen before ticked courses go. */
export function SendPanel(props: SendPanelProps) {
  const { search } = useCoursesSearch();
  const { items, sending } = props.tools.basket;
  const isOpen = search.send === true && props.scope.maySend && (items.length > 0 || sending?.lost === true);
  return isOpen ? <OpenPanel {...props} /> : null;
}

function OpenPanel({ scope, tools, now, onDecided }: SendPanelProps) {
  const { t } = useLanguage();
  const { set } = useCoursesSearch();
  const { basket } = tools;
  // What may have gone already would be refused as on its way: before all else it is asked again.
  const isLost = basket.sending?.lost === true;
  const wish = useMemo(() => wishOf(basket, scope.going), [basket, scope.going]);
  const check = useCall(
    'requests.check',
    { body: wish },
    {
      enabled: wish.items.length > 0 && !isLost,
      // What was asked before it was pressed may have changed: it stands there until the answer of now comes.
      staleTime: 0,
      refetchOnMount: 'always',
      placeholderData: keepPreviousData,
      refetchOnWindowFocus: false,
    },
  );
  const send = useSend(scope, tools, {
    refused: () => void check.refetch(),
    sent: () => set({ send: undefined }),
  });
  const checked = useMemo(
    () => new Map((check.data?.items ?? []).map((item) => [keyOfItem(item), item])),
    [check.data],
  );
  const going = basket.items.filter(({ key }) => wish.items.some((item) => keyOfItem(item) === key));
  const { data: site } = useCall(
    'sites.categories',
    { params: { site: scope.target } },
    { enabled: scope.operate, staleTime: 60_000 },
  );
  const categories = site?.categories ?? [];
  const sendable = going.filter(({ key }) => isReady(checked.get(key)));
  const isKnown = check.data !== undefined && !check.isPlaceholderData && !check.isFetching;
  const lost = isLost && !send.busy ? basket.sending : null;
  // What needs somebody stands first, and stays there when it is mended: nothing jumps.
  const troubled = useRef(new Set<string>());
  for (const { key } of going) if (checked.has(key) && !isReady(checked.get(key))) troubled.current.add(key);
  const inTrouble = going.filter(({ key }) => troubled.current.has(key));
  const calm = going.filter(({ key }) => !troubled.current.has(key));
  const heading = useRef<HTMLHeadingElement>(null);
  const close = () => {
    onDecided();
    void set({ send: undefined });
  };

  useEffect(() => {
    if (!now) return;
    if (check.isError || lost) onDecided();
    if (!isKnown || lost) return;
    onDecided();
    if (!check.data.items.some(needsDecision)) send.start(going.map(({ key }) => key));
  });

  const isBusy = now || send.busy;
  return (
    <Dialog
      open
      place="side"
      onClose={close}
      title={t('courses.send.title', { count: going.length, target: scope.targetTitle })}
      foot={
        <div className="space-y-3">
          {send.error && !lost && <ErrorNote error={send.error} />}
          {lost ? (
            <Callout tone="warn" live title={t('courses.send.lost.title')}>
              <p>{t('courses.send.lost.text', { count: lost.keys.length })}</p>
              <Button look="primary" onClick={() => send.again(lost)}>
                {t('courses.send.lost.again')}
              </Button>
            </Callout>
          ) : (
            <div className="flex flex-wrap items-center gap-3">
              <Button
                look="primary"
                busy={isBusy}
                disabled={!isKnown || sendable.length === 0}
                onClick={() => send.start(sendable.map(({ key }) => key))}
              >
                {!isBusy && <Send className="size-4" aria-hidden="true" />}
                {t('courses.send', { count: isKnown ? sendable.length : going.length })}
              </Button>
              <p role="status" className="min-w-0 flex-1 basis-40 text-sm text-muted">
                <Standing {...{ isKnown, isBusy, sendable: sendable.length, all: basket.items.length }} />
              </p>
            </div>
          )}
        </div>
      }
    >
      <div className="space-y-4" aria-busy={check.isFetching}>
        <ForWhom scope={scope} />
        {basket.items.length > mostAtOnce && (
          <Callout>{t('courses.send.most', { most: mostAtOnce, count: basket.items.length })}</Callout>
        )}
        {check.isError && <ErrorNote error={check.error} onRetry={() => void check.refetch()} />}
        {check.data && !lost && <CommonChoices items={check.data.items} categories={categories} tools={tools} />}
        <div className="flex min-h-8 flex-wrap items-center justify-between gap-2">
          <h3 ref={heading} tabIndex={-1} className="font-semibold outline-none">
            {t('courses.send.courses')}
          </h3>
          {inTrouble.length > 0 && !lost && (
            <Button small aria-disabled={check.isFetching} onClick={() => void check.refetch()}>
              <RefreshCw
                className={classes('size-4', check.isFetching && 'motion-safe:animate-spin')}
                aria-hidden="true"
              />
              {t('courses.send.check')}
            </Button>
          )}
        </div>
        <ul className="space-y-3">
          {inTrouble.concat(calm).map((ticked) => (
            <SendItem
              key={ticked.key}
              ticked={ticked}
              item={(lost ? null : checked.get(ticked.key)) ?? null}
              several={going.length > 1}
              scope={scope}
              categories={categories}
              tools={tools}
              onLeaveOut={() => {
                tools.tick([ticked], false);
                heading.current?.focus();
              }}
            />
          ))}
        </ul>
        {scope.operate && commandsOf(wish).map((words) => <Command key={words.join(' ')} words={words} />)}
      </div>
    </Dialog>
  );
}

const isReady = (item: CheckedItem | undefined): boolean => item !== undefined && isSendable(item);

/** What pressing would do, as far as it is known. */
function Standing({
  isKnown,
  isBusy,
  sendable,
  all,
}: {
  isKnown: boolean;
  isBusy: boolean;
  sendable: number;
  all: number;
}) {
  const { t } = useLanguage();
  if (!isKnown) return t('courses.send.checking');
  if (isBusy) return t('courses.send.going');
  const stay = all - sendable;
  if (sendable === 0) return t('courses.send.none');
  return stay > 0 ? t('courses.send.stay', { count: stay }) : t('courses.send.ready');
}
