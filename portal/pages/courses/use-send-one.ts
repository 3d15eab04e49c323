import { ApiError, type CheckedItem } from '@jouvence/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { client, refresh } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useToast } from '../../ui/toast.tsx';
import { type Basket, type BasketTools, emptyBasket } from './basket.ts';
import { needsDecision } from './decide.ts';
import { setCarried } from './feed.ts';
import type { ListedCourse } from './matching.ts';
import type { Scope } from './scope.ts';
import { tickedOf } from './ticked.ts';
import { newKey, wishOf } from './wish.ts';

/**
 * One course by one press, from its row: it goes at once where nothing needs a decision, and is taken back from there. Anything else ticks it and opens the panel, where it says why. One after the other, however
 * quickly they are pressed: `sending` keeps one.
 */
export function useSendOne(scope: Scope, tools: BasketTools, onPanel: () => void) {
  const { t } = useLanguage();
  const toast = useToast();
  const queries = useQueryClient();
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  /** Requests that went by one press, as long as this page is open; and to where. */
  const [fresh, setFresh] = useState<ReadonlyMap<string, string>>(new Map());
  /** The last, for whoever does not see its row. */
  const [said, setSaid] = useState('');
  const last = useRef(Promise.resolve());
  const isLost = useRef(false);
  const { tick, setSending, sent } = tools;
  const { going, whose, person, targetTitle } = scope;

  const takeBack = useCallback(
    async (listed: ListedCourse) => {
      const id = listed.course.carried?.request;
      if (id === undefined) return;
      try {
        await client.call('requests.cancel', { params: { id } });
        setCarried(queries, whose, listed, null);
        toast.done(t('courses.one.back', { name: nameOf(listed) }));
      } catch (error) {
        toast.failed(error);
      }
      await refresh(queries, ['requests']);
    },
    [queries, whose, toast, t],
  );

  const go = useCallback(
    async (listed: ListedCourse): Promise<void> => {
      const ticked = tickedOf(listed);
      const wish = wishOf({ ...emptyBasket, items: [ticked] }, going);
      const decide = () => {
        tick([ticked], true);
        onPanel();
      };
      // One without an answer stands in the panel, and is asked about first: the others wait there, ticked.
      if (isLost.current) return tick([ticked], true);
      let sending: Basket['sending'] = null;
      try {
        const { items } = await client.call('requests.check', { body: wish });
        const [item] = items;
        if (!item || needsDecision(item)) return decide();
        const key = newKey();
        sending = { key, keys: [listed.key], wish: JSON.stringify(wish), lost: false };
        setSending(sending);
        const { requests } = await client.call('requests.send', { body: { ...wish, key } });
        sent([listed.key]);
        const [request] = requests;
        const by = going.person === undefined ? person : going.person;
        const carried = {
          request: request!.id,
          arrived: false,
          by,
          byKnown: true,
          at: new Date(),
          url: null,
          mayEnrol: false,
          enrolled: false,
        };
        setCarried(queries, whose, listed, carried);
        setFresh((before) => new Map([...before, [request!.id, whereTo(item, targetTitle, t)]]));
        setSaid(t('courses.one.sent', { name: nameOf(listed) }));
        void refresh(queries, ['requests']);
      } catch (error) {
        const status = error instanceof ApiError ? error.status : 0;
        // Refused, or never asked for: it is not under way. Without an answer it may be: the panel asks again.
        isLost.current = sending !== null && (status < 400 || status >= 500);
        setSending(sending && isLost.current ? { ...sending, lost: true } : null);
        decide();
      }
    },
    [going, whose, person, targetTitle, queries, t, tick, setSending, sent, onPanel],
  );

  // Rows offer it only while nothing is ticked: what was lost has been settled by then.
  if (tools.basket.items.length === 0) isLost.current = false;
  const send = useCallback(
    (listed: ListedCourse) => {
      setBusy((before) => new Set([...before, listed.key]));
      last.current = last.current
        .then(() => go(listed))
        .finally(() => setBusy((before) => new Set([...before].filter((key) => key !== listed.key))));
    },
    [go],
  );
  return { busy, send, fresh, said, takeBack };
}

const nameOf = ({ course }: ListedCourse): string => course.fullname.trim() || course.shortname;

/** The category by its name: nobody looks for a course that came by one press. */
function whereTo({ category, options }: CheckedItem, target: string, t: ReturnType<typeof useLanguage>['t']): string {
  const place = category ? category.path.join(' / ') || category.name : '';
  return t(options?.people ? 'courses.one.where.people' : 'courses.one.where', { place, target });
}
