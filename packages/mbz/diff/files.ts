import type { Comparison } from './compare.ts';
import type { Labels } from './labels.ts';
import { childText, type Element, type LoadedBackup } from './load.ts';

/** Rows of `files.xml` under one name: the same area, folder and file name in the same activity. */
interface Named {
  readonly where: string;
  readonly name: string;
  readonly rows: Element[];
}

/** Compares files by what they belong to, their name and their contents' hash. */
export function compareFiles({ labels, report }: Comparison, backups: readonly [LoadedBackup, LoadedBackup]): void {
  const before = namedFiles(backups[0], labels[0]);
  const after = namedFiles(backups[1], labels[1]);
  const authors = { added: 0, removed: 0, changed: 0 };
  const entry = 'files.xml';
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const { where, name } = (before.get(key) ?? after.get(key))!;
    const [left, right] = pairOff(before.get(key)?.rows ?? [], after.get(key)?.rows ?? [], (one, other) => {
      for (const field of ['sortorder', 'license', 'mimetype'] as const) {
        const [was, is] = [childText(one, field), childText(other, field)];
        if (was !== is)
          report({
            where,
            what: `The ${field} of the file “${name}” was “${was}” and is “${is}”.`,
            kind: 'changed',
            entry,
            before: was,
            after: is,
          });
      }
      const author = (row: Element, labelled: Labels) => {
        const userId = childText(row, 'userid');
        return [
          childText(row, 'author'),
          userId === '' || userId === '0' ? '' : (labelled.labelOf('user', userId) ?? '(a user)'),
        ];
      };
      const [was, is] = [author(one, labels[0]), author(other, labels[1])];
      for (const index of [0, 1]) {
        if (was[index] === is[index] || (was[index] && is[index] && [was[index], is[index]].includes('(a user)')))
          continue;
        authors[!was[index] ? 'added' : !is[index] ? 'removed' : 'changed']++;
      }
    });
    while (left.length > 0 && right.length > 0) {
      const [was, is] = [childText(left.shift(), 'contenthash'), childText(right.shift(), 'contenthash')];
      report({
        where,
        what: `The contents of the file “${name}” differ.`,
        kind: 'changed',
        entry,
        before: was,
        after: is,
      });
    }
    for (const _ of left)
      report({ where, what: `The file “${name}” is only in the first backup.`, kind: 'removed', entry });
    for (const _ of right)
      report({ where, what: `The file “${name}” is only in the second backup.`, kind: 'added', entry });
  }
  const total = authors.added + authors.removed + authors.changed;
  if (total > 0) {
    const kind = total === authors.added ? 'added' : total === authors.removed ? 'removed' : 'changed';
    const told = {
      added: 'is only told in the second backup',
      removed: 'is only told in the first backup',
      changed: 'differs',
    }[kind];
    report({
      where: 'Files',
      what: `Authorship (author, user) of ${total} file rows ${told}.`,
      kind,
      entry,
      authorship: true,
    });
  }
  compareContents(before, after, backups, report);
}

/** Contents that a row names and the archive does not hold, where the other backup does. */
function compareContents(
  before: ReadonlyMap<string, Named>,
  after: ReadonlyMap<string, Named>,
  backups: readonly [LoadedBackup, LoadedBackup],
  report: Comparison['report'],
): void {
  for (const [key, { where, name, rows }] of before) {
    for (const row of rows) {
      const hash = childText(row, 'contenthash');
      const twin = after.get(key)?.rows.some((other) => childText(other, 'contenthash') === hash);
      const [left, right] = [backups[0].contents.has(hash), backups[1].contents.has(hash)];
      if (!twin || left === right) continue;
      const kind = left ? 'removed' : 'added';
      report({
        where,
        what: `The contents of the file “${name}” are only in the ${left ? 'first' : 'second'} backup.`,
        kind,
        entry: `files/${hash.slice(0, 2)}/${hash}`,
      });
    }
  }
}

function namedFiles({ documents }: LoadedBackup, labels: Labels): Map<string, Named> {
  const named = new Map<string, Named>();
  const places = new Map(labels.activities.map((activity) => [activity.key, activity.where]));
  for (const row of documents.get('files.xml')?.children ?? []) {
    const [filepath, filename] = [childText(row, 'filepath'), childText(row, 'filename')];
    // The root folder of an area comes and goes with its files.
    if (filename === '.' && filepath === '/') continue;
    const component = childText(row, 'component');
    const context = labels.labelOf('context', childText(row, 'contextid')) ?? '';
    const key = [context, component, childText(row, 'filearea'), filepath, filename].join('\n');
    const known = named.get(key);
    if (known) known.rows.push(row);
    else {
      const name = `${filepath === '/' ? '' : filepath.slice(1)}${filename === '.' ? '' : filename}`;
      named.set(key, {
        where: places.get(context) ?? (context.startsWith('user ') ? 'People' : 'Files'),
        name,
        rows: [row],
      });
    }
  }
  return named;
}

/** Pairs rows of equal contents, calls back for each pair, and gives what is left of both sides. */
function pairOff(
  left: readonly Element[],
  right: readonly Element[],
  each: (one: Element, other: Element) => void,
): [Element[], Element[]] {
  const rest = [...right];
  const lonely: Element[] = [];
  for (const row of left) {
    const hash = childText(row, 'contenthash');
    const index = rest.findIndex((other) => childText(other, 'contenthash') === hash);
    if (index === -1) lonely.push(row);
    else each(row, rest.splice(index, 1)[0]!);
  }
  return [lonely, rest];
}
