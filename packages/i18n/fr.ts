import { auditFr } from './audit.fr.ts';
import { checksFr } from './checks.fr.ts';
import { cliFr } from './cli/fr.ts';
import type { Key } from './en.ts';
import { failuresFr } from './failures/fr.ts';
import { noticesFr } from './notices.fr.ts';
import { ownFr } from './own.fr.ts';
import { reportFr } from './report.fr.ts';
import { rulesFr } from './rules.fr.ts';
import { settingsFr } from './settings.fr.ts';

export const fr: Record<Key, string> = Object.assign(
  {},
  ownFr,
  noticesFr,
  checksFr,
  cliFr,
  settingsFr,
  reportFr,
  rulesFr,
  failuresFr,
  auditFr,
);
