/** What a message says, before it is text or a page. Words of others are wrapped in `Foreign`, and never trusted. */
export interface Content {
  /** One line; the most important first, for a phone. */
  subject: string;
  blocks: Block[];
  /** Where it leads. */
  link: { url: string; name: string } | null;
}

/** A sentence of ours, with words of others in it. */
export type Sentence = readonly (string | Foreign)[];

export interface Foreign {
  foreign: string;
  strong?: boolean;
  /** A sentence, and no name. */
  long?: boolean;
  /** Leads there; http or https only. */
  url?: string | undefined;
}

export type Block =
  | { kind: 'text'; sentence: Sentence }
  | { kind: 'heading'; sentence: Sentence }
  | { kind: 'list'; items: Item[] }
  /** Each on a line of its own, never broken: they are copied. */
  | { kind: 'commands'; title: string; lines: readonly string[] }
  /** Less important: where to change what one is told, and so on. */
  | { kind: 'aside'; sentence: Sentence };

export interface Item {
  sentence: Sentence;
  tone?: 'good' | 'attention' | 'bad';
  /** Below it, smaller. */
  details?: Sentence[];
}

const longest = 160;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * What somebody called something, as one harmless line: no line break that could begin another header, no mark that
 * turns what follows around, no letter cut in half. An empty name would hide that there is one.
 */
export function plainName(text: string, most = longest): string {
  const line = text
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replace(/\s+/g, ' ')
    .trim();
  const letters = [...graphemes.segment(line)].map(({ segment }) => segment);
  const short = letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : line;
  return short === '' ? '…' : short;
}

/** The first strong letter decides how a line runs: a name from right to left must not take ours with it. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]|[\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

export const isolated = (text: string): string => (rightToLeft.test(text) ? `\u2068${text}\u2069` : text);

/** For a subject, which is plain text that others show. */
export const nameInSubject = (text: string): string => isolated(plainName(text, 90));

/** An address that may be followed; anything else, whoever wrote it, leads nowhere. */
export function webAddress(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username || url.password) return undefined;
  const { href } = url;
  return href.length <= 2000 && /^[!-~]+$/.test(href) && !/["<>\\^`{|}]/.test(href) ? href : undefined;
}

/** Puts words of others into a text of the catalogue, in place of `{{name}}`, without joining the two. */
export function sentenceOf(text: string, values: Record<string, string | Foreign>): Sentence {
  return text.split(/(\{\{\w+\}\})/).flatMap((part): (string | Foreign)[] => {
    const name = /^\{\{(\w+)\}\}$/.exec(part)?.[1];
    if (name === undefined) return part === '' ? [] : [part];
    return [values[name] ?? part];
  });
}
