import type { Clock } from '../clock.ts';
import { type Migration, readMigrations, type Store } from '../store/index.ts';
import { type ApiTokens, createApiTokens } from './tokens.ts';

/** Who may do what; for now: operators, by token. */
export interface Accounts {
  readonly tokens: ApiTokens;
}

export function createAccounts(options: { store: Store; clock: Clock }): Accounts {
  return { tokens: createApiTokens(options) };
}

export const migrations: readonly Migration[] = readMigrations(new URL('./migrations/', import.meta.url));
