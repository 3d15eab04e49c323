import { en, type Key } from './en.ts';
import { fr } from './fr.ts';
import { type Language, nearestLanguage, type Translator as Speaker, type StemOf, translatorOf } from './translate.ts';

export type TextKey = StemOf<Key>;
export type Translator = Speaker<TextKey>;

export function createTranslator(language: Language): Translator {
  const known = translators.get(language) ?? translatorOf<TextKey>(language, { en, fr });
  translators.set(language, known);
  return known;
}

/** What `LC_ALL`, `LC_MESSAGES` or `LANG` ask for, as the C library reads them: the first that is set decides. */
export function languageOfEnvironment(env: Record<string, string | undefined>): Language {
  return nearestLanguage(env.LC_ALL || env.LC_MESSAGES || env.LANG);
}

/** What `Accept-Language` asks for. */
export function languageOfHeader(header: string | undefined): Language {
  const wished = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', quality] = part.trim().split(/;\s*q=/);
      return { tag: tag.toLowerCase(), quality: quality === undefined ? 1 : Number(quality) || 0 };
    })
    .filter(({ tag, quality }) => quality > 0 && /^(fr|en)\b/.test(tag))
    .sort((a, b) => b.quality - a.quality);
  return nearestLanguage(wished[0]?.tag);
}

const translators = new Map<Language, Translator>();
