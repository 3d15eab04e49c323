import { z } from 'zod';
import * as resource from '../resources.ts';
import type { Route } from './route.ts';

/** Ways in for people. */
export const entrancesRoutes = {
  'entrances.list': {
    method: 'GET',
    path: '/api/v1/entrances',
    who: 'anyone',
    summary: 'The sites from which people come in, as far as they are listed (setting `entrance.listed`).',
    result: z.object({ entrances: z.array(resource.entrance) }),
  },
} as const satisfies Record<string, Route>;
