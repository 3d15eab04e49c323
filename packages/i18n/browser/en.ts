import { ownEn } from '../own.en.ts';
import { auditPagesEn } from '../pages/audit.en.ts';
import { coursesPagesEn } from '../pages/courses.en.ts';
import { noticesPagesEn } from '../pages/notices.en.ts';
import { operatorsPagesEn } from '../pages/operators.en.ts';
import { requestsPagesEn } from '../pages/requests.en.ts';
import { settingsPagesEn } from '../pages/settings.en.ts';
import { shellPagesEn } from '../pages/shell.en.ts';
import { sitesPagesEn } from '../pages/sites.en.ts';
import { rulesEn } from '../rules.en.ts';
import { settingsEn } from '../settings.en.ts';

/** What a browser needs of the catalogue, and the texts of its pages, which nobody else needs. */
export const browserEn = {
  ...ownEn,
  ...rulesEn,
  ...settingsEn,
  ...shellPagesEn,
  ...coursesPagesEn,
  ...requestsPagesEn,
  ...noticesPagesEn,
  ...sitesPagesEn,
  ...settingsPagesEn,
  ...auditPagesEn,
  ...operatorsPagesEn,
};

export type BrowserKey = keyof typeof browserEn;
