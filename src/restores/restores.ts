import type { Actor } from '../accounts/index.ts';
import type { Clock } from '../clock.ts';
import type { JobKind, Jobs } from '../jobs/index.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/index.ts';
import type { RequestFilter, RequestId, RequestPage, RestoreRequest, SendOptions } from './types.ts';

export interface RestoresOptions {
  store: Store;
  jobs: Jobs;
  log: Log;
  clock: Clock;
  /** Where archives on their way are kept; a folder per request is made in it. */
  spoolDir: string;
  spoolLimitBytes: number;
}

export interface Restores {
  /**
   * Asks for courses. The rules are decided here, and again when each is carried.
   * @throws AppError `not-found` (site, pair, person, course), `not-allowed` (the person holds no role there, or may not
   *   create courses here), `conflict` (the key was used for something else, or the pair is paused), or a site's error.
   */
  send(actor: Actor, options: SendOptions): Promise<RestoreRequest[]>;
  list(filter?: RequestFilter, page?: { limit?: number; after?: string }): Promise<RequestPage>;
  /** @throws AppError `not-found` */
  get(id: string): Promise<RestoreRequest>;
  /** Asks it to stop; it is `cancelling` until nothing of it is left. @throws AppError `conflict` when it has ended. */
  cancel(actor: Actor, id: string): Promise<RestoreRequest>;
  /** Carries a failed or cancelled request again. @throws AppError `conflict` unless it has ended that way. */
  retry(actor: Actor, id: string): Promise<RestoreRequest>;
  /** Each changed request whole, as it is now, until the signal says stop. Changes that come together may come as one. */
  watch(filter: { ids?: RequestId[] }, signal: AbortSignal): AsyncIterable<RestoreRequest>;
  /** For `createWorker`. */
  jobKind: JobKind;
}

export declare function createRestores(options: RestoresOptions): Restores;
