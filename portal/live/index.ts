import { ApiError } from '@jouvence/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { backgroundClient } from '../clients.ts';
import { useSession } from '../session.tsx';
import { sessionEnded, useTimesBegun } from '../shell/ended.ts';
import { whoIs } from '../shell/windows.ts';
import { beginning, follow, type LiveQuery, type LiveState } from './source.ts';
import type { Heard, Said } from './worker.ts';

export type { LiveQuery, LiveState };

/** Not everywhere (Chrome on Android had none for long): there each window has a stream of its own. */
function openWorker(): SharedWorker | null {
  try {
    return new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'jouvence' });
  } catch {
    return null;
  }
}

/** What was looked at last: whoever comes back sees it at once, where they were, until the news are there. */
const remembered = new Map<string, LiveState>();
const mostRemembered = 12;

function remember(key: string, state: LiveState): void {
  remembered.delete(key);
  if (state.page) remembered.set(key, { ...state, way: 'beginning' });
  const [oldest] = remembered.keys();
  if (remembered.size > mostRemembered) remembered.delete(oldest!);
}

/** A page of requests, live. All windows of a browser share the stream of the same page. `again`: after a refusal. */
export function useLiveRequests(query: LiveQuery): LiveState & { again(): void } {
  const key = JSON.stringify(query);
  const who = whoIs(useSession());
  const times = useTimesBegun();
  const [heard, setHeard] = useState<{ key: string; state: LiveState }>({ key, state: beginning });
  const queries = useQueryClient();
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was refused for want of a session begins again with the next, or when somebody tries again
  useEffect(() => {
    const wished = JSON.parse(key) as LiveQuery;
    const tell = (state: LiveState): void => {
      if (state.refused?.status === 401) sessionEnded.tell();
      setHeard({ key, state });
      remember(key, state);
      // Whoever looks at one of them sees what the list knows.
      for (const request of state.page?.requests ?? []) {
        const [shown] = queries.getQueriesData<{ revision: number }>({
          queryKey: ['requests.show', { params: { id: request.id } }],
        });
        if (shown?.[1] && shown[1].revision < request.revision) void queries.invalidateQueries({ queryKey: shown[0] });
      }
    };
    const worker = openWorker();
    if (!worker) {
      const stop = new AbortController();
      void follow(backgroundClient, wished, tell, stop.signal);
      return () => stop.abort();
    }
    worker.port.onmessage = ({ data }: MessageEvent<Heard>) => tell(data);
    const say = (said: Said): void => worker.port.postMessage(said);
    const begin = (): void => say({ kind: 'follow', query: wished, who });
    const leave = (): void => say({ kind: 'leave' });
    begin();
    // A window that is closed says nothing more by itself; one that comes back from the browser's memory follows again.
    window.addEventListener('pagehide', leave);
    window.addEventListener('pageshow', begin);
    return () => {
      window.removeEventListener('pagehide', leave);
      window.removeEventListener('pageshow', begin);
      leave();
      worker.port.close();
    };
  }, [key, who, times, queries, tries]);
  const again = useCallback(() => {
    setHeard({ key, state: beginning });
    setTries((before) => before + 1);
  }, [key]);
  const state = heard.key === key && heard.state !== beginning ? heard.state : (remembered.get(key) ?? beginning);
  return { ...state, again };
}

/** As `ErrorNote` shows it. */
export const refusalOf = (refused: NonNullable<LiveState['refused']>): ApiError =>
  new ApiError(refused.code, refused.message, refused.status, {}, '');
