import type { Line, ShownLine } from '@jouvence/contract';
import { nameText, reportText, reportWhat, type Translator } from '@jouvence/i18n';
import { harmless } from './terminal-text.ts';

/**
 * What was lost or changed, the worst first, in the reader's language as far as the code is known there. Not a table: a
 * sentence that is cut by the edge of a terminal explains nothing.
 */
export function reportLines(
  lines: readonly (Line & Partial<ShownLine>)[],
  translator: Translator,
  { numbered = false } = {},
): string {
  const { t, language, time } = translator;
  // English comes from where it happened and knows more than the catalogue: names, versions.
  const say = (line: Line, part: 'why' | 'todo') =>
    (language === 'en' ? undefined : reportText(translator, line, part)) ?? line[part];
  const mark = ({ dealt }: Partial<ShownLine>): string[] =>
    dealt ? [`    ✓ ${t('cli.requests.dealt', { by: nameText(translator, dealt.by), at: time(dealt.at) })}`] : [];
  return worstFirst(lines)
    .flatMap((line, index) => [
      `${numbered ? `${index + 1}. ` : ''}${t(`severity.${line.severity}`)}${language === 'fr' ? '\u00a0: ' : ': '}${nameText(translator, reportWhat(line, translator))}`,
      ...[say(line, 'why'), say(line, 'todo') && `→ ${say(line, 'todo')}`]
        .filter(Boolean)
        .map((each) => `    ${nameText(translator, each)}`),
      ...mark(line),
    ])
    .map(harmless)
    .join('\n');
}

const order = ['error', 'warning', 'info'];

/** As people are shown it, and number it. */
export const worstFirst = <T extends Line>(lines: readonly T[]): T[] =>
  lines.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
