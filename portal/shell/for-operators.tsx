import type { lazyRouteComponent } from '@tanstack/react-router';
import { useSession } from '../session.tsx';
import { Missing } from './missing.tsx';

/** A page of operators: whoever entered from a site and typed its address is told that there is none, and nothing is asked for. */
export function forOperators(Page: ReturnType<typeof lazyRouteComponent>) {
  const Guarded = () => (useSession().kind === 'operator' ? <Page /> : <Missing />);
  return Object.assign(Guarded, { preload: Page.preload });
}
