import { useSyncExternalStore } from 'react';
import { type Ended, sessionEnded } from '../session-ended.ts';

export { sessionEnded };

export const useSessionEnded = (): Ended => useSyncExternalStore(sessionEnded.subscribe, sessionEnded.get);

/** Grows when a session that had ended begins again: as a dependency, it begins again what was broken off. */
export const useTimesBegun = (): number => useSyncExternalStore(sessionEnded.subscribe, sessionEnded.times);
