import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requestStates } from '@jouvence/contract';
import { expect, test } from 'vitest';
import { errorCatalogue } from '../../src/errors.ts';
import { browserEn } from './browser/en.ts';
import { browserFr } from './browser/fr.ts';
import { operatorsEn } from './browser/operators.en.ts';
import { operatorsFr } from './browser/operators.fr.ts';
import {
  auditActions,
  createTranslator,
  en,
  fr,
  languageOfEnvironment,
  languageOfHeader,
  languages,
  nameText,
  readAuditThing,
  reportWhat,
} from './index.ts';

test('both languages say the same things, with the same holes', () => {
  expect(Object.keys(fr)).toEqual(Object.keys(en));
  const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
  for (const [key, text] of Object.entries(en)) {
    expect(holes(fr[key as keyof typeof fr]), key).toEqual(holes(text));
    expect(fr[key as keyof typeof fr] === '', key).toBe(text === '');
  }
});

test('French signs of two parts do not begin a line, nor do quotation marks stand alone', () => {
  for (const texts of [fr, browserFr, operatorsFr])
    for (const [key, text] of Object.entries(texts)) expect(text, key).not.toMatch(/\S [:;?!»](?!\w)|« /);
});

test('English says of an error what the catalogue says', () => {
  for (const [code, { sentence }] of Object.entries(errorCatalogue))
    expect(en).toHaveProperty([`error.${code}`], sentence);
  const codes = Object.keys(en).filter((key) => key.startsWith('error.'));
  expect(codes).toHaveLength(Object.keys(errorCatalogue).length);
});

test('every state of a request has a word', () => {
  for (const language of languages) {
    const { maybe } = createTranslator(language);
    for (const state of requestStates) expect(maybe(`state.${state}`), `${language} ${state}`).toBeTruthy();
  }
});

test('everything that the audit writes is said in both languages', () => {
  for (const texts of [en, fr])
    for (const action of auditActions) {
      expect(texts[`audit.what.${action}`], action).toBeTruthy();
      expect(Object.hasOwn(texts, `audit.noun.${action.split('.')[0]}`), action).toBe(true);
    }
  expect(['site x', 'pair a → b', 'requests of a, b', 'person', 'odd'].map(readAuditThing)).toEqual([
    { kind: 'site', name: 'x' },
    { kind: 'pair', name: 'a → b' },
    { kind: 'requestsOf', name: 'a, b' },
    { kind: 'somebody', name: '' },
    { kind: null, name: 'odd' },
  ]);
});

test('what a report may say is said in both languages', () => {
  const root = join(import.meta.dirname, '../..');
  const literal = /code: (?:\w+ \? '([a-z-]+)' : )?'([a-z-]+)',\s*severity:/g;
  const codes = globSync('{src/{catalogue,restores},packages/site-engine}/**/*.ts', { cwd: root })
    .filter((file) => !file.includes('test'))
    .flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(literal)].flatMap(([, one, other]) =>
        one ? [one, other!] : [other!],
      ),
    );
  expect(codes.length).toBeGreaterThan(10);
  const missing = [...new Set(codes)].filter((code) => !Object.hasOwn(en, `report.${code}.why`));
  expect(missing, 'add report.<code>.why and .todo to packages/i18n').toEqual([]);
});

test('of what a report speaks is said in French wherever we write it in English', () => {
  const root = join(import.meta.dirname, '../..');
  const french = createTranslator('fr');
  const files = globSync('{src/{catalogue,restores},packages/site-engine}/**/*.ts', { cwd: root });
  const said = files
    .filter((file) => !file.includes('test'))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      const named = [...text.matchAll(/const what = (`[^`]*`|'[^']*');/g)];
      return [
        ...text.matchAll(/code: [^,]*?'([a-z-]+)',\s*severity: [^,]+,\s*what(?:: (`[^`]*`|'[^']*')(?:\.trim\(\))?)?,/g),
      ].map(({ 1: code, 2: here, index }) => {
        const above = named.findLast((each) => each.index < index)?.[1] ?? "''";
        return { code: code!, what: (here ?? above).slice(1, -1) };
      });
    })
    // “3 questions” is the same in both.
    .filter(({ code }) => code !== 'question-authors')
    // What is put in is a name or a number; what then is left of letters are words of ours.
    .map(({ code, what }) => ({
      code,
      what: what.replace(/\$\{[^}]*\}/g, '3'),
      left: what.replace(/\$\{[^}]*\}/g, ''),
    }))
    .filter(({ left }) => /[a-z]{3}/i.test(left) && !/^(?:mod|format|block|qtype)_$|^Moodle $/.test(left));
  expect(said.map(({ code }) => code)).toEqual(expect.arrayContaining(['people-matched', 'file-lost', 'source-block']));
  const english = said.filter((line) => reportWhat(line, french) === line.what);
  expect(english, 'add report.<code>.what to packages/i18n, or a shape to report-words.ts').toEqual([]);
});

test('whatever a report speaks of is put into French words, and names stay as they are', () => {
  const french = createTranslator('fr');
  const say = (code: string, what: string) => reportWhat({ code, what }, french).replaceAll('\u00a0', ' ');
  expect(say('module-missing', 'survey “Enquête”')).toBe('consultation « Enquête »');
  expect(say('activity-lost', 'Enquête (2) (survey)')).toBe('consultation « Enquête (2) »');
  expect(say('section-lost', '2 of 7 sections')).toBe('2 sur 7 sections');
  expect(say('enrolment-method-left', 'cohort: 3 people')).toBe('cohort : 3 personnes');
  expect(say('people-not-chosen', 'people: false')).toBe('données des participants : non');
  expect(say('enrolments-never-nobody', 'never')).toBe('jamais');
  expect(say('source-block', 'Strasbourg’s block')).toBe('bloc de Strasbourg');
  expect(say('scale-site', 'people: false')).toBe('people: false');
  expect(reportWhat({ code: 'people-matched', what: 'participants’ data' }, createTranslator('en'))).toBe(
    'participants’ data',
  );
});

test('values go in unharmed and are not read again', () => {
  const { t } = createTranslator('en');
  expect(t('cli.error.unknownCommand', { given: '<b>$t(yes) {{id}} & é' })).toBe(
    'there is no command "<b>$t(yes) {{id}} & é"',
  );
});

test('plurals', () => {
  const [english, french] = [createTranslator('en'), createTranslator('fr')];
  expect([0, 1, 2].map((count) => english.t('cli.courses.files', { count }))).toEqual(['0 files', '1 file', '2 files']);
  expect([0, 1, 2].map((count) => french.t('cli.courses.files', { count }))).toEqual([
    '0 fichier',
    '1 fichier',
    '2 fichiers',
  ]);
  expect(french.t('cli.courses.files', { count: 3_000_000 })).toBe('3000000 fichiers');
});

test('what is not in the catalogue is not invented', () => {
  expect(createTranslator('fr').maybe('report.some-new-code.why')).toBeUndefined();
  expect(createTranslator('fr').maybe('report.__proto__.why')).toBeUndefined();
});

test.each([
  [{ LANG: 'fr_FR.UTF-8' }, 'fr'],
  [{ LANG: 'fr_FR.UTF-8', LC_ALL: 'C.UTF-8' }, 'en'],
  [{ LANG: 'en_GB.UTF-8', LC_MESSAGES: 'fr_CA' }, 'fr'],
  [{ LC_ALL: '', LANG: 'fr' }, 'fr'],
  [{ LANG: 'frp_FR' }, 'en'],
  [{}, 'en'],
] as const)('%j is %s', (env, language) => {
  expect(languageOfEnvironment(env)).toBe(language);
});

test.each([
  ['fr-FR,fr;q=0.9,en;q=0.8', 'fr'],
  ['de,en;q=0.3,fr;q=0.8', 'fr'],
  ['fr;q=0,en', 'en'],
  ['fr;q=0', 'en'],
  [undefined, 'en'],
] as const)('Accept-Language %s is %s', (header, language) => {
  expect(languageOfHeader(header)).toBe(language);
});

test('who was erased is somebody, in each language, alone and in a sentence', () => {
  const [english, french] = [createTranslator('en'), createTranslator('fr')];
  expect(nameText(french, '(erased)')).toBe('quelqu’un');
  expect(nameText(english, '(erased) (new) is two: (erased), x')).toBe('somebody (new) is two: somebody, x');
  expect(nameText(french, 'prof.martin')).toBe('prof.martin');
  expect(readAuditThing('person (erased)')).toEqual({ kind: 'somebody', name: '' });
});

test('sizes in words', () => {
  expect([0, 1023, 1024, 1_572_864].map(createTranslator('en').bytes)).toEqual(['0 B', '1,023 B', '1 kB', '1.5 MB']);
  expect(createTranslator('fr').bytes(1_572_864)).toBe('1,5 Mo');
});

test.each([
  ['everybody', browserEn, browserFr],
  ['operators', operatorsEn, operatorsFr],
] as [string, Record<string, string>, Record<string, string>][])(
  'pages of %s say the same things in both languages, with the same holes',
  (_, en, fr) => {
    expect(Object.keys(fr)).toEqual(Object.keys(en));
    const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
    for (const [key, text] of Object.entries(en)) expect(holes(fr[key]!), key).toEqual(holes(text));
  },
);

test('French keeps its marks with their words: the space before ? ! : ; » and after « does not break', () => {
  const root = join(import.meta.dirname, '../..');
  const files = globSync('packages/i18n/{pages/*,cli/*,own,rules,settings,checks,notices}.fr.ts', { cwd: root });
  expect(files.length).toBeGreaterThan(10);
  const plain = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line) && / [?!;:»]|« /.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(plain, 'write U+00A0 there').toEqual([]);
});
