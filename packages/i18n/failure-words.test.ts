import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MbzError, mbzErrorCodes } from '@jouvence/mbz';
import { SiteError } from '@jouvence/moodle-client';
import { expect, test } from 'vitest';
import { errorCatalogue, failure, toAppError } from '../../src/errors.ts';
import { failuresEn } from './failures/en.ts';
import { failuresFr } from './failures/fr.ts';
import { inEnglish } from './failures/index.ts';
import { createTranslator, en, failureParts, failureText } from './index.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const [english, french] = [createTranslator('en'), createTranslator('fr')];

const reasons = Object.keys(failuresEn)
  .filter((key) => key.startsWith('failure.'))
  .map((key) => key.slice('failure.'.length));
const holesOf = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!);
/** Of every reason one, with a value for each thing that it names. */
const told = reasons.map((reason) => {
  const holes = holesOf(failuresEn[`failure.${reason}` as keyof typeof failuresEn]);
  const said = [{ reason, values: Object.fromEntries(holes.map((name) => [name, `<${name}>`])) }];
  return { reason, holes, code: 'site-error', message: inEnglish(said), said };
});

test.each(told)('“$reason” is said in both languages, with all that it names', ({ holes, ...error }) => {
  expect(failureText(english, error)).toBe(error.message);
  const text = failureText(french, error);
  for (const name of holes) {
    expect(error.message).toContain(`<${name}>`);
    expect(text).toContain(`<${name}>`);
  }
  expect(text).not.toMatch(/\{\{|\u0002|\u0003/);
  if (!['parameter-refused'].includes(error.reason)) expect(text).not.toBe(error.message);
  // What another machine said is all that is in English, and is told apart.
  const foreign = failureParts(french, error).filter((part) => part.foreign);
  expect(foreign.map((part) => part.text)).toEqual(holes.includes('quoted') ? ['<quoted>'] : []);
});

test('every code of the catalogue is said in both languages where an error says no more than that', () => {
  for (const [code, { sentence }] of Object.entries(errorCatalogue)) {
    const { message, said } = new (toAppError('').constructor as typeof import('../../src/errors.ts').AppError)(
      code as keyof typeof errorCatalogue,
    );
    expect(message).toBe(sentence);
    expect(failureParts(french, { code, message, said })).toEqual([
      { text: french.t(`error.${code as keyof typeof errorCatalogue}`), foreign: false },
    ]);
  }
});

test('whatever may be wrong with an archive is said, of each code of the reader', () => {
  for (const code of mbzErrorCodes) {
    const error = toAppError(new MbzError(code, 'the tar says so', { entry: 'files.xml' }));
    const text = failureText(french, error);
    expect(text, code).not.toBe(error.message);
  }
});

test('a rule that does not let it be, and a line of a verdict, are said as everywhere', () => {
  const rule = { reason: 'category-original-off', values: { target: 'new' } };
  expect(failureText(french, { code: 'not-allowed', message: 'x', said: [rule] })).toBe(
    french.t('refusal.category-original-off', { target: 'new' }),
  );
  const values = { site: 'new', code: 'release-new', what: '5.1' };
  const line = failureText(french, { code: 'unsupported', message: 'x', said: [{ reason: 'report', values }] });
  expect(line).toContain(french.t('report.release-new.why'));
  expect(line).toMatch(/^new\u00a0: 5\.1\u00a0: /);
});

test('sentences follow one another; one that is not known leaves the message as it is, in English', () => {
  const error = failure('site-cron', [
    { reason: 'cron-never', values: { site: 'old', kind: 'backup' } },
    { reason: 'cron-mend', values: {} },
  ]);
  expect(error.message).toBe(
    'old: its cron has not run ever, and our backup waits for it. Have its cron mended: admin/cli/cron.php has to run every minute',
  );
  expect(failureText(french, error)).toMatch(/notre tâche \(sauvegarde\) l’attend\. Faites réparer son cron/);
  const odd = {
    code: 'site-error',
    message: 'odd',
    said: [...error.said, { reason: 'of-a-later-version', values: {} }],
  };
  expect(failureParts(french, odd)).toEqual([{ text: 'odd', foreign: true }]);
});

test('words of a site are no texts of ours: neither holes nor marks in them do anything', () => {
  const quoted = '{{site}} $t(yes) \u0002x <b>';
  const error = new SiteError('site-error', 'old', { reason: 'refused', values: { function: 'get_job', quoted } });
  expect(error.message).toBe(`old: get_job was refused: ${quoted}`);
  expect(failureText(french, error)).toContain('{{site}} $t(yes) x <b>');
});

/**
 * Where an error is in English alone, because only whoever sets a site up, or looks at the log, ever reads it. What can
 * be the error of a request is not among them.
 */
const englishAlone: Record<string, string> = {
  'packages/moodle-client/address.ts': 'the address of a site, when it is added',
  'packages/moodle-client/command/account.ts': 'the account of a site on this machine, when it is added or was changed',
  'packages/moodle-client/command/code-base.ts': 'the code of a site on this machine, when it is added',
  'packages/moodle-client/command/set-up-profile.ts': 'what the set-up on this machine printed',
  'packages/moodle-client/command/transfers.ts': 'a mistake of our own',
  'packages/moodle-client/download.ts': 'a mistake of our own',
  'packages/moodle-client/exchange-pairing-code.ts': 'pairing, when a site is added',
};

test('no error on the way to a site is in English alone, but those of setting it up', () => {
  const files = globSync('packages/moodle-client/**/*.ts', { cwd: root }).filter((file) => !/test/.test(file));
  const alone = files.filter((file) =>
    /new SiteError\(\s*(?:'[\w-]+'|code),\s*[\w.]+,\s*(?:[`'"]|\[why[^\n]*join|message)/.test(read(file)),
  );
  expect(alone.sort()).toEqual(Object.keys(englishAlone).sort());
});

test('no error of a step of a request is in English alone, but what nobody foresaw', () => {
  const steps = ['bring-in', 'bring-out', 'block-backup', 'cron', 'examine', 'follow-task', 'prepare', 'restore-step'];
  const alone = steps.flatMap((name) => [
    ...[...read(`src/restores/${name}.ts`).matchAll(/new AppError\(\s*'([\w-]+)',(?!\s*undefined)/g)].map(
      ([, code]) => `${name} ${code}`,
    ),
    ...[...read(`src/restores/${name}.ts`).matchAll(/refuse: \{ code: '([\w-]+)'(?![^\n]*said)/g)].map(
      ([, code]) => `${name} ${code}`,
    ),
  ]);
  // A file that is another one than was just written; a request that is not there has no page.
  expect(alone).toEqual(['prepare internal', 'restore-step not-found']);
  for (const problem of [
    'content-altered',
    'size-differs',
    'missing-from-archive',
    'document-malformed',
    'document-missing',
  ])
    expect(en).toHaveProperty([`failure.problem-${problem}`]);
  expect(Object.keys(failuresFr)).toEqual(Object.keys(failuresEn));
});
