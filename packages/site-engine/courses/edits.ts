import { type BackupDocument, filterXml, type Rule } from '@jouvence/mbz';
import { EngineError } from '../errors.ts';

type Row = (leaves: ReadonlyMap<string, string>, attributes: Readonly<Record<string, string>>) => boolean;

/** What changes in a document: leaves by path get another text, rows by path stay or go. All else stays as it is. */
export interface Edit {
  set?: Record<string, string | ((text: string) => string)>;
  keep?: Record<string, Row>;
}

/** The document, changed while it is read. */
export function edited(document: BackupDocument, edit: Edit): BackupDocument {
  const { path, open } = document;
  return { path, open: () => filterXml(open(), ruleFor(edit, ''), path) };
}

function ruleFor(edit: Edit, above: string): Rule {
  return (name, attributes) => {
    const path = above === '' ? name : `${above}/${name}`;
    const text = edit.set?.[path];
    if (text !== undefined) return { action: { field: typeof text === 'string' ? () => text : text } };
    const keep = edit.keep?.[path];
    if (keep) return { action: { whole: (leaves) => keep(leaves, attributes) } };
    const below = [...Object.keys(edit.set ?? {}), ...Object.keys(edit.keep ?? {})].some((other) =>
      other.startsWith(`${path}/`),
    );
    return below ? { action: 'keep', inside: ruleFor(edit, path) } : { action: 'keep' };
  };
}

/** The document with more before its last closing tag of that name; its length does not matter. */
export function appended({ path, open }: BackupDocument, closing: string, more: string): BackupDocument {
  return { path, open: () => insertBeforeLast(open(), closing, more, path) };
}

/** Nothing but closing tags and space follows what is looked for. */
const tailBytes = 1024;

async function* insertBeforeLast(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  closing: string,
  more: string,
  path: string,
): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(0);
  for await (const chunk of source instanceof Uint8Array ? [source] : source) {
    const all = Buffer.concat([held, chunk]);
    const cut = Math.max(0, all.length - tailBytes);
    if (cut > 0) yield all.subarray(0, cut);
    held = all.subarray(cut);
  }
  const at = held.lastIndexOf(closing);
  if (at < 0) throw new EngineError('site-error', `${path} does not end with ${closing}`);
  // Before the spaces of the closing tag's own line.
  const line = held.lastIndexOf('\n', at) + 1;
  const start = held.subarray(line, at).toString().trim() === '' ? line : at;
  yield Buffer.concat([held.subarray(0, start), Buffer.from(more), held.subarray(start)]);
}

const text = (value: string | number | null): string =>
  String(value ?? '$@NULL@$')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

/** A leaf as Moodle writes it. */
export const leaf = (depth: number, name: string, value: string | number | null): string =>
  `${'  '.repeat(depth)}<${name}>${text(value)}</${name}>\n`;
