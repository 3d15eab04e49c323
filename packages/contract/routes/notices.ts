import { z } from 'zod';
import * as resource from '../resources.ts';
import { id, idText, paging, yes } from '../values.ts';
import type { Route } from './route.ts';

const language = z.enum(['fr', 'en']);

/** What people are told, and what goes out. */
export const noticesRoutes = {
  'notices.list': {
    method: 'GET',
    path: '/api/v1/notices',
    who: 'person',
    summary: "The caller's notices, the newest first; an operator's own, and those about its sites.",
    query: z.strictObject({ language: language.default('en'), unread: yes.optional(), ...paging }),
    /** `unread`: how many in all. `next` is null at the end. */
    result: z.object({ notices: z.array(resource.notice), unread: z.int(), next: z.string().nullable() }),
  },
  'notices.read': {
    method: 'POST',
    path: '/api/v1/notices/read',
    who: 'person',
    own: true,
    summary: 'These have been read, or all up to one.',
    body: z.union([z.strictObject({ ids: z.array(id).min(1).max(200) }), z.strictObject({ upTo: id })]),
    result: z.object({ unread: z.int() }),
  },
  'notices.preferences': {
    method: 'GET',
    path: '/api/v1/notices/preferences',
    who: 'person',
    summary: 'By which ways the caller is told of what; without a word of its own, as the settings say.',
    result: z.object({ preferences: z.array(resource.preference) }),
  },
  'notices.setPreferences': {
    method: 'PUT',
    path: '/api/v1/notices/preferences',
    who: 'person',
    own: true,
    summary: 'Changes some of them; `wanted` null: as the settings say.',
    body: z.strictObject({
      preferences: z
        .array(z.strictObject({ kind: resource.noticeKind, way: resource.noticeWay, wanted: z.boolean().nullable() }))
        .min(1)
        .max(50),
    }),
    result: z.object({ preferences: z.array(resource.preference) }),
  },
  'notices.outbox': {
    method: 'GET',
    path: '/api/v1/notices/outbox',
    who: 'auditor',
    summary: 'Messages that go out, with their state and last error, the newest first; never what they say.',
    query: z.strictObject({
      state: resource.messageState.optional(),
      /** Only what has met an error. */
      failing: yes.optional(),
      ...paging,
    }),
    result: z.object({
      messages: z.array(resource.outboxMessage),
      next: z.string().nullable(),
      /** Whether mail goes out at all. */
      mail: z.boolean(),
      /** `failing`: waits after an error. `unaddressed`: it has happened, and nobody knows yet whom it concerns. */
      counts: z.object({
        waiting: z.int(),
        failing: z.int(),
        sent: z.int(),
        'given-up': z.int(),
        dropped: z.int(),
        unaddressed: z.int(),
      }),
    }),
  },
  'notices.retry': {
    method: 'POST',
    path: '/api/v1/notices/outbox/:id/retry',
    who: 'school',
    summary: 'Sends a message once more that was given up, or that waits.',
    params: z.strictObject({ id: idText }),
    result: resource.outboxMessage,
  },
  'notices.test': {
    method: 'POST',
    path: '/api/v1/notices/test',
    who: 'operator',
    summary: 'Sends a mail to an address at once, and says what the mail server answered.',
    body: z.strictObject({ address: z.email().max(254), language: language.default('en') }),
    result: z.object({ response: z.string() }),
  },
} as const satisfies Record<string, Route>;
