import { type Comparison, compareDocuments, type Difference, indexFields } from './diff/compare.ts';
import { compareFiles } from './diff/files.ts';
import { type ActivityLabel, type Labels, readLabels } from './diff/labels.ts';
import { child, childrenOf, childText, type Element, type LoadedBackup, loadBackup } from './diff/load.ts';
import { documentKind } from './people/catalogue.ts';

export type { Difference } from './diff/compare.ts';

export interface DiffOptions {
  readonly signal?: AbortSignal;
}

/**
 * Says what differs between two backups of a course, in a person's words: names, sections, activities, files, people,
 * enrolments, groups, grades, questions. Ids, bookkeeping times and the address of the site are not differences; dates that
 * belong to the course (a due date) are. Fields that only one of two Moodle releases writes are told in one line.
 *
 * Both backups' documents are held in memory, the contents of their files are not read.
 */
export async function diff(first: string, second: string, options: DiffOptions = {}): Promise<Difference[]> {
  const backups = [await loadBackup(first, options.signal), await loadBackup(second, options.signal)] as const;
  const labels = [readLabels(backups[0]), readLabels(backups[1])] as const;
  const differences: Difference[] = [];
  const comparison: Comparison = {
    labels,
    fields: [fieldsOf(backups[0]), fieldsOf(backups[1])],
    report: (difference) => differences.push(difference),
    releaseFields: new Set(),
  };
  compareDescriptions(comparison, backups);
  const done = new Set(['moodle_backup.xml', 'files.xml', 'users.xml']);
  for (const [path, where] of PLACES) {
    done.add(path);
    compareAt(comparison, backups, where, path, path);
  }
  comparePeople(comparison, backups);
  const sections = comparePairs(sectionFolders(backups[0]), sectionFolders(backups[1]), comparison, 'Section');
  const activities = pairActivities(labels, comparison);
  compareOrder(comparison, backups, sections);
  const folders = [
    ...sections,
    ...activities,
    ...comparePairs(blockFolders(backups[0]), blockFolders(backups[1]), comparison, 'Block'),
  ];
  for (const { where, folders: pair } of folders) compareFolders(comparison, backups, where, pair);
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

type Backups = readonly [LoadedBackup, LoadedBackup];
type Pair = readonly [string | undefined, string | undefined];

interface PairedFolders {
  readonly where: string;
  readonly folders: Pair;
}

function fieldsOf({ documents }: LoadedBackup): Map<string, Set<string>> {
  const index = new Map<string, Set<string>>();
  for (const [path, root] of documents) indexFields(index, documentKind(path).key ?? path, root);
  return index;
}

function compareAt(
  comparison: Comparison,
  backups: Backups,
  where: string,
  before: string | undefined,
  after: string | undefined,
): void {
  const entry = before ?? after!;
  const left = before === undefined ? undefined : backups[0].documents.get(before);
  const right = after === undefined ? undefined : backups[1].documents.get(after);
  if (left || right) compareDocuments(comparison, { where, entry, key: documentKind(entry).key ?? entry }, left, right);
}

/** Documents of two folders of the same thing, matched by their names. */
function compareFolders(comparison: Comparison, backups: Backups, where: string, [before, after]: Pair): void {
  if (before === undefined || after === undefined) return;
  const names = new Set<string>();
  for (const [side, folder] of [before, after].entries()) {
    for (const path of backups[side as 0 | 1].documents.keys()) {
      if (path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/'))
        names.add(path.slice(folder.length + 1));
    }
  }
  for (const name of names) compareAt(comparison, backups, where, `${before}/${name}`, `${after}/${name}`);
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

/** Sections by number, with their folder. */
function sectionFolders({ documents }: LoadedBackup): Map<string, { folder: string; name: string }> {
  const folders = new Map<string, { folder: string; name: string }>();
  for (const [path, section] of documents) {
    if (!path.startsWith('sections/') || !path.endsWith('/section.xml')) continue;
    const number = childText(section, 'number');
    const name = childText(section, 'name');
    folders.set(number, {
      folder: path.slice(0, path.lastIndexOf('/')),
      name: name === '' ? number : `${number} “${name}”`,
    });
  }
  return folders;
}

/** Blocks by name and place, several of a name in their order. */
function blockFolders({ documents }: LoadedBackup): Map<string, { folder: string; name: string }> {
  const folders = new Map<string, { folder: string; name: string }>();
  for (const [path, block] of documents) {
    if (!path.endsWith('/block.xml')) continue;
    const name = childText(block, 'blockname');
    let count = 1;
    while (folders.has(`${name} ${count}`)) count++;
    folders.set(`${name} ${count}`, {
      folder: path.slice(0, path.lastIndexOf('/')),
      name: count === 1 ? name : `${name} (${count})`,
    });
  }
  return folders;
}

function comparePairs(
  before: ReadonlyMap<string, { folder: string; name: string }>,
  after: ReadonlyMap<string, { folder: string; name: string }>,
  { report }: Comparison,
  word: string,
): PairedFolders[] {
  const pairs: PairedFolders[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [left, right] = [before.get(key), after.get(key)];
    const where = `${word} ${(left ?? right)!.name}`;
    if (!right)
      report({
        where,
        what: `The ${word.toLowerCase()} is only in the first backup.`,
        kind: 'removed',
        entry: left!.folder,
      });
    if (!left)
      report({
        where,
        what: `The ${word.toLowerCase()} is only in the second backup.`,
        kind: 'added',
        entry: right!.folder,
      });
    pairs.push({ where, folders: [left?.folder, right?.folder] });
  }
  return pairs;
}

/** Activities by module and title; of what is left, one of a module on each side is taken for renamed. */
function pairActivities(labels: readonly [Labels, Labels], { report }: Comparison): PairedFolders[] {
  const others = new Map(labels[1].activities.map((activity) => [activity.key, activity]));
  const pairs: PairedFolders[] = [];
  const lonely: ActivityLabel[] = [];
  for (const activity of labels[0].activities) {
    const twin = others.get(activity.key);
    others.delete(activity.key);
    if (twin) pairs.push({ where: activity.where, folders: [activity.folder, twin.folder] });
    else lonely.push(activity);
  }
  for (const activity of lonely) {
    const same = [...others.values()].filter(({ module }) => module === activity.module);
    if (same.length === 1 && lonely.filter(({ module }) => module === activity.module).length === 1) {
      others.delete(same[0]!.key);
      pairs.push({ where: activity.where, folders: [activity.folder, same[0]!.folder] });
      continue;
    }
    report({
      where: activity.where,
      what: 'The activity is only in the first backup.',
      kind: 'removed',
      entry: activity.folder,
    });
  }
  for (const activity of others.values()) {
    report({
      where: activity.where,
      what: 'The activity is only in the second backup.',
      kind: 'added',
      entry: activity.folder,
    });
  }
  return pairs;
}

/** The activities of each section in their order, as far as both backups have them. */
function compareOrder({ labels, report }: Comparison, backups: Backups, sections: readonly PairedFolders[]): void {
  const sequence = (side: 0 | 1, folder: string) =>
    childText(child(backups[side].documents.get(`${folder}/section.xml`)), 'sequence')
      .split(',')
      .map((id) => labels[side].labelOf('module', id))
      .filter((key) => key !== undefined);
  for (const { where, folders } of sections) {
    const [before, after] = folders;
    if (before === undefined || after === undefined) continue;
    const [left, right] = [sequence(0, before), sequence(1, after)];
    const common = (these: string[], others: string[]) => these.filter((key) => others.includes(key));
    if (common(left, right).join('\n') !== common(right, left).join('\n')) {
      report({ where, what: 'The order of the activities differs.', kind: 'changed', entry: `${before}/section.xml` });
    }
    const everywhere = [
      new Set(labels[0].activities.map(({ key }) => key)),
      new Set(labels[1].activities.map(({ key }) => key)),
    ];
    for (const key of left) {
      if (!right.includes(key) && everywhere[1]!.has(key)) {
        const moved = labels[0].activities.find((activity) => activity.key === key)!;
        report({
          where: moved.where,
          what: `The activity was in ${where} and is elsewhere.`,
          kind: 'changed',
          entry: `${before}/section.xml`,
        });
      }
    }
  }
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
