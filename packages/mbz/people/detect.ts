import { documentKind, documentShape, type Shape } from './catalogue.ts';
import { PEOPLE_DOCUMENTS } from './documents.ts';
import { areaOwner } from './file-areas.ts';

/** People's data found in one document. */
export interface PeopleFinding {
  /** Who people are, what they did, or merely who made something. */
  readonly kind: 'users' | 'participation' | 'authorship';
  readonly entry: string;
  /** The element, or element and field, that holds it. */
  readonly what: string;
  readonly count: number;
}

export interface PeopleDetector {
  readonly handler: {
    open(name: string, attributes: Readonly<Record<string, string>>): void;
    text(chunk: string): void;
    close(name: string): void;
  };
  /** What was found; call it after the document has been read to its end. */
  result(): PeopleFinding[];
}

/** Field names that hold a person's id or name, looked for where the structure is not known. */
const PERSON_FIELD =
  /^(?:user_?id|author(?:id)?|username|email|firstname|lastname|usermodified|usercreated|createdby|modifiedby|ownerid|graderid?|raterid|reviewerid|relateduserid|loggeduser|recipientid|issuerid)$/;

/**
 * Makes what finds people's data while a document is read. `undefined` for what is no XML document of a backup.
 * It looks into the document itself: what the settings in `moodle_backup.xml` claim is not asked.
 */
export function detectPeople(entry: string): PeopleDetector | undefined {
  if (!entry.endsWith('.xml') || entry === 'moodle_backup.xml') return undefined;
  const { key } = documentKind(entry);
  const counts = new Map<string, { kind: PeopleFinding['kind']; count: number }>();
  const found = (kind: PeopleFinding['kind'], what: string) => {
    const known = counts.get(what);
    if (known) known.count++;
    else counts.set(what, { kind, count: 1 });
  };
  const shape = key === undefined ? undefined : documentShape(key);
  const handler = key === 'files.xml' ? filesHandler(found) : shapeHandler(shape, key, found);
  return {
    handler,
    result: () => [...counts].map(([what, { kind, count }]) => ({ kind, entry, what, count })),
  };
}

type Found = (kind: PeopleFinding['kind'], what: string) => void;

function shapeHandler(root: Shape | undefined, key: string | undefined, found: Found): PeopleDetector['handler'] {
  const rowKind = key === 'users.xml' ? 'users' : 'participation';
  const allPeople = key !== undefined && PEOPLE_DOCUMENTS.has(key);
  const shapes: (Shape | undefined)[] = [];
  const names: string[] = [];
  let inPeople = 0;
  let text = '';
  return {
    open(name, attributes) {
      const parent = shapes.at(-1);
      const shape = names.length === 0 ? (root?.name === name ? root : undefined) : parent?.children.get(name);
      names.push(name);
      shapes.push(shape);
      text = '';
      if (inPeople > 0) {
        inPeople++;
        return;
      }
      const isRow = shape?.people || (allPeople && names.length > 1 && attributes.id !== undefined);
      const inforefUser = key === '*/inforef.xml' && name === 'user';
      if (isRow || inforefUser) {
        found(rowKind, name);
        inPeople = 1;
      }
    },
    text(chunk) {
      if (inPeople === 0 && text.length < 200) text += chunk;
    },
    close(name) {
      const shape = shapes.pop();
      names.pop();
      if (inPeople > 0) {
        inPeople--;
      } else if (!shape) {
        const parent = shapes.at(-1);
        const authorship = parent?.fields.get(name) === 'authorship';
        const unknown = !parent?.fields.has(name) && PERSON_FIELD.test(name);
        if ((authorship || unknown) && !isEmpty(text)) {
          // A user's id in a row that Moodle keeps only for groups is that user's, not an author's.
          found(authorship && !parent?.conditional ? 'authorship' : 'participation', `${names.at(-1)}/${name}`);
        }
      }
      text = '';
    },
  };
}

function isEmpty(text: string): boolean {
  const value = text.trim();
  return value === '' || value === '0' || value === '$@NULL@$';
}

/** `files.xml`: authors and uploaders, and files of participants' areas. */
function filesHandler(found: Found): PeopleDetector['handler'] {
  let row: Record<string, string> = {};
  let text = '';
  return {
    open(name) {
      if (name === 'file') row = {};
      text = '';
    },
    text(chunk) {
      if (text.length < 1000) text += chunk;
    },
    close(name) {
      if (name !== 'file') {
        row[name] = text;
        text = '';
        return;
      }
      if (!isEmpty(row.author ?? '')) found('authorship', 'file/author');
      if (!isEmpty(row.userid ?? '')) found('authorship', 'file/userid');
      const area = `${row.component}/${row.filearea}`;
      if (areaOwner(row.component ?? '', row.filearea ?? '') === 'people') {
        found(row.component === 'user' ? 'users' : 'participation', `file of ${area}`);
      }
    },
  };
}
