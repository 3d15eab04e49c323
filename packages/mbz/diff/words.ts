/** What things of a backup are called when a difference is told to a person. */

const MODULES: Readonly<Record<string, string>> = {
  assign: 'Assignment',
  bigbluebuttonbn: 'BigBlueButton',
  book: 'Book',
  chat: 'Chat',
  choice: 'Choice',
  data: 'Database',
  feedback: 'Feedback',
  folder: 'Folder',
  forum: 'Forum',
  glossary: 'Glossary',
  h5pactivity: 'H5P',
  imscp: 'IMS package',
  label: 'Text',
  lesson: 'Lesson',
  lti: 'External tool',
  page: 'Page',
  qbank: 'Question bank',
  quiz: 'Quiz',
  resource: 'File',
  scorm: 'SCORM package',
  subsection: 'Subsection',
  survey: 'Survey',
  url: 'URL',
  wiki: 'Wiki',
  workshop: 'Workshop',
};

const FIELDS: Readonly<Record<string, string>> = {
  allowsubmissionsfromdate: 'opening date',
  availability: 'restrictions',
  availabilityjson: 'restrictions',
  completion: 'completion tracking',
  completionexpected: 'expected completion date',
  cutoffdate: 'cut-off date',
  duedate: 'due date',
  enddate: 'end date',
  enrolmentkey: 'enrolment key',
  externalurl: 'address',
  format: 'format',
  fullname: 'full name',
  gradepass: 'grade to pass',
  gradingduedate: 'grading date',
  grademax: 'highest grade',
  grademin: 'lowest grade',
  idnumber: 'ID number',
  intro: 'description',
  itemname: 'name',
  lang: 'language',
  maxmark: 'maximum mark',
  message_text: 'message',
  questiontext: 'question text',
  shortname: 'short name',
  startdate: 'start date',
  summary: 'summary',
  timeclose: 'closing date',
  timelimit: 'time limit',
  timeopen: 'opening date',
  visible: 'visibility',
  sortorder: 'position',
};

const DATES =
  /date$|^time(?:open|close|start|end|due|available.*|view.*)$|^(?:available|deadline|chattime|openingtime|closingtime|submission(?:start|end)|assessment(?:start|end)|assesstime.*|enrolstartdate|enrolenddate|completionexpected|locktime)$/;

const ELEMENTS: Readonly<Record<string, string>> = {
  assignment: 'role assignment',
  enrol: 'enrolment method',
  grade_grade: 'grade',
  group_member: 'member',
  override: 'override',
  question_bank_entry: 'question',
  question_instance: 'question in the quiz',
  role: 'role',
};

export function moduleWord(module: string): string {
  return MODULES[module] ?? module;
}

export function fieldWord(field: string): string {
  return FIELDS[field] ?? field.replaceAll('_', ' ');
}

/** `question_instance` → `question instance`; `discussions` for several. */
export function elementWord(element: string, count = 1): string {
  const word = ELEMENTS[element] ?? element.replace(/^(?:sub)?plugin_/, '').replaceAll('_', ' ');
  if (count === 1) return word;
  if (element === 'question_instance') return 'questions in the quiz';
  return /[^aeou]y$/.test(word) ? `${word.slice(0, -1)}ies` : /s$|x$|h$/.test(word) ? `${word}es` : `${word}s`;
}

/** A value as a person reads it: dates as dates, long texts by the piece that differs. */
export function valueWords(field: string, value: string): string {
  if (value === '') return '(nothing)';
  if (DATES.test(field) && /^\d{9,11}$/.test(value))
    return `${new Date(Number(value) * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  if (DATES.test(field) && value === '0') return '(none)';
  return value;
}

/** Pieces of two long texts around their first difference. */
export function excerpts(before: string, after: string, length = 80): [string, string] {
  if (before.length <= length && after.length <= length) return [before, after];
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  const from = Math.max(0, start - 20);
  const cut = (text: string) =>
    `${from > 0 ? '…' : ''}${[...text.slice(from, from + length + 1)].slice(0, length).join('')}${text.length > from + length ? '…' : ''}`;
  return [cut(before), cut(after)];
}
