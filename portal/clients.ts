import { type ApiClient, createApiClient } from '@jouvence/contract';

/** The same origin, by the session's cookie. */
export const client: ApiClient = createApiClient({ fetch: (address, init) => fetch(address, init), baseUrl: '' });

/** For what a page asks by itself: it does not keep a session alive that nobody uses. */
export const backgroundClient: ApiClient = createApiClient({
  fetch: (address, init) => fetch(address, { ...init, headers: { ...init.headers, 'x-jouvence-background': '1' } }),
  baseUrl: '',
});
