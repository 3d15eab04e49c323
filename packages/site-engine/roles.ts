import type { Context, ContextLevel } from './contexts.ts';
import type { Tx } from './database.ts';

export interface Role {
  id: number;
  shortname: string;
  archetype: string;
}
