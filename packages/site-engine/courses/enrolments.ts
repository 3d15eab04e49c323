import type { BackupDocument, XmlHandler } from '@jouvence/mbz';
import { readXml } from '@jouvence/mbz';
import type { Context } from '../contexts.ts';
import type { Tx } from '../database.ts';
import { addEnrolMethod, enrol, manualMethodId } from '../enrolments.ts';
import { assignRoles, type Role } from '../roles.ts';
import { leaf } from './edits.ts';
import { type Fields, readRecords } from './reading.ts';
import type { Warn } from './warnings.ts';

export type EnrolmentMode = 'never' | 'withusers' | 'always';

interface Method {
  id: string;
  method: string;
  fields: Fields;
  people: { userId: number; suspended: boolean; timestart: number; timeend: number }[];
}

/** How the enrolments of a backup come to a course; decided by `planEnrolments`. */
export interface EnrolmentPlan {
  /** In the order of the backup; `target` null: it does not come, nor do its people. */
  methods: (Method & { target: 'own' | 'manual' | null })[];
  /** As the course's own backup will tell it; undefined when nothing changed. */
  rewritten: Uint8Array | undefined;
}

/** Moodle's methods that are about other things of the same site: cohorts, other courses. They never come from elsewhere. */
const siteBound = new Set(['cohort', 'meta']);

/**
 * Moodle's `restore_enrolments_structure_step`. Mode `never` makes everybody in the archive a manual enrolment, and so
 * does `withusers` when people do not come; else each method comes as it is, if it is installed and on.
 */
export async function planEnrolments(
  document: BackupDocument | undefined,
  options: { mode: EnrolmentMode; people: boolean; enabled: ReadonlySet<string>; warn: Warn },
): Promise<EnrolmentPlan> {
  const methods = document ? await readMethods(document) : [];
  const toManual = options.mode === 'never' || (options.mode === 'withusers' && !options.people);
  const planned = methods.map((method) => ({
    ...method,
    target: toManual
      ? ('manual' as const)
      : options.enabled.has(method.method) && !siteBound.has(method.method)
        ? ('own' as const)
        : null,
  }));
  for (const { target, method, people } of planned) {
    if (target !== null) continue;
    const bound = siteBound.has(method);
    options.warn({
      code: bound ? 'enrolment-method-bound' : 'enrolment-method-missing',
      severity: 'warning',
      what: method,
      why: bound
        ? `The enrolment method refers to the site that it comes from: ${peopleOf(people.length)} enrolled by it ${people.length === 1 ? 'does' : 'do'} not come.`
        : `The enrolment method is not installed or not on here: ${peopleOf(people.length)} enrolled by it ${people.length === 1 ? 'does' : 'do'} not come.`,
      todo: 'Enrol these people by a method of this site, or restore with the enrolments as manual ones.',
    });
  }
  const rewritten = toManual && methods.length > 0 ? writeManual(methods) : undefined;
  return { methods: planned, rewritten };
}

const peopleOf = (count: number): string => (count === 1 ? 'one person' : `${count} people`);

/** Makes the methods, enrols those who have an account and gives the roles that the restorer may give. */
export async function writeEnrolments(
  tx: Tx,
  course: { id: number; context: Context },
  plan: EnrolmentPlan,
  given: { accounts: Map<number, number>; roles: Map<string, Role>; assignments: Fields[] },
): Promise<void> {
  const mapped = new Set<string>();
  const merged = new Map<number, Map<number, Method['people'][number]>>();
  for (const method of plan.methods) {
    if (method.target === null) continue;
    const manual = method.target === 'manual' || method.method === 'manual';
    const methodId = manual
      ? await manualMethodId(tx, course.id)
      : await addEnrolMethod(tx, {
          courseId: course.id,
          method: method.method,
          name: method.fields.name ?? '',
          enabled: method.fields.status === '0',
        });
    // Guests have no enrolments: there is nothing to map.
    if (!manual && method.method === 'guest') continue;
    mapped.add(method.id);
    const people = merged.get(methodId) ?? new Map();
    merged.set(methodId, people);
    for (const one of method.people) {
      const personId = given.accounts.get(one.userId);
      if (personId !== undefined) people.set(personId, merge(people.get(personId), one));
    }
  }
  // Every course has it, as Moodle's default step makes it.
  await manualMethodId(tx, course.id);
  for (const [methodId, people] of merged)
    await enrol(
      tx,
      methodId,
      [...people].map(([personId, one]) => ({ personId, ...one })),
    );
  await assignRoles(
    tx,
    given.assignments.flatMap((assignment) => {
      const personId = given.accounts.get(Number(assignment.userid));
      const role = given.roles.get(assignment.roleid ?? '');
      const gone = assignment.component?.startsWith('enrol_') && !mapped.has(assignment.itemid ?? '');
      return personId === undefined || role === undefined || gone
        ? []
        : [{ personId, roleId: role.id, contextId: course.context.id }];
    }),
  );
}

/** Of two enrolments by one method the active one counts, and the longer time: nobody is locked out by a merge. */
function merge(before: Method['people'][number] | undefined, next: Method['people'][number]): Method['people'][number] {
  if (!before || (before.suspended && !next.suspended)) return next;
  if (next.suspended && !before.suspended) return before;
  return {
    ...before,
    timestart: Math.min(before.timestart, next.timestart),
    timeend: before.timeend === 0 || next.timeend === 0 ? 0 : Math.max(before.timeend, next.timeend),
  };
}

/** Roles of a backup to roles here, by Moodle's `get_best_assignable_role`; those that find none are told. */
export async function mapRoles(
  document: BackupDocument | undefined,
  assignable: Map<string, Role>,
  warn: Warn,
): Promise<Map<string, Role>> {
  const mapped = new Map<string, Role>();
  for (const role of await readRecords(document, '/roles_definition/role')) {
    const match =
      assignable.get(role.shortname ?? '') ??
      [...assignable.values()].find((other) => other.archetype !== '' && other.archetype === role.archetype) ??
      (role.shortname === 'editingteacher' ? assignable.get('teacher') : undefined);
    if (match) mapped.set(role['@id'] ?? '', match);
    else
      warn({
        code: 'role-missing',
        severity: 'warning',
        what: role.name || role.shortname || '?',
        why: 'No role that may be given here matches it: nobody gets it.',
        todo: 'Give these people a role of this site by hand.',
      });
  }
  return mapped;
}

async function readMethods(document: BackupDocument): Promise<Method[]> {
  const methods: Method[] = [];
  const records = await readRecords(document, '/enrolments/enrols/enrol');
  for (const fields of records)
    methods.push({ id: fields['@id'] ?? '', method: fields.enrol ?? '', fields, people: [] });
  // The rows inside: which method they belong to is told by position only.
  let index = -1;
  let depth = 0;
  let row: Record<string, string> | undefined;
  let text = '';
  const handler: XmlHandler = {
    open(name) {
      depth++;
      if (name === 'enrol' && depth === 3) index++;
      if (name === 'enrolment') row = {};
      text = '';
    },
    text(chunk) {
      text += chunk;
    },
    close(name) {
      depth--;
      if (name === 'enrolment' && row) {
        methods[index]?.people.push({
          userId: Number(row.userid),
          suspended: row.status === '1',
          timestart: Number(row.timestart ?? 0),
          timeend: Number(row.timeend ?? 0),
        });
        row = undefined;
      } else if (row) row[name] = text;
      text = '';
    },
  };
  await readXml(document.open(), handler, { entry: document.path });
  return methods;
}

const otherFields = [
  'customint1',
  'customint2',
  'customint3',
  'customint4',
  'customint5',
  'customint6',
  'customint7',
  'customint8',
]
  .concat(['customchar1', 'customchar2', 'customchar3', 'customdec1', 'customdec2'])
  .concat(['customtext1', 'customtext2', 'customtext3', 'customtext4', 'timecreated', 'timemodified']);
const headFields = [
  'enrol',
  'status',
  'name',
  'enrolperiod',
  'enrolstartdate',
  'enrolenddate',
  'expirynotify',
  'expirythreshold',
].concat(['notifyall', 'password', 'cost', 'currency', 'roleid']);

/** One manual method that holds everybody: what Moodle would back up from a course restored with `never`. */
function writeManual(methods: Method[]): Uint8Array {
  const own = methods.find(({ method }) => method === 'manual') ?? methods[0]!;
  const people = new Map<number, Method['people'][number]>();
  for (const method of methods)
    for (const one of method.people) people.set(one.userId, merge(people.get(one.userId), one));
  const manual = writeManualMethod(own.id, own.method === 'manual' ? own.fields : {}, [...people.values()]);
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<enrolments>\n  <enrols>\n${manual}  </enrols>\n</enrolments>`,
  );
}

/** An `enrol` element; fields that are not given are as in a new method. */
export function writeManualMethod(id: string | number, fields: Fields, people: Method['people']): string {
  const zero = new Set([
    'status',
    'enrolperiod',
    'enrolstartdate',
    'enrolenddate',
    'expirynotify',
    'notifyall',
    'timecreated',
    'timemodified',
  ]);
  const head = [...headFields, ...otherFields].map((name) =>
    leaf(3, name, name === 'enrol' ? 'manual' : (fields[name] ?? (zero.has(name) ? 0 : null))),
  );
  const rows = people.map(
    (one, index) =>
      `        <enrolment id="${index + 1}">\n${leaf(5, 'status', one.suspended ? 1 : 0)}${leaf(5, 'userid', one.userId)}` +
      `${leaf(5, 'timestart', one.timestart)}${leaf(5, 'timeend', one.timeend)}${leaf(5, 'modifierid', 0)}` +
      `${leaf(5, 'timemodified', 0)}        </enrolment>\n`,
  );
  return `    <enrol id="${id}">\n${head.join('')}      <user_enrolments>\n${rows.join('')}      </user_enrolments>\n    </enrol>\n`;
}
