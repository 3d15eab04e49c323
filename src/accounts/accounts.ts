import type { Clock } from '../clock.ts';
import { type Migration, readMigrations, type Store } from '../store/index.ts';
import { createOperatorSessions, type OperatorSessions } from './operator-sessions.ts';
import { createOperators, type Operators } from './operators.ts';
import { Hasher } from './passwords.ts';
import { createPersonSessions, type PersonSessions } from './person-sessions.ts';
import { createSignIn, type SignIn } from './sign-in.ts';
import { type ApiTokens, createApiTokens } from './tokens.ts';

/** Who may do what: operators, by session or token; people who entered from a site, by session. */
export interface Accounts {
  readonly operators: Operators;
  readonly signIn: SignIn;
  readonly operatorSessions: OperatorSessions;
  readonly tokens: ApiTokens;
  /** Of people. */
  readonly sessions: PersonSessions;
}

export function createAccounts({ store, clock }: { store: Store; clock: Clock }): Accounts {
  const hasher = new Hasher();
  const operatorSessions = createOperatorSessions({ store, clock });
  return {
    operators: createOperators({ store, clock, hasher }),
    signIn: createSignIn({ store, clock, hasher, sessions: operatorSessions }),
    operatorSessions,
    tokens: createApiTokens({ store, clock }),
    sessions: createPersonSessions({ store, clock }),
  };
}

export const migrations: readonly Migration[] = readMigrations(new URL('./migrations/', import.meta.url));
