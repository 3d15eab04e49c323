import { readMigrations } from '../store/index.ts';

export type { Notice, NoticePage } from './inbox.ts';
export { type MailOptions, readFrom } from './mail.ts';
export { createNotices, type Notices, type NoticesOptions, type Outbox, type OutboxMessage } from './notices.ts';
export type { Preference } from './preferences.ts';
export {
  type EndedFacts,
  type NoticeFacts,
  noticeKinds,
  noticeWays,
  type OperatorContact,
  type SiteFacts,
} from './types.ts';

export const migrations = readMigrations(new URL('./migrations', import.meta.url));
