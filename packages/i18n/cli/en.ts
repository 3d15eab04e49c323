import { auditCliEn } from './audit.en.ts';
import { blockTokensCliEn } from './block-tokens.en.ts';
import { columnsCliEn } from './columns.en.ts';
import { coursesCliEn } from './courses.en.ts';
import { fieldsCliEn } from './fields.en.ts';
import { localCliEn } from './local.en.ts';
import { noticesCliEn } from './notices.en.ts';
import { operatorsCliEn } from './operators.en.ts';
import { pairsCliEn } from './pairs.en.ts';
import { peopleCliEn } from './people.en.ts';
import { requestsCliEn } from './requests.en.ts';
import { settingsCliEn } from './settings.en.ts';
import { shellCliEn } from './shell.en.ts';
import { sitesCliEn } from './sites.en.ts';
import { statusCliEn } from './status.en.ts';
import { tokensCliEn } from './tokens.en.ts';

/** What the command line says. */
export const cliEn: typeof shellCliEn &
  typeof statusCliEn &
  typeof localCliEn &
  typeof sitesCliEn &
  typeof pairsCliEn &
  typeof settingsCliEn &
  typeof operatorsCliEn &
  typeof auditCliEn &
  typeof tokensCliEn &
  typeof blockTokensCliEn &
  typeof peopleCliEn &
  typeof coursesCliEn &
  typeof requestsCliEn &
  typeof noticesCliEn &
  typeof columnsCliEn &
  typeof fieldsCliEn = Object.assign(
  {},
  shellCliEn,
  statusCliEn,
  localCliEn,
  sitesCliEn,
  pairsCliEn,
  settingsCliEn,
  operatorsCliEn,
  auditCliEn,
  tokensCliEn,
  blockTokensCliEn,
  peopleCliEn,
  coursesCliEn,
  requestsCliEn,
  noticesCliEn,
  columnsCliEn,
  fieldsCliEn,
);
