import type { Limits } from '../limits.ts';
import { createXmlReader } from '../xml.ts';

/**
 * Copies a document through, leaving elements out and replacing the text of leaves, and otherwise giving the very bytes
 * that Moodle's own `xml_writer` would: two spaces of indentation, `&amp; &lt; &gt;` in text, `"` escaped in attributes.
 *
 * An element that goes takes the white space before it along, so an emptied list looks as Moodle writes an empty one.
 */
export type Action =
  | 'keep'
  | 'drop'
  /** A leaf whose text is replaced; `siblings` are the leaves before it, where its parent is `whole`. */
  | { readonly field: (text: string, siblings: ReadonlyMap<string, string>) => string }
  /** A row, held back until it ends and kept or not by its leaves and how many children were kept. */
  | { readonly whole: (leaves: ReadonlyMap<string, string>, keptChildren: number) => boolean }
  /** An element that may be a leaf: `leaf` decides by its text, `container` is told once it shows to be none; then it goes. */
  | { readonly leaf: (text: string) => boolean; readonly container: () => void };

export interface Decision {
  readonly action: Action;
  /** Decides on the elements inside; without it they are all kept. */
  readonly inside?: Rule;
  /** Attributes to be left out. */
  readonly withoutAttributes?: readonly string[];
  /** Asked at the end of the element, where it is kept: leaves to be written as its last ones. */
  readonly added?: () => Iterable<readonly [name: string, text: string]>;
}

export type Rule = (name: string, attributes: Readonly<Record<string, string>>) => Decision;

const KEEP: Decision = { action: 'keep' };
const keepAll: Rule = () => KEEP;
const NO_LEAVES: ReadonlyMap<string, string> = new Map();

interface Frame {
  readonly name: string;
  readonly rule: Rule;
  readonly field: ((text: string, siblings: ReadonlyMap<string, string>) => string) | undefined;
  readonly whole: ((leaves: ReadonlyMap<string, string>, keptChildren: number) => boolean) | undefined;
  readonly leaf: ((text: string) => boolean) | undefined;
  readonly container: (() => void) | undefined;
  readonly added: Decision['added'];
  /** Text of a leaf whose fate or value depends on it. */
  text: string;
  /** Texts of the leaves of a `whole` row. */
  readonly leaves: Map<string, string> | undefined;
  keptChildren: number;
  hasChildren: boolean;
  /** Output of this element while its fate is open. */
  held: string | undefined;
}

/** All of one form, whatever is decided: they are made for every element of every document. */
function makeFrame(name: string, { action, inside, added }: Decision): Frame {
  const special = action === 'keep' || action === 'drop' ? undefined : action;
  const whole = special !== undefined && 'whole' in special ? special.whole : undefined;
  const isLeaf = special !== undefined && 'leaf' in special;
  return {
    name,
    rule: inside ?? keepAll,
    field: special !== undefined && 'field' in special ? special.field : undefined,
    whole,
    leaf: isLeaf ? special.leaf : undefined,
    container: isLeaf ? special.container : undefined,
    added,
    text: '',
    leaves: whole === undefined ? undefined : new Map(),
    keptChildren: 0,
    hasChildren: false,
    held: special === undefined ? undefined : '',
  };
}

export function escapeText(text: string): string {
  return /[&<>]/.test(text) ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') : text;
}

function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;');
}

class XmlFilter {
  readonly #frames: Frame[] = [];
  readonly #root: Rule;
  #out = '<?xml version="1.0" encoding="UTF-8"?>\n';
  /** White space not yet known to belong before a kept element or an end tag. */
  #space = '';
  /** How deep inside an element that goes. */
  #dropping = 0;
  /** What goes had a frame already: it was to be kept if it were a leaf, and is none. */
  #abandoned = false;

  constructor(root: Rule) {
    this.#root = root;
  }

  open = (name: string, attributes: Readonly<Record<string, string>>): void => {
    if (this.#dropping > 0) {
      this.#dropping++;
      return;
    }
    const parent = this.#frames.at(-1);
    if (parent && !parent.hasChildren) this.#firstChild(parent);
    if (this.#dropping > 0) {
      this.#dropping++;
      return;
    }
    const decision = (parent?.rule ?? this.#root)(name, attributes);
    const { action } = decision;
    if (action === 'drop') {
      this.#space = '';
      this.#dropping = 1;
      return;
    }
    const frame = makeFrame(name, decision);
    this.#frames.push(frame);
    let tag = `${this.#takeSpace()}<${name}`;
    for (const key in attributes) {
      if (!decision.withoutAttributes?.includes(key)) tag += ` ${key}="${escapeAttribute(attributes[key]!)}"`;
    }
    this.#write(`${tag}>`);
  };

  text = (chunk: string): void => {
    if (this.#dropping > 0) return;
    const frame = this.#frames.at(-1);
    if (!frame) return;
    if (frame.field || frame.leaf) {
      frame.text += chunk;
      return;
    }
    if (/^[ \t\r\n]*$/.test(chunk)) {
      this.#space += chunk;
      return;
    }
    const row = this.#frames.at(-2);
    if (row?.leaves && !frame.hasChildren) frame.text += chunk;
    this.#write(this.#takeSpace() + escapeText(chunk));
  };

  close = (): void => {
    if (this.#dropping > 1) {
      this.#dropping--;
      return;
    }
    if (this.#dropping === 1) {
      this.#dropping = 0;
      if (this.#abandoned) this.#frames.pop();
      this.#abandoned = false;
      return;
    }
    const frame = this.#frames.at(-1)!;
    const parent = this.#frames.at(-2);
    if (!frame.hasChildren) parent?.leaves?.set(frame.name, frame.text);
    if (frame.field) this.#write(escapeText(frame.field(frame.text, parent?.leaves ?? NO_LEAVES)));
    else if (frame.leaf) this.#write(escapeText(frame.text));
    // What stands before the end tag indents that; a child stands two spaces further.
    for (const [name, text] of frame.added?.() ?? [])
      this.#write(`${this.#space}  <${name}>${escapeText(text)}</${name}>`);
    this.#write(`${this.#takeSpace()}</${frame.name}>`);
    this.#frames.pop();
    if (frame.held !== undefined) {
      const kept = frame.whole?.(frame.leaves ?? NO_LEAVES, frame.keptChildren) ?? frame.leaf?.(frame.text) ?? true;
      if (!kept) return;
      this.#write(frame.held);
    }
    if (parent) parent.keptChildren++;
  };

  /** What can be given on so far. */
  take(): string {
    const text = this.#out;
    this.#out = '';
    return text;
  }

  /** A child shows that the element is no leaf: one that was only to be kept as a leaf goes with all it holds. */
  #firstChild(frame: Frame): void {
    frame.hasChildren = true;
    if (!frame.field && !frame.leaf) return;
    frame.container?.();
    frame.held = undefined;
    this.#space = '';
    this.#dropping = 1;
    this.#abandoned = true;
  }

  #takeSpace(): string {
    const space = this.#space;
    this.#space = '';
    return space;
  }

  #write(text: string): void {
    for (let index = this.#frames.length - 1; index >= 0; index--) {
      const frame = this.#frames[index]!;
      if (frame.held === undefined) continue;
      frame.held += text;
      return;
    }
    this.#out += text;
  }
}

export interface FilterOptions {
  readonly limits?: Partial<Limits> | undefined;
  /** Each piece is only good until the next one is asked for: all are given in the same memory. */
  readonly isTransient?: boolean | undefined;
}

/** Runs a document through a rule, piece by piece; memory is that of one row. */
export async function* filterXml(
  source: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  root: Rule,
  entry: string,
  { limits, isTransient }: FilterOptions = {},
): AsyncGenerator<Uint8Array> {
  const filter = new XmlFilter(root);
  const reader = createXmlReader(filter, { entry, ...(limits && { limits }) });
  const toBytes = isTransient ? createEncoder() : (text: string) => Buffer.from(text);
  const chunks = source instanceof Uint8Array ? [source] : source;
  for await (const chunk of chunks) {
    reader.write(chunk);
    const text = filter.take();
    if (text !== '') yield toBytes(text);
  }
  reader.end();
  const text = filter.take();
  if (text !== '') yield toBytes(text);
}

/** UTF-8 in one memory, used again: new buffers would pile up until the collector comes by. */
function createEncoder(): (text: string) => Uint8Array {
  let memory = Buffer.alloc(0);
  return (text) => {
    // At most three bytes for a code unit.
    if (memory.length < 3 * text.length) memory = Buffer.allocUnsafeSlow(3 * text.length);
    return memory.subarray(0, memory.write(text));
  };
}
