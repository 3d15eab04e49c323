import { documentShape, type Shape } from '../people/catalogue.ts';
import { PEOPLE_DOCUMENTS } from '../people/documents.ts';
import { isUserField, type Labels, normalise } from './labels.ts';
import { childText, type Element } from './load.ts';
import { elementWord, excerpts, fieldWord, valueWords } from './words.ts';

/** One thing that differs between two backups. */
export interface Difference {
  /** The part of the course, such as `Page “Mendel”`, `Section 2 “Chromosomes”` or `People`. */
  readonly where: string;
  /** What differs there, as a sentence. */
  readonly what: string;
  /** As seen from the first backup: the second has it besides, lacks it, or has it otherwise. */
  readonly kind: 'added' | 'removed' | 'changed';
  /** The document of the archive in which it shows. */
  readonly entry?: string;
  readonly before?: string;
  readonly after?: string;
  /** Only who made something, not what it is. */
  readonly authorship?: true;
}

/** Both sides of a comparison, and what is gathered while it runs. */
export interface Comparison {
  readonly labels: readonly [Labels, Labels];
  /** Fields seen per element of each kind of document, to tell a Moodle's structure from a course's contents. */
  readonly fields: readonly [FieldIndex, FieldIndex];
  readonly report: (difference: Difference) => void;
  /** Fields that only one of two Moodle releases writes. */
  readonly releaseFields: Set<string>;
}

export type FieldIndex = ReadonlyMap<string, ReadonlySet<string>>;
type Side = 0 | 1;

/** By what a row is recognised, in this order. */
const NAMES = [
  'name',
  'fullname',
  'title',
  'shortname',
  'concept',
  'itemname',
  'heading',
  'subject',
  'text',
  'filter',
  'enrol',
  'capability',
  'slot',
  'number',
  'plugin',
  'questiontext',
  'label',
  'description',
  'idnumber',
];

/** Rows that are shown in the order of the document, which nothing else in them tells. */
const ORDERED = new Set(['option', 'page', 'answer', 'question_hint', 'match', 'level', 'criterion', 'guidecriterion']);

/** Compares two documents of the same kind; an absent one counts as empty. */
export function compareDocuments(
  comparison: Comparison,
  place: { readonly where: string; readonly entry: string; readonly key: string },
  before: Element | undefined,
  after: Element | undefined,
): void {
  new DocumentComparison(comparison, place).run(before, after);
}

class DocumentComparison {
  readonly #comparison: Comparison;
  readonly #place: { readonly where: string; readonly entry: string; readonly key: string };
  readonly #canonical = new Map<Element, string>();
  /** Authorship is told once per document and field, with its count. */
  readonly #authors = new Map<string, { added: number; removed: number; changed: number }>();

  constructor(comparison: Comparison, place: { readonly where: string; readonly entry: string; readonly key: string }) {
    this.#comparison = comparison;
    this.#place = place;
  }

  run(before: Element | undefined, after: Element | undefined): void {
    const name = (before ?? after)?.name ?? '';
    const empty: Element = { name, attributes: {}, text: '', children: [] };
    this.#elements(before ?? empty, after ?? empty, name, '', documentShape(this.#place.key));
    for (const [what, { added, removed, changed }] of this.#authors) {
      const total = added + removed + changed;
      const kind = total === added ? 'added' : total === removed ? 'removed' : 'changed';
      const told = {
        added: 'is only told in the second backup',
        removed: 'is only told in the first backup',
        changed: 'differs',
      }[kind];
      this.#tell(kind, `Authorship (${what}) of ${total} ${total === 1 ? 'row' : 'rows'} ${told}.`, {
        authorship: true,
      });
    }
  }

  /** Two elements taken for the same: their leaves by name, their rows matched. */
  #elements(before: Element, after: Element, path: string, subject: string, shape: Shape | undefined): void {
    const rows = new Map<string, [Element[], Element[]]>();
    const leaves = new Map<string, [Element | undefined, Element | undefined]>();
    for (const [side, element] of [before, after].entries()) {
      for (const inner of element.children) {
        if (isLeaf(inner)) {
          if (saysNothing(element, inner.name)) continue;
          const pair = leaves.get(inner.name) ?? [undefined, undefined];
          pair[side as Side] = inner;
          leaves.set(inner.name, pair);
        } else {
          const pair = rows.get(inner.name) ?? [[], []];
          pair[side as Side].push(inner);
          rows.set(inner.name, pair);
        }
      }
    }
    for (const [name, pair] of leaves) this.#leaf(name, pair, path, subject, shape);
    for (const [name, [left, right]] of rows)
      this.#rows(left, right, `${path}/${name}`, subject, shape?.children.get(name));
  }

  #leaf(
    name: string,
    [before, after]: readonly [Element | undefined, Element | undefined],
    path: string,
    subject: string,
    shape: Shape | undefined,
  ): void {
    const left = this.#value(0, name, before);
    const right = this.#value(1, name, after);
    if (left === right) return;
    if (isUserField(name) && left !== '' && right !== '' && (left.startsWith('(a ') || right.startsWith('(a '))) return;
    if ((before === undefined || after === undefined) && this.#onlyInOneRelease(path, name)) {
      this.#comparison.releaseFields.add(`${elementWord(path.slice(path.lastIndexOf('/') + 1))} ${fieldWord(name)}`);
      return;
    }
    const kind = left === '' ? 'added' : right === '' ? 'removed' : 'changed';
    if (shape?.fields.get(name) === 'authorship') {
      const counts = this.#authors.get(fieldWord(name)) ?? { added: 0, removed: 0, changed: 0 };
      counts[kind]++;
      this.#authors.set(fieldWord(name), counts);
      return;
    }
    const [was, is] = excerpts(valueWords(name, left), valueWords(name, right));
    this.#tell('changed', `${subject}The ${fieldWord(name)} was “${was}” and is “${is}”.`, { before: was, after: is });
  }

  /** Rows of one name: equal ones pair off whatever their order; of the rest, those of one name are taken for the same. */
  #rows(left: Element[], right: Element[], path: string, subject: string, shape: Shape | undefined): void {
    const restRight = new Map<string, Element[]>();
    for (const row of right) push(restRight, this.#canon(1, row, path), row);
    const restLeft: Element[] = [];
    const order: [Element, Element][] = [];
    for (const row of left) {
      const twin = restRight.get(this.#canon(0, row, path))?.shift();
      if (twin) order.push([row, twin]);
      else restLeft.push(row);
    }
    const unmatched = [...restRight.values()].flat();
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (
      shape?.people ||
      (PEOPLE_DOCUMENTS.has(this.#place.key) && (left[0] ?? right[0])?.attributes.id !== undefined)
    ) {
      this.#people(
        name,
        restLeft.filter((row) => this.#hasContent(0, row, path)).length,
        unmatched.filter((row) => this.#hasContent(1, row, path)).length,
        subject,
      );
      return;
    }
    const single = left.length <= 1 && right.length <= 1;
    const byName = new Map<string, Element[]>();
    for (const row of unmatched) push(byName, this.#nameOf(1, row), row);
    const lonely: Element[] = [];
    for (const row of restLeft) {
      const twin = single ? unmatched[0] : byName.get(this.#nameOf(0, row))?.shift();
      if (!twin) {
        lonely.push(row);
        continue;
      }
      unmatched.splice(unmatched.indexOf(twin), 1);
      order.push([row, twin]);
      this.#elements(row, twin, path, this.#subject(subject, 0, row, path), shape);
    }
    // Rows without a name of their own, or renamed: taken in order, as far as there are as many on both sides.
    if (lonely.length > 0 && lonely.length === unmatched.length) {
      for (const [index, row] of lonely.entries()) {
        order.push([row, unmatched[index]!]);
        this.#elements(row, unmatched[index]!, path, this.#subject(subject, 0, row, path), shape);
      }
    } else {
      for (const row of lonely) this.#alone('removed', 0, row, path, subject);
      for (const row of unmatched) this.#alone('added', 1, row, path, subject);
    }
    if (ORDERED.has(name)) this.#order(left, right, order, name, subject);
  }

  #alone(kind: 'added' | 'removed', side: Side, row: Element, path: string, subject: string): void {
    if (!this.#hasContent(side, row, path)) return;
    const which = kind === 'removed' ? 'is only in the first backup' : 'is only in the second backup';
    const name = this.#nameOf(side, row);
    this.#tell(
      kind,
      `${subject}The ${elementWord(row.name)}${name === '' ? '' : ` “${excerpts(name, name)[0]}”`} ${which}.`,
    );
  }

  #people(name: string, removed: number, added: number, subject: string): void {
    const paired = Math.min(removed, added);
    const count = (number: number) => `${number} ${elementWord(name, number)}`;
    if (paired > 0)
      this.#tell('changed', `${subject}${count(paired)} of participants ${paired === 1 ? 'differs' : 'differ'}.`);
    if (removed > paired)
      this.#tell(
        'removed',
        `${subject}${count(removed - paired)} of participants ${removed - paired === 1 ? 'is' : 'are'} only in the first backup.`,
      );
    if (added > paired)
      this.#tell(
        'added',
        `${subject}${count(added - paired)} of participants ${added - paired === 1 ? 'is' : 'are'} only in the second backup.`,
      );
  }

  #order(left: Element[], right: Element[], pairs: readonly [Element, Element][], name: string, subject: string): void {
    const places = new Map(right.map((row, index) => [row, index]));
    const twins = new Map(pairs);
    let last = -1;
    for (const row of left) {
      const place = places.get(twins.get(row)!);
      if (place === undefined) continue;
      if (place < last) {
        this.#tell('changed', `${subject}The order of the ${elementWord(name, 2)} differs.`);
        return;
      }
      last = place;
    }
  }

  #subject(subject: string, side: Side, row: Element, path: string): string {
    // A list has no name of its own, and an activity's own element is named by the place already.
    if (row.attributes.id === undefined || row.attributes.id === '' || this.#isActivity(path)) return subject;
    const name = this.#nameOf(side, row);
    return name === '' ? subject : `${elementWord(row.name)} “${excerpts(name, name)[0]}”: `;
  }

  #isActivity(path: string): boolean {
    return this.#place.key.startsWith('activity/') && path.split('/').length === 2 && path.startsWith('activity/');
  }

  /** What a row is called, if need be by what lies in it (a bank entry by its question). */
  #nameOf(side: Side, row: Element, depth = 0): string {
    for (const name of NAMES) {
      const leaf = row.children.find((inner) => inner.name === name && isLeaf(inner));
      const value = leaf && normalise(name, leaf, this.#comparison.labels[side]);
      if (value) return value;
    }
    if (depth < 4) {
      for (const inner of row.children) {
        const name = isLeaf(inner) ? '' : this.#nameOf(side, inner, depth + 1);
        if (name !== '') return name;
      }
    }
    return '';
  }

  #value(side: Side, name: string, leaf: Element | undefined): string {
    return leaf ? normalise(name, leaf, this.#comparison.labels[side]) : '';
  }

  /** All that a row says, in one string that equals that of the same row in another backup. */
  #canon(side: Side, element: Element, path: string): string {
    const known = this.#canonical.get(element);
    if (known !== undefined) return known;
    const parts: string[] = [];
    const ordered: string[] = [];
    for (const inner of element.children) {
      if (isLeaf(inner)) {
        const value = saysNothing(element, inner.name)
          ? ''
          : isOrderOfAnswers(element, inner.name)
            ? ranks(inner.text)
            : this.#value(side, inner.name, inner);
        if (value !== '' && !this.#onlyInOneRelease(path, inner.name)) parts.push(`${inner.name}=${value}`);
      } else {
        const said = this.#canon(side, inner, `${path}/${inner.name}`);
        if (said !== '') (ORDERED.has(inner.name) ? ordered : parts).push(`${inner.name}{${said}}`);
      }
    }
    const canonical = [...parts.sort(), ...ordered].join('\u0000');
    this.#canonical.set(element, canonical);
    return canonical;
  }

  #hasContent(side: Side, row: Element, path: string): boolean {
    return row.attributes.id !== undefined || this.#canon(side, row, path) !== '';
  }

  #onlyInOneRelease(path: string, field: string): boolean {
    const { labels, fields } = this.#comparison;
    if (labels[0].release === labels[1].release) return false;
    const element = `${this.#place.key}:${path}`;
    const [first, second] = [fields[0].get(element), fields[1].get(element)];
    return first !== undefined && second !== undefined && first.has(field) !== second.has(field);
  }

  #tell(kind: Difference['kind'], what: string, more: Partial<Difference> = {}): void {
    const sentence = what.charAt(0).toUpperCase() + what.slice(1);
    this.#comparison.report({ where: this.#place.where, what: sentence, kind, entry: this.#place.entry, ...more });
  }
}

/** Notes which fields occur in which elements of a document. */
export function indexFields(index: Map<string, Set<string>>, key: string, root: Element): void {
  const walk = (element: Element, path: string) => {
    const id = `${key}:${path}`;
    const fields = index.get(id) ?? new Set<string>();
    index.set(id, fields);
    for (const inner of element.children) {
      if (isLeaf(inner)) fields.add(inner.name);
      else walk(inner, `${path}/${inner.name}`);
    }
  };
  walk(root, root.name);
}

/** An element with nothing in it is a leaf unless Moodle broke the line in it: then it is an empty list. */
function isLeaf(element: Element): boolean {
  return element.children.length === 0 && element.attributes.id === undefined && !/^\n\s*$/.test(element.text);
}

/** Ids of rows nearby under a name that means something else elsewhere. */
const REFERENCES = new Set(['feedback_comments/grade', 'feedback_file/grade', 'value/completed']);

/** An id, or the format of a text that is not there: releases write other numbers for it. */
function saysNothing(element: Element, name: string): boolean {
  if (REFERENCES.has(`${element.name}/${name}`)) return true;
  if (!name.endsWith('format')) return false;
  const base = name.slice(0, -6);
  return element.children.some((inner) => inner.name === base) && childText(element, base) === '';
}

/** In which order somebody was shown the answers of a question: ids of answers, which differ, in an order, which must not. */
function isOrderOfAnswers({ name, children }: Element, leaf: string): boolean {
  if (name !== 'variable' || leaf !== 'value') return false;
  return children.some((inner) => inner.name === 'name' && /^_(order|stemorder|choiceorder)$/.test(inner.text));
}

/** `14,12,19` is `2,1,3`: Moodle makes new ids in the order of the old ones. */
function ranks(ids: string): string {
  const sorted = ids.split(',').toSorted((a, b) => Number(a) - Number(b));
  return ids
    .split(',')
    .map((id) => sorted.indexOf(id) + 1)
    .join(',');
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
