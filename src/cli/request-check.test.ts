import type { Answer } from '@jouvence/contract';
import { createTranslator } from '@jouvence/i18n';
import { expect, test } from 'vitest';
import { describeCheck, exitCodeOfCheck } from './request-check.ts';

const fine: Answer<'requests.check'>['items'][number] = {
  source: 'campus-2024',
  courseid: 2,
  course: {
    shortname: 'H',
    fullname: 'Histoire',
    category: { id: 1, name: 'Lettres', idnumber: 'LET', path: ['Lettres'] },
  },
  fileBytes: 2048,
  verdict: {
    kind: 'partly',
    reasons: [{ code: 'module-missing', severity: 'warning', what: 'chat “Salon”', why: 'no chat', todo: '' }],
  },
  category: {
    id: 1,
    name: 'Imported',
    path: ['Imported'],
    wish: 'original',
    why: { code: 'no-match', key: 'LET', message: 'no category there has the idnumber LET' },
  },
  options: { people: false, enrolments: 'withusers', keepIdnumber: false, keepFileAuthors: false },
  mayChoose: { people: true, enrolments: false, keepIdnumber: false, keepFileAuthors: false },
  enrolledAs: 'editingteacher',
  lines: [{ code: 'enrolments-withusers-nobody', severity: 'info', what: 'withusers', why: 'nobody comes', todo: '' }],
  carried: null,
  problems: [],
};
const carried = {
  request: '0123456789ab',
  arrived: true,
  by: 'prof.weber',
  byKnown: true,
  at: new Date(0),
  url: 'https://new/3',
  mayEnrol: true,
  enrolled: false,
};
const late: typeof fine = {
  ...fine,
  courseid: 3,
  carried,
  problems: [
    {
      code: 'conflict',
      reason: 'carried-already',
      message: 'was carried there for prof.weber already',
      values: {
        target: 'new',
        course: 'Histoire',
        by: 'prof.weber',
        at: '2026-09-01',
        url: 'https://new/3',
        request: '0123456789ab',
      },
    },
  ],
};

test('one course that can be sent: where it goes and why, what may be chosen, what enrolments mean', () => {
  const checked = { target: 'new', person: 'prof.martin', ok: true, items: [fine] };
  const words = describeCheck(checked, createTranslator('fr'), undefined);
  for (const said of [
    'Imported (celle par défaut : aucune catégorie n’y a la même clé (LET))',
    'non (au choix)',
    'withusers (selon les réglages)',
    'une partie sera restaurée',
    'sans données des participants, personne ne vient, ni aucune méthode d’inscription',
    'Cela peut être envoyé ainsi.',
  ])
    expect(words).toContain(said);
  expect(exitCodeOfCheck(checked)).toBe(0);
  expect(describeCheck(checked, createTranslator('en'), undefined)).toContain('the default one: no category there');
});

test('several: a table, then each, and who carried one already; the exit code is that of sending it', () => {
  const checked = { target: 'new', person: 'prof.martin', ok: false, items: [fine, late] };
  const words = describeCheck(checked, createTranslator('fr'), 100);
  expect(words.split('\n')[2]).toMatch(/^campus-2024:3 +Histoire +Pas ainsi +Imported$/);
  expect(words).toContain('« Histoire » a déjà été transporté vers new, pour prof.weber, le 2026-09-01');
  expect(words).toContain('jouvence requests enrol 0123456789ab --person NOM');
  expect(words).toContain('Cela ne peut pas être envoyé ainsi.');
  expect(exitCodeOfCheck(checked)).toBe(7);
});

test('a site that is paused: with the reason that was given for it, in either language', () => {
  const line = {
    code: 'site-paused-waits',
    severity: 'warning' as const,
    what: 'Campus 2024',
    why: 'Those who run this service have paused it: moves on Friday',
    todo: 'Nothing is to be done.',
    values: { because: 'moves on Friday' },
  };
  const checked = { target: 'new', person: 'prof.martin', ok: true, items: [{ ...fine, lines: [line] }] };
  for (const language of ['fr', 'en'] as const)
    expect(describeCheck(checked, createTranslator(language), undefined)).toMatch(
      /(l’ont mis en pause|paused it).*moves on Friday/,
    );
});
