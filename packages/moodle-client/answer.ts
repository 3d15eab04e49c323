import {
  agentException,
  type ProtocolErrorCode,
  protocolErrors,
  tokenErrorCodes,
  type WireError,
} from '@jouvence/protocol';
import type { z } from 'zod';
import { SiteError, type SiteErrorCode } from './errors.ts';
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
  if (value === undefined) throw badAnswer(wire, name, `is ${describeText(wire, text)}, not JSON`);
  return readValue(wire, name, schema, value);
}

/** The same of what has been read already, and is no refusal. */
export function readValue<S extends z.ZodType>(words: Words, name: string, schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const place = issue.path.length > 0 ? ` at ${issue.path.join('.')}` : '';
  throw badAnswer(words, name, `is not what was agreed${place}: ${words.quote(issue.message)}`);
}

/** What a refusal amounts to, in whatever way it came. */
export function readError(words: Words, name: string, value: unknown): SiteError {
  const refusal = asWireError(value);
  return refusal ? refused(words, name, refusal) : badAnswer(words, name, 'is an error that says nothing');
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
        throw badAnswer(wire, name, `is longer than the ${wire.limits.answerBytes} bytes that we take`);
      parts.push(part);
    }
  } catch (error) {
    throw wire.translate(error, signal);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw badAnswer(wire, name, 'is not UTF-8');
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
  const said = wire.quote(message) || wire.quote(exception) || 'no reason given';
  return new SiteError(codeOf(exception, errorcode), wire.site, `${name} was refused: ${said}`, {
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
  return new SiteError(code, wire.site, `${name} was answered with status ${status} and ${describeText(wire, text)}`, {
    function: name,
  });
}

export const badAnswer = (wire: Words, name: string, what: string): SiteError =>
  new SiteError('site-bad-answer', wire.site, `the answer to ${name} ${what}`, { function: name });

/** What an administrator needs to recognise the page that answered instead. */
function describeText(wire: Wire, text: string): string {
  if (text.trim() === '') return 'nothing';
  const title = /<title[^>]*>([^<]{1,200})/i.exec(text)?.[1];
  if (title) return `a page called "${wire.quote(title)}"`;
  if (/<(!doctype|html|body)/i.test(text)) return 'a page without a title';
  return `the text "${wire.quote(text).slice(0, 80)}"`;
}
