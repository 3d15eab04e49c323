import type { Session } from '@jouvence/contract';
import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import { callOptions } from './api.ts';
import { backgroundClient } from './clients.ts';

const context = createContext<Session | null>(null);

/** Who is signed in: everything inside knows. */
export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <context.Provider value={session}>{children}</context.Provider>;
}

export function useSession(): Session {
  const found = useContext(context);
  if (!found) throw new Error('useSession stands outside of SessionProvider');
  return found;
}

/** Somebody who came in from a site, and looks after none: what went wrong inside of one is for others to read. */
export const useIsPerson = (): boolean => useContext(context)?.kind === 'person';

/** Asked by the page itself, and again whenever the window is looked at again: an error with status 401 is nobody. */
export function useSignedIn() {
  return useQuery<Session>({
    ...callOptions('session.show', {}),
    queryFn: ({ signal }) => backgroundClient.call('session.show', {}, { signal }),
    staleTime: 60_000,
    refetchOnWindowFocus: 'always',
  });
}

/** What this person may do here. The server decides all the same. */
export function useMay() {
  const { kind, role } = useSession();
  return {
    operate: kind === 'operator',
    /** Change what belongs to the sites they look after. */
    change: role === 'operator' || role === 'school',
    /** Change what belongs to the whole fleet. */
    fleet: role === 'operator',
  };
}
