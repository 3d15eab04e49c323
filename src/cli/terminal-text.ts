/**
 * Text of others (course names, messages of sites) on a terminal. A name may hold an escape sequence that moves the
 * cursor or sets the window's title, a line break that forges a line of a table, or a direction mark that makes one name
 * look like another: each becomes a visible sign. Letters of every script stay.
 */
export function harmless(text: string): string {
  return text
    .replace(/[\u0000-\u001f]/g, (found) => String.fromCodePoint(0x2400 + found.charCodeAt(0)))
    .replace(/\u007f/g, '\u2421')
    .replace(/[\u0080-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, '\ufffd');
}

/** The same for text of several lines that are ours. */
export function harmlessLines(text: string): string {
  return text.split('\n').map(harmless).join('\n');
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** Two columns wide: CJK, kana, hangul, full-width forms (Unicode's East Asian Width, W and F). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;
const emoji = /\p{Emoji_Presentation}|\p{Emoji}\ufe0f/u;
const noWidth = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Columns that the text takes on a terminal. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOfGrapheme(segment);
  return width;
}

/** At most `width` columns, the last of them an ellipsis where something was cut; never half a letter. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += widthOfGrapheme(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** A cell of exactly `width` columns or more. Right-to-left text is isolated, or it would pull the next cell over. */
export function cell(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const padding = ' '.repeat(Math.max(0, width - widthOf(text)));
  const isolated = rightToLeft.test(text) ? `\u2068${text}\u2069` : text;
  return align === 'left' ? isolated + padding : padding + isolated;
}

function widthOfGrapheme(segment: string): number {
  if (noWidth.test(segment)) return 0;
  return wide.test(segment) || emoji.test(segment) ? 2 : 1;
}
