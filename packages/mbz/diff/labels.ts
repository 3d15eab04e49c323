import { child, childrenOf, childText, type Element, type LoadedBackup } from './load.ts';
import { moduleWord } from './words.ts';

export interface ActivityLabel {
  readonly folder: string;
  readonly module: string;
  readonly title: string;
  /** `module|title|2` for the second of that name: the same in another backup whatever its ids. */
  readonly key: string;
  readonly where: string;
  readonly moduleId: string;
}

type IdKind =
  | 'user'
  | 'role'
  | 'group'
  | 'grouping'
  | 'module'
  | 'context'
  | 'bankEntry'
  | 'question'
  | 'answer'
  | 'questionCategory'
  | 'gradeItem'
  | 'gradeCategory'
  | 'scale'
  | 'section'
  | 'field';

/** Names that ids of one backup stand for, so that two backups can be compared where their ids differ. */
export interface Labels {
  readonly wwwroot: string;
  readonly release: string;
  readonly hasUsers: boolean;
  readonly activities: readonly ActivityLabel[];
  readonly labelOf: (kind: IdKind, id: string) => string | undefined;
}

export function readLabels({ documents }: LoadedBackup): Labels {
  const maps = new Map<IdKind, Map<string, string>>();
  const set = (kind: IdKind, id: string | undefined, label: string) => {
    if (!maps.has(kind)) maps.set(kind, new Map());
    if (id !== undefined) maps.get(kind)!.set(id, label);
  };
  const information = child(documents.get('moodle_backup.xml'), 'information');
  const activities = labelActivities(information);
  for (const activity of activities) set('module', activity.moduleId, activity.key);
  for (const { folder, module, key } of activities) {
    const document = documents.get(`${folder}/${module}.xml`);
    set('context', document?.attributes.contextid, key);
    for (const item of childrenOf(documents.get(`${folder}/grades.xml`), 'grade_items')) {
      set('gradeItem', item.attributes.id, `${key}|${childText(item, 'itemname')}|${childText(item, 'itemnumber')}`);
    }
  }
  const course = documents.get('course/course.xml');
  set('context', course?.attributes.contextid, 'course');
  set('context', childText(information, 'original_course_contextid'), 'course');
  set('context', childText(information, 'original_system_contextid'), 'site');
  for (const [path, document] of documents) {
    if (path.endsWith('/block.xml'))
      set('context', document.attributes.contextid, `block ${childText(document, 'blockname')}`);
    if (path.endsWith('/section.xml'))
      set('section', document.attributes.id, `section ${childText(document, 'number')}`);
  }
  for (const user of documents.get('users.xml')?.children ?? []) {
    set('user', user.attributes.id, childText(user, 'username'));
    set('context', user.attributes.contextid, `user ${childText(user, 'username')}`);
  }
  for (const role of documents.get('roles.xml')?.children ?? [])
    set('role', role.attributes.id, childText(role, 'shortname'));
  const groups = documents.get('groups.xml');
  for (const group of groups?.children ?? []) {
    if (group.name === 'group') set('group', group.attributes.id, childText(group, 'name'));
  }
  for (const grouping of childrenOf(groups, 'groupings'))
    set('grouping', grouping.attributes.id, childText(grouping, 'name'));
  for (const scale of documents.get('scales.xml')?.children ?? [])
    set('scale', scale.attributes.id, childText(scale, 'name'));
  const gradebook = documents.get('gradebook.xml');
  for (const category of childrenOf(gradebook, 'grade_categories')) {
    set('gradeCategory', category.attributes.id, childText(category, 'fullname'));
  }
  for (const item of childrenOf(gradebook, 'grade_items')) {
    set('gradeItem', item.attributes.id, `${childText(item, 'itemtype')}|${childText(item, 'itemname')}`);
  }
  labelQuestions(documents.get('questions.xml'), set);
  return {
    wwwroot: childText(information, 'original_wwwroot'),
    release: childText(information, 'moodle_release'),
    hasUsers: (maps.get('user')?.size ?? 0) > 0,
    activities,
    labelOf: (kind, id) => maps.get(kind)?.get(id),
  };
}

function labelActivities(information: Element | undefined): ActivityLabel[] {
  const seen = new Map<string, number>();
  return childrenOf(information, 'contents', 'activities').map((activity) => {
    const module = childText(activity, 'modulename');
    const title = childText(activity, 'title');
    const count = (seen.get(`${module}|${title}`) ?? 0) + 1;
    seen.set(`${module}|${title}`, count);
    return {
      folder: childText(activity, 'directory'),
      module,
      title,
      key: `${module}|${title}|${count}`,
      where: `${moduleWord(module)} “${title}”${count > 1 ? ` (${count})` : ''}`,
      moduleId: childText(activity, 'moduleid'),
    };
  });
}

/** Questions by name and type, categories by name; a bank entry by its latest version's question. */
function labelQuestions(
  root: Element | undefined,
  set: (kind: IdKind, id: string | undefined, label: string) => void,
): void {
  for (const category of root?.children ?? []) {
    set('questionCategory', category.attributes.id, childText(category, 'name'));
    for (const entry of childrenOf(category, 'question_bank_entries')) {
      for (const version of childrenOf(entry, 'question_version')) {
        for (const question of childrenOf(version, 'questions')) {
          const label = `${childText(question, 'qtype')}|${childText(question, 'name')}`;
          set('question', question.attributes.id, label);
          set('bankEntry', entry.attributes.id, label);
          labelAnswers(question, set);
        }
      }
    }
    for (const question of childrenOf(category, 'questions')) {
      set('question', question.attributes.id, `${childText(question, 'qtype')}|${childText(question, 'name')}`);
      labelAnswers(question, set);
    }
  }
}

function labelAnswers(element: Element, set: (kind: IdKind, id: string | undefined, label: string) => void): void {
  for (const inner of element.children) {
    if (inner.name === 'answer' && inner.attributes.id !== undefined)
      set('answer', inner.attributes.id, childText(inner, 'answertext'));
    else labelAnswers(inner, set);
  }
}

const FIELD_KINDS: Readonly<Record<string, IdKind>> = {
  userid: 'user',
  authorid: 'user',
  reviewerid: 'user',
  raterid: 'user',
  grader: 'user',
  usermodified: 'user',
  usercreated: 'user',
  createdby: 'user',
  modifiedby: 'user',
  ownerid: 'user',
  loggeduser: 'user',
  relateduserid: 'user',
  recipientid: 'user',
  issuerid: 'user',
  gradeoverby: 'user',
  gradinggradeoverby: 'user',
  allocatedmarker: 'user',
  roleid: 'role',
  issuerrole: 'role',
  roleinstructor: 'role',
  rolelearner: 'role',
  groupid: 'group',
  groupingid: 'grouping',
  defaultgroupingid: 'grouping',
  teamsubmissiongroupingid: 'grouping',
  contextid: 'context',
  usingcontextid: 'context',
  questionscontextid: 'context',
  parentcontextid: 'context',
  questionbankentryid: 'bankEntry',
  questionid: 'question',
  // Of a numerical or a calculated question: which of its answers has that tolerance.
  answer: 'answer',
  questioncategoryid: 'questionCategory',
  categoryid: 'gradeCategory',
  scaleid: 'scale',
  rawscaleid: 'scale',
  moduleinstance: 'module',
  activitylink: 'module',
  sectionid: 'section',
};

export function isUserField(name: string): boolean {
  return FIELD_KINDS[name] === 'user';
}

/** Ids, bookkeeping times and caches: they differ between two backups of the same course. */
const BOOKKEEPING = new Set(
  `id courseid course moduleid instance instanceid iteminstance itemid timecreated timemodified timemcreated timerendered
  timeadded created modified added stamp revision legacyfileslast visibleold needsupdate sequence backup_date parent path
  contextinstanceid quizid originalcourseid firstpost prevpageid nextpageid jumpto trueanswer falseanswer critid
  badgeid criteriaid gradeitemid attemptid typeid toolproxyid uniqueid repeatid oldid dataid fieldid recordid
  optionid entryid submission assignment gradeid discussionid postid frompageid topageid frameworkid competencyid
  dimensionid criterionid levelid templateid template cmid enrolid toolid h5pactivityid forum bigbluebuttonbnid
  relatedbadgeid sourceglossaryid dependitem quizgradeitemid referencefileid repositoryid cachedcontent pageviews
  lastaccess lastlogin currentlogin firstaccess lastip nextcron mailed sectionnumber uuid timesort pathnamehash
  launchid oldcontextid item launch ltilinkid timecheckstate modifierid`.split(/\s+/),
);

const NOTHING = '';

/** A leaf's value as it compares: names for ids, no addresses of the site, no ids in links, `''` for nothing. */
export function normalise(name: string, leaf: Element, labels: Labels): string {
  const { text } = leaf;
  if (text === '$@NULL@$' || text === '' || BOOKKEEPING.has(name)) return NOTHING;
  // Encrypted with another random part each time: only that there is something can be compared.
  if (leaf.attributes.encrypted === 'true') return '(encrypted)';
  const kind = FIELD_KINDS[name];
  if (kind !== undefined && /^-?\d+$/.test(text)) {
    if (text === '0' || text === '-1') return NOTHING;
    // An answer may also be what somebody wrote, in figures.
    return labels.labelOf(kind, text) ?? (kind === 'answer' ? text : `(a ${kind})`);
  }
  // What is graded by a scale holds its id, negated.
  if ((name === 'grade' || name === 'scale') && /^-[1-9]\d*$/.test(text))
    return labels.labelOf('scale', text.slice(1)) ?? '(a scale)';
  if (name === 'availability' || name === 'availabilityjson') return normaliseAvailability(text, labels);
  if (/^-?\d+\.\d+$/.test(text)) return String(Number(text));
  return normaliseText(text, labels);
}

function normaliseText(text: string, labels: Labels): string {
  let result = text;
  if (labels.wwwroot !== '' && result.includes(labels.wwwroot))
    result = result.replaceAll(labels.wwwroot, '$@WWWROOT@$');
  if (result.includes('$@')) {
    result = result.replace(/\$@([A-Z0-9]+)\*([^@$]*)@\$/g, (_, link: string, ids: string) => {
      const [id = '', ...rest] = ids.split('*');
      const target = link.endsWith('VIEWBYID') ? labels.labelOf('module', id) : undefined;
      return `$@${link}*${[target ?? '(id)', ...rest.map(() => '(id)')].join('*')}@$`;
    });
  }
  if (result.includes('##gi')) {
    result = result.replace(/##gi(\d+)##/g, (_, id: string) => `##${labels.labelOf('gradeItem', id) ?? 'gi'}##`);
  }
  return result;
}

/** Restrictions are JSON with ids of activities, groups and grade items. */
function normaliseAvailability(text: string, labels: Labels): string {
  const rename = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rename);
    if (value === null || typeof value !== 'object') return value;
    const result: Record<string, unknown> = {};
    const type = 'type' in value ? value.type : undefined;
    for (const [key, inner] of Object.entries(value)) {
      const kind: IdKind | undefined =
        key === 'cm'
          ? 'module'
          : key === 'id'
            ? type === 'grade'
              ? 'gradeItem'
              : type === 'grouping'
                ? 'grouping'
                : 'group'
            : undefined;
      result[key] =
        kind && typeof inner === 'number' ? (labels.labelOf(kind, String(inner)) ?? `(a ${kind})`) : rename(inner);
    }
    return result;
  };
  try {
    return JSON.stringify(rename(JSON.parse(text)));
  } catch {
    return text;
  }
}
