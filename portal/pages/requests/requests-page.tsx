import { useMay } from '../../session.tsx';
import { EveryRequest } from './every-request.tsx';
import { MyRequests } from './my-requests.tsx';

/** A person's own; of whoever looks after sites, those of everybody. */
export function RequestsPage() {
  return useMay().operate ? <EveryRequest /> : <MyRequests />;
}
