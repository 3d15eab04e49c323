import { setTimeout as sleep } from 'node:timers/promises';
import { encodeBrackets, type FunctionName, functions, newerParameters, siteInfo, wireName } from '@jouvence/protocol';
import type { z } from 'zod';
import { readResult } from './answer.ts';
import type { CallOptions, SiteClient, SiteClientOptions } from './client.ts';
import { download } from './download.ts';
import { SiteError } from './errors.ts';
import { retryDelayMs, tries } from './limits.ts';
import { upload } from './upload.ts';
import { openWire } from './wire.ts';

/**
 * A client for one site and one token, with connections of its own.
 * @throws SiteError `invalid-parameter` for an address that must not be used.
 */
export function createSiteClient(options: SiteClientOptions): SiteClient {
  const { site, token } = options;
  const wire = openWire(options);
  wire.conceal(token);

  async function callOnce<S extends z.ZodType>(name: string, result: S, form: string, signal: AbortSignal) {
    const answer = await wire.send({
      method: 'POST',
      path: '/webservice/rest/server.php',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form,
      signal,
    });
    return readResult(wire, name, result, answer, signal);
  }

  async function invoke<S extends z.ZodType>(
    name: string,
    wsfunction: string,
    result: S,
    params: Record<string, unknown>,
    options: CallOptions & { retry: boolean },
  ): Promise<z.output<S>> {
    const form = new URLSearchParams([
      ['wstoken', token],
      ['wsfunction', wsfunction],
      ['moodlewsrestformat', 'json'],
      ...encodeBrackets(params),
    ]).toString();
    const timeoutMs = options.timeoutMs ?? wire.limits.callMs;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await callOnce(name, result, form, signal);
      } catch (error) {
        if (options.signal?.aborted) throw options.signal.reason;
        if (timeout.aborted)
          throw new SiteError('site-timeout', site, `${name} was not answered within ${timeoutMs} ms`, {
            function: name,
          });
        const lost = error instanceof SiteError && error.code === 'site-unreachable';
        if (!lost || !options.retry || attempt >= tries) throw error;
        // Ends early when the call does; the next try then says why.
        await sleep(retryDelayMs * (0.5 + Math.random()), undefined, { signal }).catch(() => {});
      }
    }
  }

  const askInfo = (options: CallOptions) =>
    invoke(
      'get_site_info',
      'core_webservice_get_site_info',
      siteInfo,
      {},
      { ...options, retry: options.retry ?? true },
    );

  /**
   * Moodle refuses a function that an older agent lacks as it refuses a token that is none, and a parameter that it
   * lacks as a wrong one: what the site says of itself tells them apart.
   */
  async function explain(name: FunctionName, params: object, error: unknown, options: CallOptions): Promise<unknown> {
    const errorcode = error instanceof SiteError ? error.errorcode : undefined;
    const given = Object.entries(newerParameters(name)).filter(
      ([key]) => (params as Record<string, unknown>)[key] !== undefined,
    );
    const isAsked =
      errorcode === 'invalidrecord' ||
      errorcode === 'accessexception' ||
      (errorcode === 'invalidparameter' && given.length > 0);
    if (!isAsked) return error;
    const info = await askInfo(options).catch(() => undefined);
    if (!info) return error;
    const there = info.functions.find((listed) => listed.name === wireName(name));
    const missing = there ? given.find(([, since]) => Number(there.version) < since)?.[0] : '';
    if (missing === undefined) return error;
    const what = missing === '' ? name : `${name} with ${missing}`;
    const todo = 'bring its plugin local_jouvence up to date, then run its cli/setup.php again';
    return new SiteError('unsupported', site, `this site does not offer ${what}: ${todo}`, {
      errorcode: errorcode ?? null,
      function: name,
      cause: error,
    });
  }

  return {
    site,
    call: async (name, params, options = {}) => {
      const { params: schema, result, reads } = functions[name];
      const checked = schema.safeParse(params);
      if (!checked.success) {
        const issue = checked.error.issues[0]!;
        throw new SiteError('invalid-parameter', site, `${name}: ${issue.path.join('.')}: ${issue.message}`, {
          function: name,
        });
      }
      const fields = longListsAsText(schema, params as Record<string, unknown>);
      try {
        return (await invoke(name, wireName(name), result, fields, {
          ...options,
          retry: options.retry ?? reads,
        })) as never;
      } catch (error) {
        throw await explain(name, params, error, options);
      }
    },
    siteInfo: (options = {}) => askInfo(options),
    download: (request) => download(wire, request),
    upload: (request) => upload(wire, request),
    close: () => wire.close(),
  };
}

/** A list that its schema also takes as JSON text may be long, and travels so: PHP cuts forms of over 1000 fields. */
function longListsAsText(schema: z.ZodObject, params: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => {
      if (!Array.isArray(value)) return [key, value];
      const text = JSON.stringify(value);
      return [key, schema.shape[key]?.safeParse(text).success ? text : value];
    }),
  );
}
