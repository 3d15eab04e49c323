import { documentKind, documentShape, type Shape } from './catalogue.ts';
import { type Decision, type FilterOptions, filterXml, type Rule } from './xml-filter.ts';

export interface LeftOut {
  readonly entry: string;
  readonly reason: string;
}

/** What one document cannot know of the others; without it a document is rewritten as if nothing else were left out. */
export interface RewriteContext {
  /** Whether the row of `files.xml` with this id stays. Absent: all do. */
  readonly keepsFileId?: (id: string) => boolean;
  /** Roles that something kept still names, in the folder of `entry`, or anywhere for the root's `roles.xml`. */
  readonly keepsRoleId?: (id: string, entry: string) => boolean;
  /** Folders of activities and blocks that are left out, such as `activities/hotpot_12`. */
  readonly leftOutFolders?: ReadonlySet<string>;
  readonly onLeftOut?: (leftOut: LeftOut) => void;
  /** Authors and uploaders of files are not taken out. */
  readonly keepsFileAuthors?: boolean;
  /** For reading and for what comes out. */
  readonly filter?: FilterOptions | undefined;
}

const NULL = '$@NULL@$';
const DROP: Decision = { action: 'drop' };

/** Settings of a backup that Moodle turns off with `users` (`backup_root_task`), besides every `…_userinfo`. */
const PEOPLE_SETTINGS = new Set([
  'users',
  'anonymize',
  'role_assignments',
  'comments',
  'userscompletion',
  'logs',
  'grade_histories',
  'xapistate',
]);

/** A leaf of this name may tell of a person although its value is only a number. */
const PERSON_NAME =
  /user|author|owner|grader|rater|marker|review|teacher|student|person|recipient|creat(?:ed|or)by|modifi(?:ed|er)(?:by|id)|^ip$/i;

/**
 * Rewrites one document of a backup as Moodle would have written it without users, and without authorship.
 * Only for documents of which `documentWithoutPeople` says `rewrite`.
 */
export function rewriteWithoutPeople(
  entry: string,
  source: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  context: RewriteContext = {},
): AsyncGenerator<Uint8Array> {
  const { key } = documentKind(entry);
  const shape = key === undefined ? undefined : documentShape(key);
  if (key === undefined || !shape) throw new Error(`${entry} is not a document that the catalogue knows`);
  return filterXml(source, rootRule(key, shape, entry, context), entry, context.filter);
}

function rootRule(key: string, shape: Shape, entry: string, context: RewriteContext): Rule {
  const leftOut = reporter(entry, context);
  const byShape = shapeRule(shape, [shape.name], leftOut, specialsOf(key, entry, context));
  return (name, attributes) => {
    if (name === shape.name) return { action: 'keep', inside: byShape, ...attributesOf(shape, attributes) };
    leftOut([name]);
    return { action: 'keep', inside: () => DROP };
  };
}

/** What a document's rule does otherwise than its shape says, by path below the root. */
type Specials = Readonly<
  Record<string, (attributes: Readonly<Record<string, string>>, shape: Rule | undefined) => Decision>
>;

function shapeRule(shape: Shape, path: readonly string[], leftOut: (path: string[]) => void, specials: Specials): Rule {
  const decide: Rule = (name, attributes) => {
    const here = [...path, name];
    const child = shape.children.get(name);
    const inside = child && insideOf(child, here);
    const special = specials[here.slice(1).join('/')];
    if (special) return special(attributes, inside);
    if (child) {
      if (child.people) return DROP;
      const rest = { inside, ...attributesOf(child, attributes) };
      return child.conditional ? { action: { whole: keepsRow }, ...rest } : { action: 'keep', ...rest };
    }
    const field = shape.fields.get(name);
    if (field === 'authorship') return { action: { field: nobody } };
    if (field === 'content' || shape.open) {
      return { action: 'keep', inside: () => unknownElement(here, leftOut) };
    }
    return unknownElement(here, leftOut);
  };
  const insides = new Map<string, Rule>();
  const insideOf = (child: Shape, here: string[]): Rule => {
    const known = insides.get(child.name);
    if (known !== undefined) return known;
    const rule = shapeRule(child, here, leftOut, specials);
    insides.set(child.name, rule);
    return rule;
  };
  return rememberBare(decide);
}

/** Of a million rows each has the same leaves: without attributes, an element's name decides. */
function rememberBare(decide: Rule): Rule {
  const known = new Map<string, Decision>();
  return (name, attributes) => {
    for (const _ in attributes) return decide(name, attributes);
    const before = known.get(name);
    if (before !== undefined) return before;
    const decision = decide(name, attributes);
    // Names are the document's own: an odd one may have any number.
    if (known.size < 1000) known.set(name, decision);
    return decision;
  };
}

/**
 * What no catalogue names. A bare number under a name that is no person's is a setting of another Moodle release and is
 * kept, so that carrying a course from 5.x does not undo settings; text and structures could be anybody's and go.
 */
function unknownElement(path: string[], leftOut: (path: string[]) => void): Decision {
  const name = path.at(-1)!;
  return {
    action: {
      leaf: (text) => {
        const harmless = !PERSON_NAME.test(name) && /^(?:-?\d{1,20}(?:\.\d+)?|\$@NULL@\$|)$/.test(text);
        if (!harmless && text !== NULL && text !== '') leftOut(path);
        return harmless;
      },
      container: () => leftOut(path),
    },
  };
}

function attributesOf(shape: Shape, attributes: Readonly<Record<string, string>>) {
  const unknown = Object.keys(attributes).filter((name) => !shape.attributes.has(name));
  return unknown.length > 0 ? { withoutAttributes: unknown } : {};
}

/** Nobody's id. Zero rather than null: on restoring at the same site Moodle takes some of these columns as they are, and they are not null. */
function nobody(text: string): string {
  return /^\d+$/.test(text) ? '0' : NULL;
}

/** Of overrides and events Moodle keeps those of groups and of the course: a user's have a userid, or no course. */
function keepsRow(leaves: ReadonlyMap<string, string>): boolean {
  if (leaves.has('courseid')) return leaves.get('courseid') !== '0';
  const userid = leaves.get('userid');
  return userid === undefined || userid === '' || userid === '0' || userid === NULL;
}

function reporter(entry: string, context: RewriteContext): (path: string[]) => void {
  const told = new Set<string>();
  return (path) => {
    const what = path.join('/');
    if (told.has(what)) return;
    told.add(what);
    context.onLeftOut?.({ entry, reason: `${what}: ${unknownReason(path)}, it may hold people` });
  };
}

/** Plugins hang their data below an element in one named `plugin_<type>_<name>_<that element>`. */
function unknownReason(path: readonly string[]): string {
  const [, plugin] = new RegExp(`^(?:sub)?plugin_(.+)_${path.at(-2) ?? ''}$`).exec(path.at(-1)!) ?? [];
  return plugin
    ? `data of the plugin ${plugin}, which is not part of Moodle`
    : 'not an element that Moodle itself writes there';
}

function specialsOf(key: string, entry: string, context: RewriteContext): Specials {
  switch (key) {
    case '*/inforef.xml':
      return inforef(entry, context);
    case 'files.xml':
      return {
        file: (attributes, inside) => ({
          action: { whole: () => context.keepsFileId?.(attributes.id ?? '') ?? true },
          inside,
        }),
        'file/userid': context.keepsFileAuthors ? kept : emptied,
        'file/author': context.keepsFileAuthors ? kept : emptied,
      };
    case 'questions.xml':
      return questionOwners();
    case 'roles.xml':
      return {
        role: (attributes, inside) =>
          (context.keepsRoleId?.(attributes.id ?? '', entry) ?? true) ? { action: 'keep', inside } : DROP,
      };
    case 'section/section.xml':
      return { sequence: () => ({ action: { field: (text) => sequenceWithout(text, context.leftOutFolders) } }) };
    case 'moodle_backup.xml':
      return description(context);
    case 'activity/bigbluebuttonbn.xml':
      return { 'bigbluebuttonbn/participants': () => ({ action: { field: meetingWithoutPersons } }) };
    default:
      return {};
  }
}

const emptied = (): Decision => ({ action: { field: () => NULL } });
const kept = (): Decision => ({ action: 'keep' });

/** Question owners may be null in Moodle, and are where the owner is gone. */
function questionOwners(): Specials {
  const bankEntry = 'question_category/question_bank_entries/question_bank_entry';
  const question = `${bankEntry}/question_version/question_versions/questions/question`;
  return {
    [`${bankEntry}/ownerid`]: emptied,
    [`${question}/createdby`]: emptied,
    [`${question}/modifiedby`]: emptied,
    'question_category/questions/question/createdby': emptied,
    'question_category/questions/question/modifiedby': emptied,
  };
}

function inforef(entry: string, context: RewriteContext): Specials {
  const list = (_: unknown, inside: Rule | undefined): Decision => ({
    action: { whole: (_leaves, keptChildren) => keptChildren > 0 },
    inside,
  });
  const item = (keeps: (id: string) => boolean) => (): Decision => ({
    action: { whole: (leaves) => keeps(leaves.get('id') ?? '') },
  });
  return {
    userref: () => DROP,
    fileref: list,
    'fileref/file': item((id) => context.keepsFileId?.(id) ?? true),
    roleref: list,
    'roleref/role': item((id) => context.keepsRoleId?.(id, entry) ?? true),
  };
}

/** `moodle_backup.xml`: no users, no user information anywhere, nothing of what is left out. */
function description(context: RewriteContext): Specials {
  const gone = context.leftOutFolders ?? new Set();
  const names = new Set([...gone].map((folder) => folder.slice(folder.lastIndexOf('/') + 1)));
  return {
    'information/mnet_remoteusers': () => ({ action: { field: () => '0' } }),
    'information/contents/activities/activity': (_, inside) => ({
      action: { whole: (leaves) => !gone.has(leaves.get('directory') ?? '') },
      inside,
    }),
    'information/settings/setting': (_, inside) => ({
      action: { whole: (leaves) => !names.has(leaves.get('activity') ?? '') },
      inside,
    }),
    'information/settings/setting/value': () => ({
      action: {
        field: (text, siblings) => {
          const name = siblings.get('name') ?? '';
          const level = siblings.get('level');
          const people = level === 'root' ? PEOPLE_SETTINGS.has(name) : name.endsWith('_userinfo');
          return people ? '0' : text;
        },
      },
    }),
  };
}

function sequenceWithout(sequence: string, folders: ReadonlySet<string> | undefined): string {
  if (!folders || folders.size === 0) return sequence;
  const modules = new Set<string>();
  for (const folder of folders) {
    const moduleId = /^activities\/[^/]+_(\d+)$/.exec(folder)?.[1];
    if (moduleId) modules.add(moduleId);
  }
  return sequence
    .split(',')
    .filter((id) => !modules.has(id))
    .join(',');
}

/** Who moderates a BigBlueButton meeting is kept as JSON: rules for roles and for all stay, those for single users go. */
function meetingWithoutPersons(text: string): string {
  try {
    const rules: unknown = JSON.parse(text);
    if (!Array.isArray(rules)) return NULL;
    return JSON.stringify(rules.filter((rule) => rule?.selectiontype !== 'user'));
  } catch {
    return text === NULL || text === '' ? text : NULL;
  }
}
