import { ownFr } from '../own.fr.ts';
import { auditPagesFr } from '../pages/audit.fr.ts';
import { coursesPagesFr } from '../pages/courses.fr.ts';
import { noticesPagesFr } from '../pages/notices.fr.ts';
import { operatorsPagesFr } from '../pages/operators.fr.ts';
import { requestsPagesFr } from '../pages/requests.fr.ts';
import { settingsPagesFr } from '../pages/settings.fr.ts';
import { shellPagesFr } from '../pages/shell.fr.ts';
import { sitesPagesFr } from '../pages/sites.fr.ts';
import { rulesFr } from '../rules.fr.ts';
import { settingsFr } from '../settings.fr.ts';
import type { BrowserKey } from './en.ts';

export const browserFr: Record<BrowserKey, string> = {
  ...ownFr,
  ...rulesFr,
  ...settingsFr,
  ...shellPagesFr,
  ...coursesPagesFr,
  ...requestsPagesFr,
  ...noticesPagesFr,
  ...sitesPagesFr,
  ...settingsPagesFr,
  ...auditPagesFr,
  ...operatorsPagesFr,
};
