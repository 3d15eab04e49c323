import type { FunctionName, Profile, ReadParams, Result } from '@jouvence/protocol';
import type { Database } from '../database.ts';
import type { Site } from '../sites.ts';
import type { Token } from '../tokens.ts';

/** One call of a protocol function, after token, profile and parameters were checked. */
export interface Call {
  site: Site;
  database: Database;
  profile: Profile;
  /** The service account that the token acts as: the one whose capabilities count. */
  callerId: number;
  token: Token;
  /** From where the call came. */
  address: string;
  /** Strasbourg's block: it restores comments whatever the backup says of them, and so needs their documents, empty. */
  wantsComments?: boolean;
}

export type Implementation<F extends FunctionName> = (call: Call, params: ReadParams<F>) => Promise<Result<F>>;
export type Implementations<F extends FunctionName> = { [K in F]: Implementation<K> };
