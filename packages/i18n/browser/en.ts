import { failuresEn } from '../failures/en.ts';
import { ownEn } from '../own.en.ts';
import { coursesPagesEn } from '../pages/courses.en.ts';
import { noticesPagesEn } from '../pages/notices.en.ts';
import { requestsPagesEn } from '../pages/requests.en.ts';
import { shellPagesEn } from '../pages/shell.en.ts';
import { reportEn } from '../report.en.ts';
import { rulesEn } from '../rules.en.ts';

/** What everybody's pages say. */
export const browserEn = {
  ...ownEn,
  ...reportEn,
  ...rulesEn,
  ...failuresEn,
  ...shellPagesEn,
  ...coursesPagesEn,
  ...requestsPagesEn,
  ...noticesPagesEn,
};
