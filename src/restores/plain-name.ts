/**
 * A name of a course as Moodle's forms would have cleaned it (`PARAM_TEXT`). A web service or an upload of courses lets
 * names with tags in, a restore refuses them and with them the course (`setting_invalid_text`). What the multilang
 * filter reads stays, when it is written as Moodle demands.
 */
export function plainName(name: string): string {
  for (const element of ['lang', 'span'] as const) {
    if (!name.includes(`</${element}>`)) continue;
    const kept = withoutTags(name, element);
    return isMultilang(kept, element) ? kept : withoutTags(kept);
  }
  return withoutTags(name);
}

const opening = {
  lang: /^<lang lang="[a-zA-Z0-9_-]+"\s*>$/,
  span: /^<span(?:\s+lang="[a-zA-Z0-9_-]+"|\s+class="multilang"){2}\s*>$/,
};

/** As Moodle reads it: opened as it wants, closed, one after the other and never within each other. */
function isMultilang(text: string, element: 'lang' | 'span'): boolean {
  let isOpen = false;
  for (const [tag] of text.matchAll(/<.*?>/gs)) {
    if (tag === `</${element}>`) {
      if (!isOpen) return false;
      isOpen = false;
    } else if (opening[element].test(tag)) isOpen = true;
    else return false;
  }
  return !isOpen;
}

/** As PHP's `strip_tags`: `<` before a space is a character; else all to the `>` that is not in quotes, or to the end. */
function withoutTags(text: string, except?: string): string {
  let kept = '';
  for (let at = 0; at < text.length; ) {
    const character = text[at]!;
    if (character === '\0') at++;
    else if (character !== '<' || /\s/.test(text[at + 1] ?? 'x')) {
      kept += character;
      at++;
    } else {
      const end = endOfTag(text, at);
      const tag = text.slice(at, end);
      if (except !== undefined && new RegExp(`^</?${except}(?![a-z0-9])`, 'i').test(tag)) kept += tag;
      at = end;
    }
  }
  return kept;
}

function endOfTag(text: string, start: number): number {
  if (text.startsWith('<!--', start)) {
    const end = text.indexOf('-->', start);
    return end === -1 ? text.length : end + 3;
  }
  let quote = '';
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at]!;
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return at + 1;
  }
  return text.length;
}
