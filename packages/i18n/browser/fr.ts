import { failuresFr } from '../failures/fr.ts';
import { ownFr } from '../own.fr.ts';
import { coursesPagesFr } from '../pages/courses.fr.ts';
import { noticesPagesFr } from '../pages/notices.fr.ts';
import { requestsPagesFr } from '../pages/requests.fr.ts';
import { shellPagesFr } from '../pages/shell.fr.ts';
import { reportFr } from '../report.fr.ts';
import { rulesFr } from '../rules.fr.ts';
import type { browserEn } from './en.ts';

export const browserFr: Record<keyof typeof browserEn, string> = {
  ...ownFr,
  ...reportFr,
  ...rulesFr,
  ...failuresFr,
  ...shellPagesFr,
  ...coursesPagesFr,
  ...requestsPagesFr,
  ...noticesPagesFr,
};
