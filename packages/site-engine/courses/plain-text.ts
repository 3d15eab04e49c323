const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/**
 * Moodle's HTML as plain text, to be escaped again where it is shown: what a stranger wrote is never sent as markup, so
 * nothing has to be trusted to a filter of tags. Each pattern reads on to an end once, so that no text makes it slow. Scripts and styles go with what they hold; blocks become lines.
 */
export function plainText(html: string, maxLength: number): string {
  return html
    .slice(0, maxLength * 10)
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .replace(/<(script|style|head|iframe|object|noscript|svg|math)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, '')
    .replace(/<(?:br|hr)\b[^<>]*>/gi, '\n')
    .replace(/<li\b[^<>]*>/gi, '\n• ')
    .replace(/<\/(?:p|div|h[1-6]|ul|ol|table|tr|blockquote|pre|section|article)\s*>/gi, '\n')
    .replace(/<\/?[a-z!?][^>]*(?:>|$)/gi, '')
    .replace(/&(#x?[0-9a-f]{1,7}|[a-z]{2,6});/gi, (whole, entity: string) => decode(entity) ?? whole)
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .slice(0, maxLength)
    .toWellFormed();
}

function decode(entity: string): string | undefined {
  if (!entity.startsWith('#')) return named[entity.toLowerCase()];
  const code = /^#x/i.test(entity) ? Number.parseInt(entity.slice(2), 16) : Number.parseInt(entity.slice(1), 10);
  // Never a NUL, which no text column takes, nor half a character.
  const valid = code >= 0x20 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return valid ? String.fromCodePoint(code) : undefined;
}
