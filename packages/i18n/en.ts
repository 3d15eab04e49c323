import { cliEn } from './cli.en.ts';
import { ownEn } from './own.en.ts';
import { rulesEn } from './rules.en.ts';
import { settingsEn } from './settings.en.ts';

/** Not by `...` before the texts: V8 would make a shape for each of them, 30 MB in all. */
export const en: typeof ownEn & typeof cliEn & typeof settingsEn & typeof rulesEn = Object.assign(
  {},
  ownEn,
  cliEn,
  settingsEn,
  rulesEn,
);

export type Key = keyof typeof en;
