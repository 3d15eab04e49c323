import {
  agentException,
  type ProtocolErrorCode,
  protocolErrors,
  tokenErrorCodes,
  type WireError,
} from '@jouvence/protocol';
import type { z } from 'zod';
import { SiteError, type SiteErrorCode, type SiteSaid } from './errors.ts';
import type { Answer, Wire, Words } from './wire.ts';

/** The result of a function, or the SiteError that the answer amounts to. */
export async function readResult<S extends z.ZodType>(
  wire: Wire,
  name: string,
  schema: S,
  answer: Answer,
  signal?: AbortSignal,
): Promise<z.output<S>> {
  const text = await readText(wire, name, answer, signal);
  const value = parseJson(text);
  const refusal = asWireError(value);
  if (refusal) throw refused(wire, name, refusal);
  if (answer.status !== 200) throw statusError(wire, name, answer, text);
  if (value === undefined) throw badAnswer(wire, name, notJson(wire, name, text));
  return readValue(wire, name, schema, value);
}

/** The same of what has been read already, and is no refusal. */
export function readValue<S extends z.ZodType>(words: Words, name: string, schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const quoted = words.quote(issue.message);
  const place = issue.path.join('.');
  throw badAnswer(
    words,
    name,
    place === ''
      ? { reason: 'answer-unlike', values: { function: name, quoted } }
      : { reason: 'answer-unlike-at', values: { function: name, place, quoted } },
  );
}

/** What a refusal amounts to, in whatever way it came. */
export function readError(words: Words, name: string, value: unknown): SiteError {
  const refusal = asWireError(value);
  return refusal
    ? refused(words, name, refusal)
    : badAnswer(words, name, { reason: 'answer-error', values: { function: name } });
}

/** Why an archive address did not do what it was asked. Reads the answer to its end. */
export async function readRefusal(wire: Wire, name: string, answer: Answer, signal?: AbortSignal): Promise<SiteError> {
  return refusalOf(wire, name, answer.status, await readText(wire, name, answer, signal));
}

/** The same of an answer that has been read. */
export function refusalOf(wire: Wire, name: string, status: number, text: string): SiteError {
  const refusal = asWireError(parseJson(text));
  return refusal ? refused(wire, name, refusal) : statusError(wire, name, { status }, text);
}

export async function readText(
  wire: Wire,
  name: string,
  answer: { body: AsyncIterable<Uint8Array> },
  signal?: AbortSignal,
): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    // Leaving the loop early destroys the body, and with it the connection: the rest is not waited for.
    for await (const part of answer.body) {
      length += part.length;
      if (length > wire.limits.answerBytes)
        throw badAnswer(wire, name, {
          reason: 'answer-too-long',
          values: { function: name, bytes: wire.limits.answerBytes },
        });
      parts.push(part);
    }
  } catch (error) {
    throw wire.translate(error, signal);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw badAnswer(wire, name, { reason: 'answer-not-utf8', values: { function: name } });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Moodle's errors over REST name an `exception`; those of its other scripts only an `error` and an `errorcode`. */
function asWireError(value: unknown): WireError | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { exception, error, errorcode, message } = value as Record<string, unknown>;
  const code = typeof errorcode === 'string' ? errorcode : null;
  if (typeof exception === 'string')
    return { exception, errorcode: code, message: typeof message === 'string' ? message : '' };
  if (typeof error === 'string' && 'errorcode' in value) return { exception: '', errorcode: code, message: error };
  return undefined;
}

function refused(wire: Words, name: string, { exception, errorcode, message }: WireError): SiteError {
  const quoted = wire.quote(message) || wire.quote(exception);
  const why: SiteSaid = quoted
    ? { reason: 'refused', values: { function: name, quoted } }
    : { reason: 'refused-silently', values: { function: name } };
  return new SiteError(codeOf(exception, errorcode), wire.site, why, {
    errorcode: errorcode === null ? null : wire.quote(errorcode),
    exception: wire.quote(exception),
    function: name,
  });
}

function codeOf(exception: string, errorcode: string | null): SiteErrorCode {
  if (errorcode === null) return 'site-error';
  if (exception === agentException && Object.hasOwn(protocolErrors, errorcode)) return errorcode as ProtocolErrorCode;
  if ((tokenErrorCodes as readonly string[]).includes(errorcode)) return 'token-expired';
  // It ends by itself, and work that waits for it should not fail for good.
  if (errorcode === 'sitemaintenance') return 'busy';
  return 'site-error';
}

/** Proxies and web servers speak before Moodle does: of their words only "later" is taken, a 404 of theirs is no lost course. */
function statusError(wire: Wire, name: string, { status }: Pick<Answer, 'status'>, text: string): SiteError {
  const code = status === 429 || status === 503 ? 'busy' : 'site-bad-answer';
  const { is, quoted } = describeText(wire, text);
  const about = { function: name, status };
  const why: SiteSaid =
    quoted === undefined
      ? { reason: `status-${is}`, values: about }
      : { reason: `status-${is}`, values: { ...about, quoted } };
  return new SiteError(code, wire.site, why, { function: name });
}

export const badAnswer = (wire: Words, name: string, why: SiteSaid): SiteError =>
  new SiteError('site-bad-answer', wire.site, why, { function: name });

function notJson(wire: Wire, name: string, text: string): SiteSaid {
  const { is, quoted } = describeText(wire, text);
  return quoted === undefined
    ? { reason: `answer-${is}`, values: { function: name } }
    : { reason: `answer-${is}`, values: { function: name, quoted } };
}

type Described = { is: 'nothing' | 'untitled'; quoted?: undefined } | { is: 'page' | 'text'; quoted: string };

/** What an administrator needs to recognise the page that answered instead. */
function describeText(wire: Wire, text: string): Described {
  if (text.trim() === '') return { is: 'nothing' };
  const title = /<title[^>]*>([^<]{1,200})/i.exec(text)?.[1];
  if (title) return { is: 'page', quoted: wire.quote(title) };
  if (/<(!doctype|html|body)/i.test(text)) return { is: 'untitled' };
  return { is: 'text', quoted: wire.quote(text).slice(0, 80) };
}
