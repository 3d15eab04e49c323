import { setTimeout as sleep } from 'node:timers/promises';
import { encodeBrackets, type SiteInfo, siteInfo } from '@jouvence/protocol';
import type { z } from 'zod';
import { readResult } from './answer.ts';
import type { CallOptions } from './client.ts';
import { SiteError } from './errors.ts';
import { retryDelayMs, tries } from './limits.ts';
import type { Wire } from './wire.ts';

export interface RestOptions extends CallOptions {
  retry: boolean;
  /** For a call that answers nothing before long work is done; it then has no time-out as a whole. */
  headersMs?: number;
}

/** Moodle's web services over REST, by one token: in the body, never in the address. */
export interface Rest {
  /** `name` is for messages. @throws SiteError; an aborted signal throws its reason */
  invoke<S extends z.ZodType>(
    name: string,
    wsfunction: string,
    result: S,
    params: Record<string, unknown>,
    options: RestOptions,
  ): Promise<z.output<S>>;
  siteInfo(options: CallOptions): Promise<SiteInfo>;
}

export function openRest(wire: Wire, token: string): Rest {
  const { site } = wire;

  const invoke: Rest['invoke'] = async (name, wsfunction, result, params, options) => {
    const form = new URLSearchParams([
      ['wstoken', token],
      ['wsfunction', wsfunction],
      ['moodlewsrestformat', 'json'],
      ...encodeBrackets(params),
    ]).toString();
    const { headersMs } = options;
    const timeoutMs = options.timeoutMs ?? wire.limits.callMs;
    const timeout = headersMs === undefined ? AbortSignal.timeout(timeoutMs) : new AbortController().signal;
    const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await wire.send({
          method: 'POST',
          path: '/webservice/rest/server.php',
          headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
          body: form,
          signal,
          headersMs,
        });
        return await readResult(wire, name, result, answer, signal);
      } catch (error) {
        if (options.signal?.aborted) throw options.signal.reason;
        if (timeout.aborted) {
          const late = { reason: 'call-late', values: { function: name, ms: timeoutMs } } as const;
          throw new SiteError('site-timeout', site, late, { function: name });
        }
        const lost = error instanceof SiteError && error.code === 'site-unreachable';
        if (!lost || !options.retry || attempt >= tries) throw error;
        // Ends early when the call does; the next try then says why.
        await sleep(retryDelayMs * (0.5 + Math.random()), undefined, { signal }).catch(() => {});
      }
    }
  };

  return {
    invoke,
    siteInfo: (options) =>
      invoke(
        'get_site_info',
        'core_webservice_get_site_info',
        siteInfo,
        {},
        { ...options, retry: options.retry ?? true },
      ),
  };
}
