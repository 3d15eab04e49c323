import { createInstance, type i18n } from 'i18next';
import { en, type Key } from './en.ts';
import { fr } from './fr.ts';

export const languages = ['fr', 'en'] as const;
export type Language = (typeof languages)[number];

/** A key as it is written: plurals without their ending. */
export type TextKey = Key extends infer K ? (K extends `${infer Stem}_${'one' | 'other'}` ? Stem : K) : never;

export interface Translator {
  language: Language;
  /** The text, with `{{name}}` filled in as it is: whoever shows it escapes it for the place. */
  t(key: TextKey, values?: Record<string, string | number>): string;
  /** For keys made of codes that others may add to, such as `report.<code>.why`; undefined where there is none. */
  maybe(key: string, values?: Record<string, string | number>): string | undefined;
  number(value: number): string;
  /** Bytes in B, kB, MB or GB, as in Moodle of 1024. */
  bytes(value: number): string;
  /** Day and time, in the time zone of whoever reads. */
  time(value: Date): string;
}

export function createTranslator(language: Language): Translator {
  const instance = instances.get(language) ?? open(language);
  instances.set(language, instance);
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const time = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'fr', { dateStyle: 'short', timeStyle: 'short' });
  return {
    language,
    t: (key, values) => instance.t(key, values ?? {}),
    maybe: (key, values) => (instance.exists(key, values) ? instance.t(key, values ?? {}) : undefined),
    number: (value) => number.format(value),
    bytes(value) {
      const units = language === 'fr' ? ['o', 'ko', 'Mo', 'Go', 'To'] : ['B', 'kB', 'MB', 'GB', 'TB'];
      const power = value < 1 ? 0 : Math.min(Math.floor(Math.log2(value) / 10), units.length - 1);
      return `${number.format(value / 1024 ** power)} ${units[power]}`;
    },
    time: (value) => time.format(value),
  };
}

/** What `LC_ALL`, `LC_MESSAGES` or `LANG` ask for, as the C library reads them: the first that is set decides. */
export function languageOfEnvironment(env: Record<string, string | undefined>): Language {
  return nearest(env.LC_ALL || env.LC_MESSAGES || env.LANG);
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
  return nearest(wished[0]?.tag);
}

const instances = new Map<Language, i18n>();

function open(language: Language): i18n {
  const instance = createInstance();
  void instance.init({
    lng: language,
    fallbackLng: 'en',
    initAsync: false,
    showSupportNotice: false,
    resources: { en: { translation: en }, fr: { translation: { ...fr, ...manyAsOther(fr) } } },
    // Keys are flat; codes hold neither dots of their own nor colons.
    keySeparator: false,
    nsSeparator: false,
    returnEmptyString: true,
    interpolation: { escapeValue: false },
  } as Parameters<i18n['init']>[0]);
  return instance;
}

/** French has a plural for millions (`1 000 000 de fichiers`), which nothing here comes near. */
function manyAsOther(texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts)
      .filter(([key]) => key.endsWith('_other'))
      .map(([key, text]) => [key.replace(/_other$/, '_many'), text]),
  );
}

function nearest(tag: string | undefined): Language {
  return /^fr\b|^fr_/i.test(tag ?? '') ? 'fr' : 'en';
}
