import { Navigate } from '@tanstack/react-router';
import { useSession } from '../session.tsx';

/** Where one begins. Whoever is not signed in sees `Welcome`, at every address. */
export function Home() {
  return <Navigate to={useSession().kind === 'person' ? '/courses' : '/requests'} replace />;
}
