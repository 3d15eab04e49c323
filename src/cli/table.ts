import { cell, cutTo, harmless, widthOf } from './terminal-text.ts';

export interface Column {
  title: string;
  align?: 'left' | 'right';
  /** May be cut when the terminal is narrow; ids, addresses and numbers may not. */
  flexible?: boolean;
}

/** Columns narrower than this say nothing. */
const narrowest = 12;

/**
 * Aligned columns, two spaces apart. `width` is that of the terminal; without one (a pipe, a file) nothing is cut.
 * Cells may be anything that anybody called anything.
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], width?: number): string {
  const texts = rows.map((row) => row.map(harmless));
  const widths = columns.map(({ title }, index) =>
    Math.max(widthOf(title), ...texts.map((row) => widthOf(row[index] ?? ''))),
  );
  if (width !== undefined) shrink(widths, columns, width);
  const line = (row: readonly string[]): string =>
    columns
      .map(({ align }, index) => cell(cutTo(row[index] ?? '', widths[index]!), widths[index]!, align))
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...texts.map(line)].join('\n');
}

/** `Name: value`, the values under each other. */
export function renderFields(fields: readonly (readonly [string, string])[]): string {
  const width = Math.max(...fields.map(([name]) => widthOf(name))) + 2;
  return fields.map(([name, value]) => `${cell(name, width)}${cell(harmless(value), 0)}`).join('\n');
}

function shrink(widths: number[], columns: readonly Column[], width: number): void {
  const excess = () => widths.reduce((sum, each) => sum + each, 2 * (widths.length - 1)) - width;
  for (let over = excess(); over > 0; over = excess()) {
    const widest = columns.reduce(
      (best, { flexible }, index) => (flexible && widths[index]! > (widths[best] ?? 0) ? index : best),
      -1,
    );
    if (widest < 0 || widths[widest]! <= narrowest) return;
    widths[widest] = Math.max(narrowest, widths[widest]! - Math.max(1, Math.ceil(over / 2)));
  }
}
