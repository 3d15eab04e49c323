import type { IncomingMessage } from 'node:http';
import { EngineError } from '../errors.ts';

/** Forms and the door's JSON: a list of 20,000 people is under 4 MB. */
export const maxBodyBytes = 10 * 1024 * 1024;

/** The request's body is larger than it may be. */
export class BodyTooLarge extends EngineError {
  constructor(maxBytes: number) {
    super('quota', `the body is larger than ${maxBytes} bytes`);
  }
}

/**
 * The whole body as text.
 * @throws BodyTooLarge; EngineError `invalid-parameter` for what is not UTF-8
 */
export async function readText(req: IncomingMessage, maxBytes = maxBodyBytes): Promise<string> {
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw new BodyTooLarge(maxBytes);
  const parts: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop must not close the connection that the refusal goes back on.
  for await (const part of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBytes) throw new BodyTooLarge(maxBytes);
    parts.push(part);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw new EngineError('invalid-parameter', 'the body is not UTF-8');
  }
}

/**
 * Reads on, to nowhere, after a refusal: closing a connection with bytes unread resets it, and the caller would see
 * that instead of why. Whoever sends far too much is cut off all the same.
 */
export function discardRest(req: IncomingMessage): void {
  if (req.complete || req.destroyed) return;
  let left = 8 * maxBodyBytes;
  req.on('error', () => {});
  req.on('data', (part: Buffer) => {
    left -= part.length;
    if (left < 0) req.destroy();
  });
  req.resume();
}

/**
 * Five times what PHP takes by default; long lists travel as one text. A body without this limit may hold a million
 * fields, and whoever sends it needs no token.
 */
const maxFields = 5000;

/**
 * `application/x-www-form-urlencoded`, strictly: the platform's own reader puts U+FFFD for bytes that are no UTF-8, and
 * a name changed unseen is another name.
 * @throws EngineError `invalid-parameter`
 */
export function parseForm(text: string): [string, string][] {
  if (text === '') return [];
  const fields = text.split('&', maxFields + 1);
  if (fields.length > maxFields)
    throw new EngineError('invalid-parameter', `the form has more than ${maxFields} fields`);
  return fields
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    });
}

/**
 * `multipart/form-data` with plain fields: what Moodle's own curl sends for a list of parameters, and PHP takes like any
 * form. @throws EngineError `invalid-parameter` for files, and for what is no such body
 */
export function parseMultipart(text: string, contentType: string): [string, string][] {
  const boundary = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType);
  const wrong = () => new EngineError('invalid-parameter', 'the body is not the form that it says it is');
  if (!boundary) throw wrong();
  const parts = `\r\n${text}`.split(`\r\n--${boundary[1] ?? boundary[2]}`, maxFields + 2);
  if (parts.length > maxFields + 1)
    throw new EngineError('invalid-parameter', `the form has more than ${maxFields} fields`);
  if (parts.length < 2 || !parts.at(-1)!.startsWith('--')) throw wrong();
  return parts.slice(1, -1).map((part) => {
    const end = part.indexOf('\r\n\r\n');
    const name = /^content-disposition: form-data; name="([^"\r\n]*)"\s*$/im.exec(part.slice(0, Math.max(end, 0)))?.[1];
    if (end < 0 || name === undefined) throw wrong();
    const value = part.slice(end + 4);
    if (value.includes('\0')) throw new EngineError('invalid-parameter', 'the form holds a NUL');
    return [name, value];
  });
}

function decode(text: string): string {
  let value: string;
  try {
    value = decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new EngineError('invalid-parameter', 'the form is not URL-encoded UTF-8');
  }
  if (value.includes('\0')) throw new EngineError('invalid-parameter', 'the form holds a NUL');
  return value;
}
