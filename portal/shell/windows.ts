import type { Session } from '@jouvence/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { client, isSignedOut } from '../api.ts';
import { forget, remember } from '../language.tsx';
import { useSignedIn } from '../session.tsx';
import { useToast } from '../ui/toast.tsx';
import { sessionEnded, useSessionEnded } from './ended.ts';

/** What windows of one browser tell each other. `in`: somebody is signed in; `out`: somebody signed out on purpose. */
type Word = 'in' | 'out';
const channelName = 'jouvence.session';
/** Under which ticked courses are kept: then whose, to where, for whom. */
export const basketPrefix = 'jouvence.basket.';
export const lastEntrance = 'jouvence.entrance';

const tellOthers = (word: Word): void => {
  const channel = new BroadcastChannel(channelName);
  channel.postMessage(word);
  channel.close();
};

/** The same account, whatever session of it. */
export const whoIs = ({ kind, username, sites }: Session): string =>
  kind === 'person' ? `person ${username} ${sites?.[0] ?? ''}` : `operator ${username}`;

/**
 * One session for all windows of a browser: a window notices that somebody signed in or out in another one, and when it
 * is looked at again. Gives whether this window shows what is of somebody else now: then nothing of it may be shown.
 */
export function useOneSession(): { isOther: boolean } {
  const { data: session, dataUpdatedAt, refetch } = useSignedIn();
  const queries = useQueryClient();
  const ended = useSessionEnded();
  const who = session ? whoIs(session) : null;
  const first = useRef<string | null>(null);
  first.current ??= who;
  const isOther = who !== first.current;

  useEffect(() => {
    if (who !== null) tellOthers('in');
  }, [who]);
  useEffect(() => {
    if (session?.kind === 'person' && session.sites?.[0]) remember(lastEntrance, session.sites[0]);
  }, [session]);
  useEffect(() => {
    const channel = new BroadcastChannel(channelName);
    channel.onmessage = ({ data }: MessageEvent<Word>) => {
      if (data === 'in') void refetch();
      else if (first.current !== null) leave(queries);
    };
    return () => channel.close();
  }, [queries, refetch]);
  useEffect(() => {
    // A page out of the browser's memory; and a window that was beside the one in which somebody signed in.
    const shown = (event: PageTransitionEvent) => event.persisted && void refetch();
    const focused = () => sessionEnded.get() !== 'no' && void refetch();
    addEventListener('pageshow', shown);
    addEventListener('focus', focused);
    return () => {
      removeEventListener('pageshow', shown);
      removeEventListener('focus', focused);
    };
  }, [refetch]);
  useEffect(() => {
    if (isOther) leave(queries);
    else if (ended !== 'no' && session && sessionEnded.isOver(dataUpdatedAt)) void queries.invalidateQueries();
  }, [isOther, ended, session, dataUpdatedAt, queries]);
  return { isOther };
}

/** A new beginning: nothing of what was shown stays in this window's memory. */
function leave(queries: ReturnType<typeof useQueryClient>): void {
  queries.clear();
  location.assign('/');
}

export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  const { data: session } = useSignedIn();
  const { failed } = useToast();
  return async () => {
    try {
      await client.call('session.end', {}).catch((error) => {
        if (!isSignedOut(error)) throw error;
      });
      // A session that ends by itself leaves what was ticked; who goes on purpose leaves nothing for the next one here.
      if (session) forget(`${basketPrefix}${JSON.stringify([`${session.kind} ${session.username}`]).slice(0, -1)},`);
      tellOthers('out');
      leave(queries);
    } catch (error) {
      failed(error);
    }
  };
}
