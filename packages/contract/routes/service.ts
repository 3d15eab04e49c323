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
    summary: 'Courses can be carried now: database, its schema, worker, engine, key; 503 when not.',
    result: resource.readiness,
  },
  status: {
    method: 'GET',
    path: '/api/v1/status',
    who: 'auditor',
    summary: 'The same with reasons, and the sites that do not answer.',
    result: resource.status,
  },
} as const satisfies Record<string, Route>;
