import type { Session } from '@jouvence/contract';
import type { PageKey } from '@jouvence/i18n/browser';

interface Place {
  to: string;
  text: PageKey;
}

const forPeople: Place[] = [
  { to: '/courses', text: 'shell.nav.courses' },
  { to: '/requests', text: 'shell.nav.requests' },
];
const forOperators: Place[] = [
  { to: '/requests', text: 'shell.nav.requests' },
  { to: '/courses', text: 'shell.nav.courses' },
  { to: '/sites', text: 'shell.nav.sites' },
  { to: '/settings', text: 'shell.nav.settings' },
  { to: '/operators', text: 'shell.nav.operators' },
  { to: '/audit', text: 'shell.nav.audit' },
];

/** Where somebody can go. */
export const placesOf = ({ kind }: Session): Place[] => (kind === 'person' ? forPeople : forOperators);
