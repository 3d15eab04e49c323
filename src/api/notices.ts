import { sitesOf } from '../accounts/index.ts';
import type { Notices } from '../notices/index.ts';
import type { Handlers } from './routing.ts';

type NoticeOperation =
  | 'notices.list'
  | 'notices.read'
  | 'notices.preferences'
  | 'notices.setPreferences'
  | 'notices.outbox'
  | 'notices.retry'
  | 'notices.test';

/** A person has what is theirs; an operator its own, and what is about its sites. */
export function noticeHandlers(notices: Notices): Handlers<NoticeOperation> {
  return {
    'notices.list': ({ actor, query }) => notices.list(actor, query),
    'notices.read': async ({ actor, body }) => ({ unread: await notices.read(actor, body) }),
    'notices.preferences': async ({ actor }) => ({ preferences: await notices.preferences(actor) }),
    'notices.setPreferences': async ({ actor, body }) => ({
      preferences: await notices.setPreferences(actor, body.preferences),
    }),
    'notices.outbox': ({ actor, query: { state, failing, limit, after } }) =>
      notices.outbox({ sites: sitesOf(actor), ...(state && { state: [state] }), failing }, { limit, after }),
    'notices.retry': ({ actor, params }) => notices.retry(actor, params.id),
    'notices.test': ({ actor, body }) => notices.test(actor, body.address, body.language),
  };
}
