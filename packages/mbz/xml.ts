import { MbzError } from './errors.ts';
import { type Limits, resolveLimits } from './limits.ts';
import { type XmlHandler, XmlTokens } from './xml-tokens.ts';

export type { XmlHandler } from './xml-tokens.ts';

export interface XmlOptions {
  /** The document's name in the archive, for messages. */
  entry: string;
  limits?: Partial<Limits>;
}

/** A document is pushed in as it is read; `end` throws when it is not whole. */
export interface XmlReader {
  write(chunk: Uint8Array): void;
  end(): void;
}

/** How Moodle writes a null. */
export const moodleNull = '$@NULL@$';

/** Large chunks are cut, so that a limit is noticed before much more than it is held. */
const pieceBytes = 64 * 1024;

/**
 * Reads one document strictly: UTF-8 only, no doctype, no entities beyond XML's five, no processing instructions, and
 * within the limits for depth and for the length of one token.
 */
export function createXmlReader(handler: XmlHandler, options: XmlOptions): XmlReader {
  const decode = createUtf8Decoder(options.entry);
  const tokens = new XmlTokens(handler, options.entry, resolveLimits(options.limits));
  return {
    write(chunk) {
      for (let start = 0; start < chunk.length; start += pieceBytes) {
        const piece = decode(chunk.subarray(start, start + pieceBytes));
        if (piece !== '') tokens.write(piece);
      }
    },
    end() {
      decode(undefined);
      tokens.end();
    },
  };
}

/** Reads a whole document; the source is pulled, so a slow handler slows the reading. */
export async function readXml(
  source: AsyncIterable<Uint8Array> | Uint8Array,
  handler: XmlHandler,
  options: XmlOptions,
): Promise<void> {
  const reader = createXmlReader(handler, options);
  if (source instanceof Uint8Array) reader.write(source);
  else for await (const chunk of source) reader.write(chunk);
  reader.end();
}

/** One element as a flat record: its attributes (as `@name`) and its children that hold text only. */
export type XmlRecord = Record<string, string | null>;

/** A node of the watched paths. */
interface Watched {
  children: Map<string, Watched>;
  done: ((record: XmlRecord) => void) | undefined;
}

/** Without a prototype, so that an element may have any name, and yet with the speed of an ordinary object. */
class Fields {}
Object.setPrototypeOf(Fields.prototype, null);
Reflect.deleteProperty(Fields.prototype, 'constructor');

/**
 * Calls back for each element at one of the paths (such as `/files/file`) with its children's texts: `$@NULL@$` comes as null, and
 * what lies deeper than the children is passed over. A path within another path is not seen. The whole of a large
 * document goes by without being held. Where rows come by the hundred thousand, name the `wanted` children.
 */
export function createRecordHandler(
  records: Record<string, (record: XmlRecord) => void>,
  wanted?: ReadonlySet<string>,
): XmlHandler {
  const root: Watched = { children: new Map(), done: undefined };
  for (const [path, done] of Object.entries(records)) {
    let node = root;
    for (const name of path.slice(1).split('/')) {
      const child = node.children.get(name) ?? { children: new Map(), done: undefined };
      node.children.set(name, child);
      node = child;
    }
    node.done = done;
  }
  const nodes: (Watched | undefined)[] = [root];
  let record: XmlRecord | undefined;
  /** Within the record: 0 in itself, 1 in a child, more below. */
  let below = 0;
  let isKept = false;
  let text = '';
  return {
    open(name, attributes) {
      if (record !== undefined) {
        isKept = ++below === 1 && (wanted === undefined || wanted.has(name));
        text = '';
        return;
      }
      const node = nodes[nodes.length - 1]?.children.get(name);
      nodes.push(node);
      if (node?.done === undefined) return;
      record = new Fields() as XmlRecord;
      for (const key in attributes) record[`@${key}`] = attributes[key] as string;
    },
    text(chunk) {
      if (isKept) text += chunk;
    },
    close(name) {
      if (record === undefined) {
        nodes.pop();
        return;
      }
      if (below === 1 && (wanted === undefined || wanted.has(name))) record[name] = text === moodleNull ? null : text;
      isKept = false;
      text = '';
      if (below-- > 0) return;
      below = 0;
      const done = record;
      record = undefined;
      nodes.pop()?.done?.(done);
    },
  };
}

/** Bytes to text, refusing what is not UTF-8, also where a chunk cuts a character; several times faster than TextDecoder. */
function createUtf8Decoder(entry: string): (chunk: Uint8Array | undefined) => string {
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return (chunk) => {
    if (chunk === undefined) {
      if (rest.length > 0) throw notUtf8(entry);
      return '';
    }
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = wholeCharacters(bytes);
    rest = Buffer.from(bytes.subarray(whole));
    let piece: string;
    try {
      piece = decoder.decode(bytes.subarray(0, whole));
    } catch (error) {
      throw notUtf8(entry, error);
    }
    if (first && piece !== '') {
      first = false;
      if (piece.charCodeAt(0) === 0xfeff) return piece.slice(1);
    }
    return piece;
  };
}

/** How many of the bytes make whole characters: at most three at the end belong to a character that goes on. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

function notUtf8(entry: string, cause?: unknown): MbzError {
  return new MbzError('xml-not-utf8', `${entry}: holds bytes that are not UTF-8`, { entry, cause });
}
