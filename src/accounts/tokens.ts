import type { Actor } from './actor.ts';

/** A named token with which an operator's program speaks to the API. The token itself is shown once and kept nowhere. */
export interface ApiToken {
  id: number;
  name: string;
  createdAt: Date;
  createdBy: string;
  expiresAt: Date;
  /** To the minute. */
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

export interface NewApiToken {
  name: string;
  /** Until it expires: 1 to 366. */
  days: number;
}

export interface ApiTokens {
  /** @throws AppError `conflict` when a token of that name still opens the API. */
  create(actor: Actor, input: NewApiToken): Promise<ApiToken & { token: string }>;
  /** Newest first, expired and revoked ones too. */
  list(): Promise<ApiToken[]>;
  /** Revoking twice is no error. @throws AppError `not-found` */
  revoke(actor: Actor, idOrName: number | string): Promise<ApiToken>;
  /** The operator behind `jvt_…`, or null when nobody is. */
  authenticate(bearer: string): Promise<Actor | null>;
}

export interface Accounts {
  readonly tokens: ApiTokens;
}
