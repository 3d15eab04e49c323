import { auditEn } from './audit.en.ts';
import { checksEn } from './checks.en.ts';
import { cliEn } from './cli/en.ts';
import { failuresEn } from './failures/en.ts';
import { noticesEn } from './notices.en.ts';
import { ownEn } from './own.en.ts';
import { reportEn } from './report.en.ts';
import { rulesEn } from './rules.en.ts';
import { settingsEn } from './settings.en.ts';

/** Not by `...` before the texts: V8 would make a shape for each of them, 30 MB in all. */
export const en: typeof ownEn &
  typeof noticesEn &
  typeof checksEn &
  typeof cliEn &
  typeof settingsEn &
  typeof reportEn &
  typeof rulesEn &
  typeof failuresEn &
  typeof auditEn = Object.assign(
  {},
  ownEn,
  noticesEn,
  checksEn,
  cliEn,
  settingsEn,
  reportEn,
  rulesEn,
  failuresEn,
  auditEn,
);

export type Key = keyof typeof en;
