import { ApiError } from '@jouvence/contract';
import { useNavigate } from '@tanstack/react-router';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useToast } from '../../ui/toast.tsx';
import type { Basket, BasketTools } from './basket.ts';
import type { Scope } from './scope.ts';
import { newKey, type Wish, wishOf } from './wish.ts';

interface On {
  /** It will never be taken like that. */
  refused(): void;
  /** The panel leaves the address: the way back does not open it again. */
  sent(): Promise<unknown>;
}

/**
 * Sends ticked courses, and leads to what was asked for. What a sending is called by is kept before it goes out: the
 * same again after a lost answer or an ended session, in whatever window, gives the same requests.
 */
export function useSend(
  { going, forOther }: Pick<Scope, 'going' | 'forOther'>,
  { basket, setSending, sent }: BasketTools,
  on: On,
) {
  const { t } = useLanguage();
  const toast = useToast();
  const navigate = useNavigate();
  const action = useAction('requests.send', {
    changes: ['requests', 'courses'],
    // One that waits for a network to come back would look as if it were under way.
    networkMode: 'always',
    onSuccess: async ({ requests }, { body }) => {
      const keys = body.items.map(({ source, courseid }) => `${source}:${courseid}`);
      const left = basket.items.filter(({ key }) => !keys.includes(key)).length;
      sent(keys);
      toast.done(
        t('courses.sent', { count: requests.length }),
        left > 0 ? t('courses.sent.left', { count: left }) : '',
      );
      await on.sent();
      await navigate({ to: '/requests', search: forOther ? { whose: 'others' } : {} });
      // The panel that had the focus is gone.
      document.querySelector<HTMLElement>('main h1')?.focus();
    },
    onError: (error, { body: { key, ...wish } }) => {
      const status = error instanceof ApiError ? error.status : 0;
      // Refused: it has not been taken, and never will be under this key.
      if (status >= 400 && status < 500 && status !== 401) {
        setSending(null);
        on.refused();
      } else setSending(sendingOf(key!, wish, status !== 401));
    },
  });
  return {
    busy: action.isPending,
    error: action.error,
    start(keys: readonly string[]): void {
      const wish = wishOf(
        basket,
        going,
        basket.items.filter(({ key }) => keys.includes(key)),
      );
      const sending = sendingOf(newKey(), wish, true);
      const key = basket.sending?.wish === sending.wish ? basket.sending.key : sending.key;
      setSending({ ...sending, key });
      action.mutate({ body: { ...wish, key } });
    },
    /** The one without an answer, as it was. */
    again({ key, wish }: NonNullable<Basket['sending']>): void {
      action.mutate({ body: { ...(JSON.parse(wish) as Wish), key } });
    },
  };
}

const sendingOf = (key: string, wish: Wish, lost: boolean) => ({
  key,
  lost,
  keys: wish.items.map(({ source, courseid }) => `${source}:${courseid}`),
  wish: JSON.stringify(wish),
});
