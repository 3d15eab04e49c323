import type { Line } from '@jouvence/contract';
import type { Translator } from '@jouvence/i18n';
import { harmless } from './terminal-text.ts';

/**
 * What was lost or changed, the worst first, in the reader's language as far as the code is known there. Not a table: a
 * sentence that is cut by the edge of a terminal explains nothing.
 */
export function reportLines(lines: readonly Line[], { t, maybe, language }: Translator): string {
  const order = ['error', 'warning', 'info'];
  // English comes from where it happened and knows more than the catalogue: names, versions.
  const say = (line: Line, part: 'why' | 'todo') =>
    (language === 'en' ? undefined : maybe(`report.${line.code}.${part}`, { what: line.what })) ?? line[part];
  return lines
    .toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
    .flatMap((line) => [
      `${t(`severity.${line.severity}`)}${language === 'fr' ? ' : ' : ': '}${line.what}`,
      ...[say(line, 'why'), say(line, 'todo') && `→ ${say(line, 'todo')}`].filter(Boolean).map((each) => `    ${each}`),
    ])
    .map(harmless)
    .join('\n');
}
