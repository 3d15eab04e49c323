import { type BackupDocument, filterXml, type Rule } from '@jouvence/mbz';

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

const text = (value: string | number | null): string =>
  String(value ?? '$@NULL@$')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

/** A leaf as Moodle writes it. */
export const leaf = (depth: number, name: string, value: string | number | null): string =>
  `${'  '.repeat(depth)}<${name}>${text(value)}</${name}>\n`;
