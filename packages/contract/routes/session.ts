import { z } from 'zod';
import * as resource from '../resources.ts';
import { idText, shortText } from '../values.ts';
import type { Route } from './route.ts';

/** As somebody types it: what is wrong with it is said in words. */
const password = z.string().min(1, 'must not be empty').max(1024, 'must be at most 1024 characters');

/** Who is here. A browser is known by a cookie that only the server reads. */
export const sessionRoutes = {
  'session.signIn': {
    method: 'POST',
    path: '/api/v1/session',
    who: 'anyone',
    summary: 'Signs an operator in by password, from a page of Jouvence; programs use a token instead.',
    body: z.strictObject({ username: shortText, password }),
    result: resource.session,
  },
  'session.show': {
    method: 'GET',
    path: '/api/v1/session',
    who: 'person',
    summary: 'Who one is: a person of a site or an operator, with role, sites and language.',
    result: resource.session,
  },
  'session.end': {
    method: 'DELETE',
    path: '/api/v1/session',
    who: 'person',
    own: true,
    summary: 'Signs out: the session of this browser opens nothing any more.',
    result: z.object({ ended: z.literal(true) }),
  },
  'session.password': {
    method: 'PUT',
    path: '/api/v1/session/password',
    who: 'auditor',
    own: true,
    summary: 'Another password for oneself; every other session ends.',
    body: z.strictObject({ current: password, password }),
    result: z.object({ changed: z.literal(true) }),
  },
  'sessions.list': {
    method: 'GET',
    path: '/api/v1/sessions',
    who: 'auditor',
    summary: 'The browsers in which one is signed in.',
    result: z.object({ sessions: z.array(resource.operatorSession) }),
  },
  'sessions.end': {
    method: 'DELETE',
    path: '/api/v1/sessions/:id',
    who: 'auditor',
    own: true,
    summary: 'Signs one out in one of these browsers.',
    params: z.strictObject({ id: idText }),
    result: z.object({ ended: z.literal(true) }),
  },
} as const satisfies Record<string, Route>;
