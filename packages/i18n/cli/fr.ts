import { auditCliFr } from './audit.fr.ts';
import { blockTokensCliFr } from './block-tokens.fr.ts';
import { columnsCliFr } from './columns.fr.ts';
import { coursesCliFr } from './courses.fr.ts';
import type { cliEn } from './en.ts';
import { fieldsCliFr } from './fields.fr.ts';
import { localCliFr } from './local.fr.ts';
import { noticesCliFr } from './notices.fr.ts';
import { operatorsCliFr } from './operators.fr.ts';
import { pairsCliFr } from './pairs.fr.ts';
import { peopleCliFr } from './people.fr.ts';
import { requestsCliFr } from './requests.fr.ts';
import { settingsCliFr } from './settings.fr.ts';
import { shellCliFr } from './shell.fr.ts';
import { sitesCliFr } from './sites.fr.ts';
import { statusCliFr } from './status.fr.ts';
import { tokensCliFr } from './tokens.fr.ts';

export const cliFr: Record<keyof typeof cliEn, string> = Object.assign(
  {},
  shellCliFr,
  statusCliFr,
  localCliFr,
  sitesCliFr,
  pairsCliFr,
  settingsCliFr,
  operatorsCliFr,
  auditCliFr,
  tokensCliFr,
  blockTokensCliFr,
  peopleCliFr,
  coursesCliFr,
  requestsCliFr,
  noticesCliFr,
  columnsCliFr,
  fieldsCliFr,
);
