import { type ApiClient, createApiClient, type Fetch } from '@jouvence/contract';
import { sessionEnded } from './session-ended.ts';

/** Every call that is refused for want of a session says so; a password that is not the right one is something else. */
const watched =
  (headers: Record<string, string>, byItself: boolean): Fetch =>
  async (address, init) => {
    const answer = await fetch(address, { ...init, headers: { ...init.headers, ...headers } });
    if (answer.status === 401 && address !== '/api/v1/session/password') sessionEnded.tell(byItself);
    return answer;
  };

/** The same origin, by the session's cookie. */
export const client: ApiClient = createApiClient({ fetch: watched({}, false), baseUrl: '' });

/** For what a page asks by itself: it does not keep a session alive that nobody uses. */
export const backgroundClient: ApiClient = createApiClient({
  fetch: watched({ 'x-jouvence-background': '1' }, true),
  baseUrl: '',
});
