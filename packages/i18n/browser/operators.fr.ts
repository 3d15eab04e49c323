import { auditFr } from '../audit.fr.ts';
import { checksFr } from '../checks.fr.ts';
import { auditPagesFr } from '../pages/audit.fr.ts';
import { blockTokensPagesFr } from '../pages/block-tokens.fr.ts';
import { coursesOperatorsPagesFr } from '../pages/courses-operators.fr.ts';
import { operatorsPagesFr } from '../pages/operators.fr.ts';
import { requestsOperatorsPagesFr } from '../pages/requests-operators.fr.ts';
import { settingsPagesFr } from '../pages/settings.fr.ts';
import { sitesPagesFr } from '../pages/sites.fr.ts';
import { settingsFr } from '../settings.fr.ts';
import type { operatorsEn } from './operators.en.ts';

export const operatorsFr: Record<keyof typeof operatorsEn, string> = {
  ...auditFr,
  ...checksFr,
  ...settingsFr,
  ...sitesPagesFr,
  ...settingsPagesFr,
  ...auditPagesFr,
  ...coursesOperatorsPagesFr,
  ...operatorsPagesFr,
  ...blockTokensPagesFr,
  ...requestsOperatorsPagesFr,
};
