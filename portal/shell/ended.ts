import { useSyncExternalStore } from 'react';

/** Whether a call was refused because nobody is signed in any more. */
export const sessionEnded = (() => {
  let ended = false;
  const listeners = new Set<() => void>();
  const set = (value: boolean): void => {
    if (ended === value) return;
    ended = value;
    for (const listener of listeners) listener();
  };
  return {
    tell: () => set(true),
    forget: () => set(false),
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    get: () => ended,
  };
})();

export const useSessionEnded = (): boolean => useSyncExternalStore(sessionEnded.subscribe, sessionEnded.get);
