/**
 * Whether the session of this window has ended. It begins to be `shown` when any call is refused for want of one; whoever
 * puts that aside to look at the page is told again by what they do next, and not by what the page asks by itself. It is
 * over when somebody is signed in again, here or in another window. Knows nothing of React: the worker has one too.
 */
export type Ended = 'no' | 'shown' | 'aside';

export const sessionEnded = (() => {
  let state: Ended = 'no';
  let endedAt = 0;
  let times = 0;
  const listeners = new Set<() => void>();
  const set = (next: Ended): void => {
    if (state === next) return;
    state = next;
    for (const listener of listeners) listener();
  };
  return {
    /** `byItself`: nobody has done anything. */
    tell(byItself = true): void {
      if (state === 'no') endedAt = Date.now();
      if (state === 'no' || !byItself) set('shown');
    },
    putAside: () => set('aside'),
    /** Somebody is signed in, as was answered then. */
    isOver(answeredAt: number): boolean {
      if (state === 'no' || answeredAt <= endedAt) return false;
      times++;
      set('no');
      return true;
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    get: () => state,
    /** How often it was over: what was broken off then begins again. */
    times: () => times,
  };
})();
