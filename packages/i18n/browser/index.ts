import { auditActions, auditActionText, auditThingText, readAuditThing } from '../audit-words.ts';
import { failureParts, failureText, type Part } from '../failure-words.ts';
import { reportText, reportWhat } from '../report-words.ts';
import {
  type Language,
  localeOf,
  nameText,
  nearestLanguage,
  type StemOf,
  type Translator,
  translatorOf,
} from '../translate.ts';
import type { browserEn } from './en.ts';
import type { operatorsEn } from './operators.en.ts';

/** A key as pages write it. */
export type PageKey = StemOf<keyof typeof browserEn | keyof typeof operatorsEn>;
export type PageTranslator = Translator<PageKey>;
export {
  auditActions,
  auditActionText,
  auditThingText,
  failureParts,
  failureText,
  type Language,
  localeOf,
  nameText,
  nearestLanguage,
  type Part,
  readAuditThing,
  reportText,
  reportWhat,
};

/** The texts of pages in one language, and those for operators where they are wanted: a browser gets no others. */
export async function loadTranslator(
  language: Language,
  { operators = false }: { operators?: boolean } = {},
): Promise<PageTranslator> {
  const [own, more] = await Promise.all([parts[language].own(), operators ? parts[language].operators() : {}]);
  return translatorOf<PageKey>(language, { ...own, ...more });
}

const parts = {
  en: {
    own: async () => (await import('./en.ts')).browserEn,
    operators: async () => (await import('./operators.en.ts')).operatorsEn,
  },
  fr: {
    own: async () => (await import('./fr.ts')).browserFr,
    operators: async () => (await import('./operators.fr.ts')).operatorsFr,
  },
};
