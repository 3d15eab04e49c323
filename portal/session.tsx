import type { Session } from '@jouvence/contract';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import { useCall } from './api.ts';

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

/** `null` when nobody is signed in; asked again when the window is looked at again, and after a refusal. */
export function useSignedIn() {
  return useCall('session.show', {}, { staleTime: 60_000, retry: (count, error) => !('status' in error) && count < 3 });
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

/** Leaves nothing of what was shown. */
export function useForgetAll() {
  const queries = useQueryClient();
  return () => queries.clear();
}
