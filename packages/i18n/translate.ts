import { createInstance, type i18n } from 'i18next';

export const languages = ['fr', 'en'] as const;
export type Language = (typeof languages)[number];

/** A key as it is written: plurals without their ending. */
export type StemOf<K> = K extends `${infer Stem}_${'one' | 'other'}` ? Stem : K;

export interface Translator<K extends string = string> {
  language: Language;
  /** The text, with `{{name}}` filled in as it is: whoever shows it escapes it for the place. */
  t(key: K, values?: Record<string, string | number>): string;
  /** For keys made of codes that others may add to, such as `report.<code>.why`; undefined where there is none. */
  maybe(key: string, values?: Record<string, string | number>): string | undefined;
  number(value: number): string;
  /** Bytes in B, kB, MB or GB, as in Moodle of 1024. */
  bytes(value: number): string;
  /** Day and time, in the time zone of whoever reads. */
  time(value: Date): string;
}

/** What speaks one language, given its texts. */
export function translatorOf<K extends string>(
  language: Language,
  texts: Record<Language, Record<string, string>> | Record<string, string>,
): Translator<K> {
  const instance: i18n = createInstance();
  void instance.init({
    lng: language,
    fallbackLng: 'en',
    initAsync: false,
    showSupportNotice: false,
    resources: isByLanguage(texts)
      ? { en: { translation: texts.en }, fr: { translation: withMany(texts.fr) } }
      : { [language]: { translation: language === 'fr' ? withMany(texts) : texts } },
    // Keys are flat; codes hold neither dots of their own nor colons.
    keySeparator: false,
    nsSeparator: false,
    returnEmptyString: true,
    interpolation: { escapeValue: false },
  } as Parameters<i18n['init']>[0]);
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const time = new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'short', timeStyle: 'short' });
  return {
    language,
    t: (key, values) => instance.t(key as string, values ?? {}),
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

/** What stands where the name of a person stood who was erased. */
const erased = '(erased)';

/** A name, or a sentence with names in it, as it is shown: who was erased is somebody. */
export function nameText({ maybe }: Pick<Translator, 'maybe'>, text: string): string {
  return text.includes(erased) ? text.replaceAll(erased, maybe('person.erased') ?? erased) : text;
}

/** For dates: day before month in English too. */
export const localeOf = (language: Language): string => (language === 'en' ? 'en-GB' : 'fr');

/** The nearest that we speak. */
export function nearestLanguage(tag: string | undefined): Language {
  return /^fr\b|^fr_/i.test(tag ?? '') ? 'fr' : 'en';
}

const isByLanguage = (
  texts: Record<Language, Record<string, string>> | Record<string, string>,
): texts is Record<Language, Record<string, string>> => typeof texts.en === 'object';

/** French has a plural for millions (`1 000 000 de fichiers`), which nothing here comes near. */
function withMany(texts: Record<string, string>): Record<string, string> {
  const many = Object.entries(texts)
    .filter(([key]) => key.endsWith('_other'))
    .map(([key, text]) => [key.replace(/_other$/, '_many'), text]);
  return Object.assign(Object.fromEntries(many), texts);
}
