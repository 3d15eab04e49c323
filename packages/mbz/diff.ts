import { statSync } from 'node:fs';
import { type Comparison, compareDocuments, type Difference, indexFields } from './diff/compare.ts';
import { compareFiles } from './diff/files.ts';
import { readLabels } from './diff/labels.ts';
import { childrenOf, childText, type Element, type LoadedBackup, loadBackup } from './diff/load.ts';
import {
  type Backups,
  blockFolders,
  compareOrder,
  comparePairs,
  pairActivities,
  sectionFolders,
} from './diff/pairs.ts';
import type { Limits } from './limits.ts';
import { documentKind } from './people/catalogue.ts';

export type { Difference } from './diff/compare.ts';

export interface DiffOptions {
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Of the bytes of both archives. */
  readonly onProgress?: ((read: number, total: number) => void) | undefined;
}

/**
 * Says what differs between two backups of a course, in a person's words: names, sections, activities, files, people,
 * enrolments, groups, grades, questions. Ids, bookkeeping times and the address of the site are not differences; dates that
 * belong to the course (a due date) are. Fields that only one of two Moodle releases writes are told in one line.
 *
 * Both backups' documents are held in memory, the contents of their files are not read.
 */
export async function diff(first: string, second: string, options: DiffOptions = {}): Promise<Difference[]> {
  const { signal, limits, onProgress } = options;
  const [before, after] = [first, second].map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  const load = (path: string, done: number) =>
    loadBackup(path, {
      signal,
      limits,
      onProgress: onProgress && ((read) => onProgress(done + read, before! + after!)),
    });
  const backups = [await load(first, 0), await load(second, before!)] as const;
  const labels = [readLabels(backups[0]), readLabels(backups[1])] as const;
  const differences: Difference[] = [];
  const comparison: Comparison = {
    labels,
    fields: [fieldsOf(backups[0]), fieldsOf(backups[1])],
    report: (difference) => differences.push(difference),
    releaseFields: new Set(),
  };
  compareDescriptions(comparison, backups);
  for (const [path, where] of [...PLACES, ...otherDocuments(backups)])
    compareAt(comparison, backups, where, path, path);
  comparePeople(comparison, backups);
  const sections = comparePairs(sectionFolders(backups[0]), sectionFolders(backups[1]), comparison, 'Section');
  const activities = pairActivities(labels, comparison);
  compareOrder(comparison, backups, sections);
  const folders = [
    ...sections,
    ...activities,
    ...comparePairs(blockFolders(backups[0]), blockFolders(backups[1]), comparison, 'Block'),
  ];
  const names = [namesByFolder(backups[0]), namesByFolder(backups[1])] as const;
  for (const {
    where,
    folders: [before, after],
  } of folders) {
    if (before === undefined || after === undefined) continue;
    for (const name of new Set([...(names[0].get(before) ?? []), ...(names[1].get(after) ?? [])])) {
      compareAt(comparison, backups, where, `${before}/${name}`, `${after}/${name}`);
    }
  }
  compareFiles(comparison, backups);
  compareRelease(comparison);
  return differences;
}

const PLACES: readonly (readonly [path: string, where: string])[] = [
  ['course/course.xml', 'Course'],
  ['course/enrolments.xml', 'Enrolments'],
  ['course/roles.xml', 'Roles'],
  ['course/filters.xml', 'Course'],
  ['course/calendar.xml', 'Calendar'],
  ['course/comments.xml', 'Course'],
  ['course/competencies.xml', 'Competencies'],
  ['course/completiondefaults.xml', 'Course completion'],
  ['course/contentbank.xml', 'Content bank'],
  ['completion.xml', 'Course completion'],
  ['badges.xml', 'Badges'],
  ['groups.xml', 'Groups'],
  ['roles.xml', 'Roles'],
  ['gradebook.xml', 'Grades'],
  ['grade_history.xml', 'Grades'],
  ['scales.xml', 'Grades'],
  ['outcomes.xml', 'Grades'],
  ['questions.xml', 'Questions'],
];

function fieldsOf({ documents }: LoadedBackup): Map<string, Set<string>> {
  const index = new Map<string, Set<string>>();
  for (const [path, root] of documents) indexFields(index, documentKind(path).key ?? path, root);
  return index;
}

function compareAt(comparison: Comparison, backups: Backups, where: string, before: string, after: string): void {
  const [left, right] = [backups[0].documents.get(before), backups[1].documents.get(after)];
  const place = { where, entry: before, key: documentKind(before).key ?? before };
  if (left || right) compareDocuments(comparison, place, left, right);
}

/** Documents outside of sections, activities and blocks that no place is named for: those of contributed plugins. */
function otherDocuments(backups: Backups): [path: string, where: string][] {
  const known = new Set(['moodle_backup.xml', 'files.xml', 'users.xml', ...PLACES.map(([path]) => path)]);
  const paths = new Set(backups.flatMap(({ documents }) => [...documents.keys()]));
  return [...paths]
    .filter((path) => !known.has(path) && !/^(?:activities|sections|course\/blocks)\//.test(path))
    .map((path) => [path, path]);
}

/** The documents' names in each folder. */
function namesByFolder({ documents }: LoadedBackup): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const path of documents.keys()) {
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(0, slash));
    const list = names.get(folder) ?? [];
    list.push(path.slice(slash + 1));
    names.set(folder, list);
  }
  return names;
}

/** The archive's own description: with or without participants, and how it was made. */
function compareDescriptions({ report }: Comparison, backups: Backups): void {
  const settings = backups.map(({ documents }) => {
    const values = new Map<string, string>();
    for (const setting of childrenOf(documents.get('moodle_backup.xml'), 'information', 'settings')) {
      if (childText(setting, 'level') === 'root') values.set(childText(setting, 'name'), childText(setting, 'value'));
    }
    return values;
  });
  const [before, after] = [settings[0]?.get('users'), settings[1]?.get('users')];
  if (before !== after) {
    const words = (value: string | undefined) => (value === '1' ? 'with participants' : 'without participants');
    report({
      where: 'Backup',
      what: `The first backup was made ${words(before)}, the second ${words(after)}.`,
      kind: before === '1' ? 'removed' : 'added',
      entry: 'moodle_backup.xml',
      before: words(before),
      after: words(after),
    });
  }
}

function comparePeople(comparison: Comparison, backups: Backups): void {
  const people = backups.map(({ documents }) => {
    const users = documents.get('users.xml');
    return new Map((users?.children ?? []).map((user) => [childText(user, 'username'), user]));
  });
  const [before, after] = [people[0]!, people[1]!];
  const only = (these: ReadonlyMap<string, unknown>, others: ReadonlyMap<string, unknown>) =>
    [...these.keys()].filter((name) => !others.has(name));
  const tell = (names: string[], kind: 'added' | 'removed') => {
    if (names.length === 0) return;
    const list = names.length > 12 ? `${names.slice(0, 12).join(', ')} …` : names.join(', ');
    const which = kind === 'removed' ? 'first' : 'second';
    comparison.report({
      where: 'People',
      what: `${names.length} ${names.length === 1 ? 'person is' : 'people are'} only in the ${which} backup: ${list}.`,
      kind,
      entry: 'users.xml',
    });
  };
  tell(only(before, after), 'removed');
  tell(only(after, before), 'added');
  for (const [username, user] of before) {
    const twin = after.get(username);
    if (twin) comparePerson(comparison, username, user, twin);
  }
  const [left, right] = [backups[0].logRows, backups[1].logRows];
  if ((left === 0) !== (right === 0)) {
    const kind = right === 0 ? 'removed' : 'added';
    comparison.report({
      where: 'People',
      what: `${left || right} log rows are only in the ${kind === 'removed' ? 'first' : 'second'} backup.`,
      kind,
    });
  }
}

/** One line per person: whose profile differs matters more than each of its fields. */
function comparePerson(comparison: Comparison, username: string, before: Element, after: Element): void {
  const found: Difference[] = [];
  const place = { where: 'People', entry: 'users.xml', key: 'users.xml' };
  compareDocuments({ ...comparison, report: (difference) => found.push(difference) }, place, before, after);
  if (found.length === 0) return;
  const what = `${username}: ${found.map((difference) => difference.what).join(' ')}`;
  comparison.report({ where: 'People', what, kind: 'changed', entry: 'users.xml' });
}

function compareRelease({ labels, releaseFields, report }: Comparison): void {
  const [before, after] = [labels[0].release, labels[1].release];
  if (before === after) return;
  const only = releaseFields.size === 0 ? '' : ` Only one of them writes: ${[...releaseFields].sort().join(', ')}.`;
  report({
    where: 'Moodle version',
    what: `The first backup is of Moodle ${before}, the second of ${after}.${only}`,
    kind: 'changed',
    entry: 'moodle_backup.xml',
    before,
    after,
  });
}
