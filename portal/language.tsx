import { type Language, loadTranslator, localeOf, nearestLanguage, type PageTranslator } from '@jouvence/i18n/browser';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { keepChoice, keptChoice } from './choices.ts';

/** Where pages kept the language before the sign-in page was to know it too. */
const formerly = 'jouvence.language';

interface LanguageContext extends PageTranslator {
  /** For `Intl`. */
  locale: string;
  choose(language: Language): void;
  /** The texts of operators' pages are there; `needOperators` has them come. */
  hasOperators: boolean;
  needOperators(): void;
}

const context = createContext<LanguageContext | null>(null);

/** Chosen here, else as the browser asks. */
function initialLanguage(): Language {
  const chosen = keptChoice('language') ?? remembered(formerly);
  return nearestLanguage(chosen ?? navigator.languages.find((each) => /^(fr|en)\b/i.test(each)) ?? navigator.language);
}

/** The texts, once they have come: everything inside may speak. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(initialLanguage);
  const [operators, setOperators] = useState(false);
  const [spoken, setSpoken] = useState<{ translator: PageTranslator; hasOperators: boolean } | null>(null);
  useEffect(() => {
    let left = false;
    void loadTranslator(language, { operators }).then((translator) => {
      if (left) return;
      document.documentElement.lang = language;
      setSpoken({ translator, hasOperators: operators });
    });
    return () => {
      left = true;
    };
  }, [language, operators]);
  const value = useMemo(
    () =>
      spoken && {
        ...spoken.translator,
        locale: localeOf(spoken.translator.language),
        hasOperators: spoken.hasOperators,
        needOperators: () => setOperators(true),
        choose: (chosen: Language) => {
          keepChoice('language', chosen);
          setLanguage(chosen);
        },
      },
    [spoken],
  );
  return value && <context.Provider value={value}>{children}</context.Provider>;
}

/** `t('shell.menu')`, and numbers, sizes and times as this language writes them. */
export function useLanguage(): LanguageContext {
  const found = useContext(context);
  if (!found) throw new Error('useLanguage stands outside of LanguageProvider');
  return found;
}

/** Kept in this browser; where it keeps nothing (private windows, full storage), nothing is kept. */
export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {}
}

export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** All that is kept under keys that begin so. */
export function forget(prefix: string): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
  } catch {}
}
