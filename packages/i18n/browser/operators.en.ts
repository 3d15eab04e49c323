import { auditEn } from '../audit.en.ts';
import { checksEn } from '../checks.en.ts';
import { auditPagesEn } from '../pages/audit.en.ts';
import { blockTokensPagesEn } from '../pages/block-tokens.en.ts';
import { coursesOperatorsPagesEn } from '../pages/courses-operators.en.ts';
import { operatorsPagesEn } from '../pages/operators.en.ts';
import { requestsOperatorsPagesEn } from '../pages/requests-operators.en.ts';
import { settingsPagesEn } from '../pages/settings.en.ts';
import { sitesPagesEn } from '../pages/sites.en.ts';
import { settingsEn } from '../settings.en.ts';

/** What only the pages of operators say. */
export const operatorsEn = {
  ...auditEn,
  ...checksEn,
  ...settingsEn,
  ...sitesPagesEn,
  ...settingsPagesEn,
  ...auditPagesEn,
  ...coursesOperatorsPagesEn,
  ...operatorsPagesEn,
  ...blockTokensPagesEn,
  ...requestsOperatorsPagesEn,
};
