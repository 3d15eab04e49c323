import type { Comparison } from './compare.ts';
import type { ActivityLabel, Labels } from './labels.ts';
import { childText, type LoadedBackup } from './load.ts';

export type Backups = readonly [LoadedBackup, LoadedBackup];

/** The folders of one thing in both backups; one that lacks it has none. */
export interface PairedFolders {
  readonly where: string;
  readonly folders: readonly [string | undefined, string | undefined];
}

interface Folder {
  readonly folder: string;
  readonly name: string;
}

/** Sections by number, with their folder. */
export function sectionFolders({ documents }: LoadedBackup): Map<string, Folder> {
  const folders = new Map<string, Folder>();
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
export function blockFolders({ documents }: LoadedBackup): Map<string, Folder> {
  const folders = new Map<string, Folder>();
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

export function comparePairs(
  before: ReadonlyMap<string, Folder>,
  after: ReadonlyMap<string, Folder>,
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
export function pairActivities(labels: readonly [Labels, Labels], { report }: Comparison): PairedFolders[] {
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
export function compareOrder(
  { labels, report }: Comparison,
  backups: Backups,
  sections: readonly PairedFolders[],
): void {
  const sequence = (side: 0 | 1, folder: string) =>
    childText(backups[side].documents.get(`${folder}/section.xml`), 'sequence')
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
