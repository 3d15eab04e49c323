import type { Line } from '@jouvence/contract';
import { type PageTranslator, reportText } from '@jouvence/i18n/browser';

export interface Words {
  text: string;
  /** As the server or a site said it, which the catalogue does not know in the reader's language. */
  isEnglish: boolean;
}

/** Why, or what to do, in the reader's language; English comes from where it happened, and knows more: names, versions. */
export function lineWords(line: Line, part: 'why' | 'todo', translator: PageTranslator): Words {
  if (translator.language === 'en') return { text: line[part], isEnglish: false };
  const text = reportText(translator, line, part);
  return text === undefined ? { text: line[part], isEnglish: true } : { text, isEnglish: false };
}
