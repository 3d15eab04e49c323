import { SaxesParser } from 'saxes';
import { MbzError } from './errors.ts';
import { type Limits, limitError, resolveLimits } from './limits.ts';

/** What a document says, in its order. A text may come in several chunks. */
export interface XmlHandler {
  open(name: string, attributes: Record<string, string>): void;
  text(chunk: string): void;
  close(name: string): void;
}

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
  const { entry } = options;
  const limits = resolveLimits(options.limits);
  const parser = new SaxesParser({ position: false });
  const decode = createUtf8Decoder(entry);
  let depth = 0;
  // Characters fed since the last event: saxes gathers one token whole, and this bounds what it gathers.
  let pending = 0;

  parser.on('opentag', (tag) => {
    pending = 0;
    if (++depth > limits.xmlDepth)
      throw limitError('xml-too-deep', 'xmlDepth', limits, `${entry}: elements too deep`, entry);
    handler.open(tag.name, tag.attributes as Record<string, string>);
  });
  const text = (chunk: string) => {
    pending = 0;
    if (chunk.length > limits.xmlTextBytes) throw tooLong();
    if (depth > 0) handler.text(chunk);
  };
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('closetag', (tag) => {
    pending = 0;
    depth--;
    handler.close(tag.name);
  });
  parser.on('comment', () => {
    pending = 0;
  });
  parser.on('xmldecl', (declaration) => {
    const encoding = declaration.encoding ?? 'UTF-8';
    if (encoding.toUpperCase() !== 'UTF-8')
      throw new MbzError('xml-not-utf8', `${entry}: declares the encoding ${encoding}; Moodle writes UTF-8 only`, {
        entry,
      });
  });
  parser.on('doctype', () => {
    throw new MbzError('xml-doctype', `${entry}: has a document type declaration; Moodle writes none`, { entry });
  });
  parser.on('processinginstruction', (instruction) => {
    const target = instruction.target.slice(0, 40);
    throw new MbzError('xml-doctype', `${entry}: has the processing instruction ${target}; Moodle writes none`, {
      entry,
    });
  });
  parser.on('error', (error) => {
    if (error.message.includes('undefined entity'))
      throw new MbzError('xml-doctype', `${entry}: uses an entity that XML does not define`, { entry, cause: error });
    throw new MbzError('xml-malformed', `${entry}: not well formed: ${error.message}`, { entry, cause: error });
  });
  const tooLong = () =>
    limitError('xml-too-long', 'xmlTextBytes', limits, `${entry}: one text, tag or comment too long`, entry);

  return {
    write(chunk) {
      for (let start = 0; start < chunk.length; start += pieceBytes) {
        const piece = decode(chunk.subarray(start, start + pieceBytes));
        if (piece === '') continue;
        pending += piece.length;
        parser.write(piece);
        if (pending > limits.xmlTextBytes) throw tooLong();
      }
    },
    end() {
      decode(undefined);
      parser.close();
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

/**
 * Calls back for each element at one of the paths (such as `/files/file`) with its children's texts: `$@NULL@$` comes as null, and
 * what lies deeper than the children is passed over. A path within another path is not seen. The whole of a large
 * document goes by without being held.
 */
export function createRecordHandler(records: Record<string, (record: XmlRecord) => void>): XmlHandler {
  const path: string[] = [];
  let record: XmlRecord | undefined;
  let recordDepth = 0;
  let text = '';
  return {
    open(name, attributes) {
      path.push(name);
      text = '';
      if (record !== undefined) return;
      if (records[`/${path.join('/')}`] === undefined) return;
      record = Object.create(null) as XmlRecord;
      recordDepth = path.length;
      for (const key in attributes) record[`@${key}`] = attributes[key] as string;
    },
    text(chunk) {
      if (record !== undefined && path.length === recordDepth + 1) text += chunk;
    },
    close(name) {
      if (record !== undefined) {
        if (path.length === recordDepth + 1) {
          record[name] = text === moodleNull ? null : text;
        } else if (path.length === recordDepth) {
          const done = record;
          record = undefined;
          records[`/${path.join('/')}`]?.(done);
        }
      }
      text = '';
      path.pop();
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
