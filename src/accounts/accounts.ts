import type { Clock } from '../clock.ts';
import { type Migration, readMigrations, type Store } from '../store/index.ts';
import { createPersonSessions, type PersonSessions } from './person-sessions.ts';
import { type ApiTokens, createApiTokens } from './tokens.ts';

/** Who may do what: operators, by token; people who entered from a site, by session. */
export interface Accounts {
  readonly tokens: ApiTokens;
  readonly sessions: PersonSessions;
}

export function createAccounts(options: { store: Store; clock: Clock }): Accounts {
  return { tokens: createApiTokens(options), sessions: createPersonSessions(options) };
}

export const migrations: readonly Migration[] = readMigrations(new URL('./migrations/', import.meta.url));
