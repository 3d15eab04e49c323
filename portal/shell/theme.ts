import { useState } from 'react';
import { keepChoice, keptChoice } from '../choices.ts';
import { remember, remembered } from '../language.tsx';

export type Theme = 'system' | 'light' | 'dark';
const stored = 'jouvence.theme';

const preferred = matchMedia('(prefers-color-scheme: dark)');
const apply = (theme: Theme): void => {
  const dark = theme === 'dark' || (theme === 'system' && preferred.matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
};
const current = (): Theme => {
  const found = remembered(stored);
  return found === 'light' || found === 'dark' ? found : 'system';
};
// Storage is what is read before anything is drawn; the cookie follows it.
if (keptChoice('theme') !== remembered(stored)) keepChoice('theme', current() === 'system' ? null : current());
preferred.addEventListener('change', () => apply(current()));

/** What is chosen here, and how to choose; `public/theme.js` reads the same before anything is drawn. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(current);
  return [
    theme,
    (chosen) => {
      const kept = chosen === 'system' ? null : chosen;
      remember(stored, kept);
      keepChoice('theme', kept);
      apply(chosen);
      setTheme(chosen);
    },
  ];
}
