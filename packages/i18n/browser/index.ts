import { type Language, localeOf, nearestLanguage, type StemOf, type Translator, translatorOf } from '../translate.ts';
import type { BrowserKey } from './en.ts';

/** A key as pages write it. */
export type PageKey = StemOf<BrowserKey>;
export type PageTranslator = Translator<PageKey>;
export { type Language, localeOf, nearestLanguage };

/** The texts of pages in one language: a browser gets no other. */
export async function loadTranslator(language: Language): Promise<PageTranslator> {
  const texts = language === 'fr' ? (await import('./fr.ts')).browserFr : (await import('./en.ts')).browserEn;
  return translatorOf<PageKey>(language, texts);
}
