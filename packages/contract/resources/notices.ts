import { z } from 'zod';
import { id, requestId, time } from '../values.ts';

/** What people are told. */

/** What is told to whoever asked, and to those who look after sites. */
export const noticeKinds = [
  'done',
  'partly',
  'failed',
  'refused',
  'cancelled',
  'failure',
  'stuck',
  'site',
  'token',
] as const;

export const noticeKind = z.enum(noticeKinds);

export const noticeWay = z.enum(['site', 'mail']);

export const notice = z.object({
  id,
  kind: noticeKind,
  at: time,
  read: z.boolean(),
  /** In the language asked for; words of others in it come as harmless lines. */
  subject: z.string(),
  text: z.string(),
  /** Name of the site that it is of; null: of none. */
  site: z.string().nullable(),
  request: requestId.nullable(),
  /** Of the new course. */
  url: z.string().nullable(),
});

export const preference = z.object({
  kind: noticeKind,
  way: noticeWay,
  /** In force. */
  wanted: z.boolean(),
  /** Said by the caller; else as the settings say. */
  own: z.boolean(),
});

export const messageState = z.enum(['waiting', 'sent', 'given-up', 'dropped']);

/** A message that goes out, without what it says. */
export const outboxMessage = z.object({
  id,
  way: noticeWay,
  recipient: z.string(),
  kinds: z.array(noticeKind),
  /** How many notices it carries. */
  notices: z.int(),
  state: messageState,
  createdAt: time,
  nextAt: time.nullable(),
  endedAt: time.nullable(),
  tries: z.int(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});

export type Notice = z.output<typeof notice>;
export type NoticeKind = z.output<typeof noticeKind>;
export type NoticePreference = z.output<typeof preference>;
export type OutboxMessage = z.output<typeof outboxMessage>;
