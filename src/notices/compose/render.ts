import {
  type Block,
  type Content,
  type Foreign,
  type Item,
  isolated,
  plainName,
  type Sentence,
  webAddress,
} from './content.ts';

/** Of a mail, which is shown as it was written. */
const mailColumns = 76;

/**
 * The plain part: complete in itself, with every address written out. `columns`: where lines are broken; `Infinity`
 * where whoever shows it breaks them: then a line is a sentence, an item of a list or a command, and an empty line parts
 * paragraphs.
 */
export function asText({ blocks, link }: Content, columns: number = mailColumns): string {
  const parts = blocks.map((block) => blockAsText(block, columns));
  if (link) parts.push(`${link.name}\n${link.url}`);
  return `${parts.join('\n\n')}\n`;
}

function blockAsText(block: Block, columns: number): string {
  if (block.kind === 'commands') return [block.title, ...block.lines.map((line) => `    ${line}`)].join('\n');
  if (block.kind === 'list') return block.items.map((item) => itemAsText(item, columns)).join('\n');
  const text = wrap(sentenceAsText(block.sentence), columns, '');
  if (block.kind !== 'heading' || columns === Infinity) return text;
  return `${text}\n${'-'.repeat(Math.min(columns, text.length))}`;
}

function itemAsText({ sentence, details = [] }: Item, columns: number): string {
  return [
    wrap(sentenceAsText(sentence), columns, '  ', '- '),
    ...details.map((detail) => wrap(sentenceAsText(detail), columns, '    ', '    ')),
  ].join('\n');
}

function sentenceAsText(sentence: Sentence): string {
  return sentence
    .map((part) => {
      if (typeof part === 'string') return part;
      const url = part.url === undefined ? undefined : webAddress(part.url);
      return isolated(shorten(part)) + (url ? ` <${url}>` : '');
    })
    .join('');
}

const shorten = ({ foreign, long }: Foreign): string => plainName(foreign, long ? 500 : 120);

/** Breaks between words only: an address stays whole. */
function wrap(text: string, columns: number, indent: string, first = indent): string {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line].join('\n');
}

/**
 * The HTML part. `whole`: a page of its own, for a mail; else what goes inside a site's message. Readers of mail drop
 * what they do not know: so the styles are in place, plain, and legible without any; those that follow light and dark
 * are told the colours of both.
 */
export function asHtml(content: Content, { language, whole }: { language: string; whole: boolean }): string {
  const inside = [...content.blocks.filter(({ kind }) => kind !== 'aside').map(blockAsHtml), button(content)]
    .concat(content.blocks.filter(({ kind }) => kind === 'aside').map(blockAsHtml))
    .join('\n');
  if (!whole) return inside;
  return `<!doctype html>
<html lang="${language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escaped(content.subject)}</title>
<style>
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  .jv-page { background: #16191d !important; }
  .jv-card { background: #20252b !important; color: #e8eaed !important; border-color: #3a4149 !important; }
  .jv-aside { color: #a9b2bc !important; border-color: #3a4149 !important; }
  .jv-detail { color: #b9c1ca !important; }
  .jv-code { background: #16191d !important; }
  .jv-link { color: #8ab8ff !important; }
  .jv-button { background: #8ab8ff !important; color: #10151b !important; }
}
@media (max-width: 480px) {
  .jv-page { padding: 0 !important; }
  .jv-card { padding: 20px 16px !important; border-radius: 0 !important; border-width: 0 !important; }
}
</style>
</head>
<body class="jv-page" style="margin:0;padding:24px 12px;background:#f2f4f6">
<div class="jv-card" style="${styles.card}">
${inside}
</div>
</body>
</html>
`;
}

const styles = {
  card: 'max-width:560px;margin:0 auto;padding:28px;background:#ffffff;color:#1f2328;border:1px solid #d8dde3;border-radius:10px;font:16px/1.5 system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;overflow-wrap:anywhere',
  text: 'margin:0 0 14px',
  heading: 'margin:22px 0 8px;font-size:16px;line-height:1.4',
  list: 'margin:0 0 14px;padding:0;list-style:none',
  item: 'margin:0 0 10px;padding:0 0 0 26px;text-indent:-26px',
  mark: 'display:inline-block;width:26px;text-indent:0;font-weight:700',
  detail: 'display:block;text-indent:0;font-size:14px;color:#57606a',
  code: 'display:block;margin:4px 0 0;padding:4px 8px;border-radius:4px;background:#f2f4f6;font:14px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace',
  button:
    'display:inline-block;padding:10px 18px;border-radius:8px;background:#0b5cad;color:#ffffff;font-weight:600;text-decoration:none',
  aside: 'margin:18px 0 0;padding:12px 0 0;border-top:1px solid #d8dde3;font-size:13px;color:#57606a',
  link: 'color:#0b5cad',
};

/** Not by colour alone: a sign that is read aloud too. */
const marks: Record<NonNullable<Item['tone']>, string> = { good: '✓', attention: '!', bad: '✗' };

function blockAsHtml(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `<p style="${styles.text}">${sentenceAsHtml(block.sentence)}</p>`;
    case 'heading':
      return `<h2 style="${styles.heading}">${sentenceAsHtml(block.sentence)}</h2>`;
    case 'aside':
      return `<p class="jv-aside" style="${styles.aside}">${sentenceAsHtml(block.sentence)}</p>`;
    case 'commands': {
      const lines = block.lines.map((line) => `<code class="jv-code" style="${styles.code}">${escaped(line)}</code>`);
      return `<p style="${styles.text}">${escaped(block.title)}${lines.join('')}</p>`;
    }
    case 'list':
      return `<ul style="${styles.list}">\n${block.items.map(itemAsHtml).join('\n')}\n</ul>`;
  }
}

function itemAsHtml({ sentence, tone, details = [] }: Item): string {
  const mark = tone ? marks[tone] : '·';
  const below = details.map(
    (each) => `<span class="jv-detail" style="${styles.detail}">${sentenceAsHtml(each)}</span>`,
  );
  return `<li style="${styles.item}"><span style="${styles.mark}">${mark}</span>${sentenceAsHtml(sentence)}${below.join('')}</li>`;
}

function sentenceAsHtml(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === 'string' ? escaped(part) : foreignAsHtml(part))).join('');
}

function foreignAsHtml(part: Foreign): string {
  const { strong, url } = part;
  // Its direction is its own, and what follows it runs on as before.
  const text = `<bdi>${escaped(shorten(part))}</bdi>`;
  const shown = strong ? `<strong>${text}</strong>` : text;
  const href = url === undefined ? undefined : webAddress(url);
  return href ? `<a class="jv-link" style="${styles.link}" href="${escaped(href)}">${shown}</a>` : shown;
}

function button({ link }: Content): string {
  if (!link) return '';
  return `<p style="margin:20px 0 0"><a class="jv-button" style="${styles.button}" href="${escaped(link.url)}">${escaped(link.name)}</a></p>`;
}

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
