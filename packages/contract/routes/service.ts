import * as resource from '../resources.ts';
import type { Route } from './route.ts';

/** Whether it works. */
export const serviceRoutes = {
  health: {
    method: 'GET',
    path: '/health',
    who: 'anyone',
    summary: 'The API answers.',
    result: resource.health,
  },
  ready: {
    method: 'GET',
    path: '/ready',
    who: 'anyone',
    summary: 'Courses can be carried now: database, worker and engine; 503 when not.',
    result: resource.readiness,
  },
} as const satisfies Record<string, Route>;
