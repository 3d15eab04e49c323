import { createTranslator } from '@jouvence/i18n';
import { expect, test } from 'vitest';
import { enrolmentModes } from '../types.ts';
import { enrolmentLine } from './consider.ts';
import { refusalReasons } from './refusal.ts';

test.each(['en', 'fr'] as const)('why something may not be, and what enrolments mean, is said in %s', (language) => {
  const { maybe } = createTranslator(language);
  for (const reason of refusalReasons) expect(maybe(`refusal.${reason}`), reason).toBeTruthy();
  for (const reason of ['no-key', 'no-match', 'several', 'original-off', 'key-refused'])
    expect(maybe(`category.why.${reason}`), reason).toBeTruthy();
  for (const enrolments of enrolmentModes)
    for (const people of [true, false]) {
      const { code } = enrolmentLine({ people, enrolments, keepIdnumber: false, keepFileAuthors: false });
      expect(maybe(`report.${code}.why`), code).toBeTruthy();
    }
  for (const code of ['people', 'enrolments', 'idnumber', 'authors'])
    expect(maybe(`report.${code}-not-chosen.why`), code).toBeTruthy();
});
