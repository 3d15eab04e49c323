import { readFileSync } from 'node:fs';
import { AMENDMENTS } from './amendments.ts';

/**
 * What Moodle writes in each document of a course backup, and whose it is.
 *
 * `catalogue.txt` is not typed by hand: `catalogue-from-moodle.php` runs Moodle's own backup steps once with users and
 * once without and notes which elements get no data in the second run. See docs/adr/ on backups without people.
 */
export interface Shape {
  readonly name: string;
  /** Only written when a backup has users: goes whole. */
  readonly people: boolean;
  /** Moodle writes some of these rows without users (group overrides, not user overrides). */
  readonly conditional: boolean;
  /** Any leaf below is known, whatever its name. */
  readonly open: boolean;
  readonly attributes: ReadonlySet<string>;
  readonly fields: ReadonlyMap<string, 'content' | 'authorship'>;
  readonly children: ReadonlyMap<string, Shape>;
}

interface MutableShape extends Shape {
  people: boolean;
  conditional: boolean;
  open: boolean;
  attributes: Set<string>;
  fields: Map<string, 'content' | 'authorship'>;
  children: Map<string, MutableShape>;
}

/** What kind of document a path in an archive is. */
export interface DocumentKind {
  /** Its name in the catalogue, such as `activity/assign.xml`; absent when the catalogue does not know it. */
  readonly key?: string;
  /** The folder of the activity or block that it belongs to, such as `activities/assign_12`. */
  readonly owner?: string;
  /** The contributed module or block whose document this is. */
  readonly contributed?: { readonly type: 'module' | 'block'; readonly name: string };
}

const CORE_BLOCKS = new Set(
  `accessreview activity_modules activity_results admin_bookmarks badges blog_menu blog_recent blog_tags calendar_month
  calendar_upcoming comments community completionstatus course_list course_overview course_summary feedback globalsearch
  glossary_random html login lp mentees messages mnet_hosts myoverview myprofile navigation news_items online_users
  participants private_files quiz_results recent_activity recentlyaccessedcourses recentlyaccesseditems rss_client
  search_forums section_links selfcompletion settings site_main_menu social_activities starredcourses tag_flickr
  tag_youtube tags tests timeline`.split(/\s+/),
);

function emptyShape(name: string): MutableShape {
  return {
    name,
    people: false,
    conditional: false,
    open: false,
    attributes: new Set(),
    fields: new Map(),
    children: new Map(),
  };
}

/** Reads the notation of `catalogue.txt` into `documents`, adding to what is there. */
function readCatalogue(text: string, documents: Map<string, MutableShape>): void {
  let root: MutableShape | undefined;
  let stack: MutableShape[] = [];
  let key = '';
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (line.startsWith('# ')) {
      key = line.slice(2);
      stack = [];
      root = documents.get(key);
      continue;
    }
    const depth = line.length - line.trimStart().length;
    const [head = '', ...rest] = line.trim().split(' ');
    const name = head.replace(/^[-?]/, '');
    let shape: MutableShape;
    if (depth === 0) {
      root ??= emptyShape(name);
      documents.set(key, root);
      shape = root;
    } else {
      const parent = stack[depth - 1];
      if (!parent) throw new Error(`catalogue: ${key}: "${line}" has no parent`);
      shape = parent.children.get(name) ?? emptyShape(name);
      parent.children.set(name, shape);
    }
    if (head.startsWith('-')) shape.people = true;
    if (head.startsWith('?')) shape.conditional = true;
    for (const word of rest) {
      if (word === '*') shape.open = true;
      else if (word.startsWith('@')) shape.attributes.add(word.slice(1).replace('~', ''));
      else if (word.startsWith('~')) shape.fields.set(word.slice(1), 'authorship');
      else if (word.startsWith('=')) stack[depth - 1]?.children.set(name, follow(documents.get(key), word.slice(1)));
      else shape.fields.set(word, 'content');
    }
    stack.length = depth;
    stack[depth] = shape;
  }
}

function follow(root: MutableShape | undefined, path: string): MutableShape {
  let shape = root;
  for (const name of path.split('/').slice(1)) shape = shape?.children.get(name);
  if (!shape) throw new Error(`catalogue: no element at ${path}`);
  return shape;
}

const DOCUMENTS: ReadonlyMap<string, Shape> = (() => {
  const documents = new Map<string, MutableShape>();
  readCatalogue(readFileSync(new URL('./catalogue.txt', import.meta.url), 'utf8'), documents);
  readCatalogue(AMENDMENTS, documents);
  return documents;
})();

/** Says what a path in an archive is, by Moodle's naming of documents. */
export function documentKind(path: string): DocumentKind {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (!path.includes('/')) return known(name);
  if (/^course\/[^/]+$/.test(path)) return known(`course/${name}`, `*/${name}`);
  if (/^sections\/section_\d+\/[^/]+$/.test(path)) return known(`section/${name}`, `*/${name}`);
  const activity = /^(activities\/([a-z][a-z0-9_]*)_\d+)\//.exec(path);
  if (activity && !DOCUMENTS.has(`activity/${activity[2]}.xml`)) {
    return { owner: activity[1], contributed: { type: 'module', name: activity[2]! } };
  }
  const block = /^((?:course|activities\/[^/]+)\/blocks\/([a-z][a-z0-9_]*)_\d+)\/[^/]+$/.exec(path);
  if (block) {
    if (!CORE_BLOCKS.has(block[2]!)) return { owner: block[1], contributed: { type: 'block', name: block[2]! } };
    return { owner: block[1], ...known(`block/${name}`, `*/${name}`) };
  }
  if (activity && path.split('/').length === 3) {
    const own = name === `${activity[2]}.xml` || !DOCUMENTS.has(`activity/${name.slice(0, -4)}.xml`);
    return { owner: activity[1], ...(own || COMMON.has(name) ? known(`activity/${name}`, `*/${name}`) : {}) };
  }
  return {};
}

/** Documents of every activity; another module's document in an activity's folder is not one of them. */
const COMMON = new Set(
  'module grades grade_history grading calendar completion competencies logs logstores xapistate'
    .split(' ')
    .map((name) => `${name}.xml`),
);

function known(...keys: string[]): DocumentKind {
  const key = keys.find((candidate) => DOCUMENTS.has(candidate));
  return key === undefined ? {} : { key };
}

/** The structure of a document, by its name in the catalogue. */
export function documentShape(key: string): Shape | undefined {
  return DOCUMENTS.get(key);
}
