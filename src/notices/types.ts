import type { ErrorCode, KeptSaid } from '../errors.ts';

/** What is told to whoever asked, and to the person for whom it was asked. */
export const ownKinds = ['done', 'partly', 'failed', 'refused', 'cancelled'] as const;
/** What is told to those who look after a site. */
export const administrationKinds = ['failure', 'stuck', 'site', 'token'] as const;
export const noticeKinds = [...ownKinds, ...administrationKinds] as const;
export type OwnKind = (typeof ownKinds)[number];
export type AdministrationKind = (typeof administrationKinds)[number];
export type NoticeKind = (typeof noticeKinds)[number];

/** A message on the site, or a mail; in Jouvence itself everything is listed. */
export const noticeWays = ['site', 'mail'] as const;
export type NoticeWay = (typeof noticeWays)[number];

/** A site as it was called when it happened. */
export interface SiteFacts {
  id: number;
  name: string;
  /** As it calls itself, and where it is: found out when it is told; its name, and nothing, once it is gone. */
  title?: string;
  url?: string;
  /** IANA. */
  timezone?: string;
}

export const titleOf = ({ title, name }: SiteFacts): string => title ?? name;

/** Somebody of the target, or an operator by name. */
export type Who = { kind: 'person'; username: string } | { kind: 'operator'; name: string };

export interface ReportFact {
  severity: 'info' | 'warning' | 'error';
  code: string;
  what: string;
  why: string;
  todo: string;
  /** What another language needs to say it by name. */
  values?: Record<string, string | number>;
}

/** What went wrong; `said` has it sentence by sentence, for readers of other languages. */
export interface ErrorFacts {
  code: string;
  message: string;
  said?: readonly KeptSaid[];
}

/** A request has ended. */
export interface EndedFacts {
  kind: 'ended';
  request: string;
  outcome: 'done' | 'failed' | 'refused' | 'cancelled';
  target: SiteFacts;
  source: SiteFacts;
  course: { id: number; name: string };
  /** For whom; null: for nobody. */
  person: string | null;
  requester: Who;
  /** Null: nobody, or it is not known. */
  cancelledBy: Who | null;
  newCourse: { url: string; name: string; category: string } | null;
  error: (ErrorFacts & { code: ErrorCode }) | null;
  report: readonly ReportFact[];
  /** Sent together: how many there were. */
  batch: { id: string; size: number } | null;
}

/** Work does not get on. `since`: ISO 8601, of when it last did; the same `since` is told once. */
export interface StuckFacts {
  kind: 'stuck';
  why: 'request' | 'worker' | 'cron';
  /** Where it is stuck; null: with us. */
  site: SiteFacts | null;
  request: string | null;
  course: string | null;
  step: string | null;
  /** How many requests stand. */
  count: number;
  since: string;
  error: ErrorFacts | null;
}

/** A site has failed for some time, or has come back; `since` names the outage. */
export interface SiteTroubleFacts {
  kind: 'site';
  site: SiteFacts;
  state: 'failing' | 'back';
  since: string;
  /** Requests that wait for it. */
  waiting: number;
  error: ErrorFacts | null;
}

/** A token ends soon, or could not be renewed. */
export interface TokenFacts {
  kind: 'token';
  site: SiteFacts;
  profile: string;
  expiresAt: string | null;
  /** Null: nobody tried yet. */
  error: ErrorFacts | null;
}

export type NoticeFacts = EndedFacts | StuckFacts | SiteTroubleFacts | TokenFacts;

/** An operator as far as notices go. */
export interface OperatorContact {
  id: number;
  /** Its username: by that it is known to whoever tells of it. */
  name: string;
  /** Null: has none. */
  email: string | null;
  /** `fr`, `en`, … */
  language: string;
  /** Ids of its sites; null: all. */
  siteIds: readonly number[] | null;
}

export type Recipient =
  | { kind: 'person'; siteId: number; name: string }
  | { kind: 'operator'; siteId: null; name: string }
  | { kind: 'address'; siteId: null; name: string };

export type Stream = 'own' | 'administration';
export type MessageState = 'waiting' | 'sent' | 'given-up' | 'dropped';
