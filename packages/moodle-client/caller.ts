import { type FunctionName, functions, newerParameters, type SiteInfo, wireName } from '@jouvence/protocol';
import type { z } from 'zod';
import type { CallOptions, SiteClient } from './client.ts';
import { SiteError } from './errors.ts';

/** How a function reaches a site and its result comes back. */
export interface Way {
  site: string;
  invoke<S extends z.ZodType>(
    name: FunctionName,
    wsfunction: string,
    result: S,
    params: Record<string, unknown>,
    options: CallOptions & { retry: boolean },
  ): Promise<z.output<S>>;
  askInfo(options: CallOptions): Promise<SiteInfo>;
}

/** The calls of the protocol, checked before they go and explained when they are refused. */
export function callBy({ site, invoke, askInfo }: Way): SiteClient['call'] {
  return async (name, params, options = {}) => {
    const { params: schema, result, reads } = functions[name];
    const checked = schema.safeParse(params);
    if (!checked.success) {
      const issue = checked.error.issues[0]!;
      const values = { function: name, place: issue.path.join('.'), quoted: issue.message };
      throw new SiteError('invalid-parameter', site, { reason: 'parameter-refused', values }, { function: name });
    }
    const fields = longListsAsText(schema, params as Record<string, unknown>);
    try {
      return (await invoke(name, wireName(name), result, fields, {
        ...options,
        retry: options.retry ?? reads,
      })) as never;
    } catch (error) {
      throw await explain({ site, askInfo }, name, params, error, options);
    }
  };
}

/**
 * Moodle refuses a function that an older agent lacks as it refuses a token that is none, and a parameter that it
 * lacks as a wrong one: what the site says of itself tells them apart.
 */
async function explain(
  { site, askInfo }: Pick<Way, 'site' | 'askInfo'>,
  name: FunctionName,
  params: object,
  error: unknown,
  options: CallOptions,
): Promise<unknown> {
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
  return new SiteError(
    'unsupported',
    site,
    { reason: 'agent-old', values: { function: what } },
    {
      errorcode: errorcode ?? null,
      function: name,
      cause: error,
    },
  );
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
