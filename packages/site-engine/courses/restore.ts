import { createHash } from 'node:crypto';
import { areaOwner } from '@jouvence/mbz';
import { getContext } from '../contexts.ts';
import { insertCourse } from '../course-rows.ts';
import type { Tx } from '../database.ts';
import { EngineError } from '../errors.ts';
import { assignableRoles, hasCapability, listRoles, type Role } from '../roles.ts';
import type { Site } from '../sites.ts';
import { writeDocuments } from './documents.ts';
import { edited } from './edits.ts';
import { type EnrolmentMode, mapRoles, planEnrolments, writeEnrolments } from './enrolments.ts';
import { courseNames, lockNames } from './names.ts';
import { matchOrCreate } from './people.ts';
import type { Pool } from './pool.ts';
import type { Prepared, Receiver } from './prepare.ts';
import { type ActivityDetail, eachFile, readActivity, readRecords, readSection, type Section } from './reading.ts';
import type { Staged } from './staging.ts';
import type { Warn } from './warnings.ts';

export interface RestoreRequest {
  categoryId: number;
  people: boolean;
  enrolments: EnrolmentMode;
  /** Asked for; empty: none. */
  idnumber: string;
  /** Whose rights count; null: the operator at the engine's own door, who may everything and keeps the course's idnumber. */
  callerId: number | null;
  taskKey: string | null;
}

/** What is installed where the course is to go. */
export async function readReceiver(tx: Tx, site: Site): Promise<Receiver & { enabledEnrolments: Set<string> }> {
  const plugins = await tx.rows<{ type: string; name: string; state: string | null }>(
    'select type, name, state from plugins',
  );
  const installed = new Map<string, Set<string>>();
  for (const { type, name } of plugins) {
    const names = installed.get(type) ?? new Set();
    installed.set(type, names.add(name));
  }
  const enabled = plugins.filter(({ type, state }) => type === 'enrol' && (state === 'on' || state === null));
  return { release: site.release, installed, enabledEnrolments: new Set(enabled.map(({ name }) => name)) };
}

/** Sections and activities, read before the transaction: it should hold its locks for as short as can be. */
export async function readIndex({ backup, byPath }: Prepared): Promise<Index> {
  const sections: Section[] = [];
  for (const { directory } of backup.sections) sections.push(await readSection(byPath, directory));
  const activities = [];
  for (const activity of backup.activities) activities.push({ ...activity, ...(await readActivity(byPath, activity)) });
  return { sections, activities };
}

export interface Index {
  sections: Section[];
  activities: (Prepared['backup']['activities'][number] & ActivityDetail)[];
}

/**
 * The course with all that belongs to it, in the caller's transaction: until that commits there is nothing.
 * @throws EngineError `not-found` (category), `conflict` (people), `not-allowed`
 */
export async function writeCourse(
  tx: Tx,
  site: Site,
  pool: Pool,
  given: { staged: Staged; prepared: Prepared; index: Index; receiver: Awaited<ReturnType<typeof readReceiver>> },
  request: RestoreRequest,
  warn: Warn,
): Promise<{ courseId: number; shortname: string }> {
  const { prepared, staged, index } = given;
  const { course, information, release } = prepared.backup;
  const category = await getContext(tx, 'category', request.categoryId);
  const mayAll = request.callerId === null;
  await lockNames(tx, site.id);
  const sameSite =
    information.original_site_identifier_hash === createHash('md5').update(site.identifier).digest('hex');
  const names = await courseNames(tx, site.language, course.fullname ?? '', course.shortname ?? '');
  if (names.shortname !== course.shortname || names.fullname !== course.fullname)
    warn({
      code: 'name-changed',
      severity: 'info',
      what: course.fullname ?? '',
      why: `A course of that name exists here: this one is called “${names.fullname}” (${names.shortname}).`,
      todo: 'Rename one of the two if that is confusing.',
    });
  const idnumber = await idnumberFor(tx, course.idnumber ?? '', request.idnumber, sameSite || mayAll, warn);

  const people = request.people && prepared.backup.hasPeople;
  const enrolmentPlan = await planEnrolments(prepared.byPath.get('course/enrolments.xml'), {
    mode: request.enrolments,
    people,
    enabled: given.receiver.enabledEnrolments,
    warn,
  });
  const courseId = await insertCourse(tx, {
    categoryId: request.categoryId,
    ...names,
    idnumber,
    summary: course.summary ?? '',
    format: given.receiver.installed.get('format')?.has(course.format ?? '') ? course.format! : 'topics',
    visible: course.visible !== '0',
    startdate: Number(course.startdate ?? 0),
    enddate: Number(course.enddate ?? 0),
    release,
    state: 'ready',
    taskKey: request.taskKey,
  });
  await writeDocuments(
    tx,
    courseId,
    prepared.documents.map((document) => {
      if (document.path === 'course/enrolments.xml' && enrolmentPlan.rewritten)
        return { path: document.path, open: () => enrolmentPlan.rewritten! };
      if (document.path === 'course/enrolments.xml') return withoutDropped(document, enrolmentPlan);
      const changed =
        document.path === 'course/course.xml' &&
        (names.fullname !== course.fullname ||
          names.shortname !== course.shortname ||
          idnumber !== (course.idnumber ?? ''));
      if (!changed) return document;
      return edited(document, {
        set: { 'course/fullname': names.fullname, 'course/shortname': names.shortname, 'course/idnumber': idnumber },
      });
    }),
  );
  await writeIndex(tx, courseId, { prepared, staged, index, pool, siteId: site.id });

  const context = await getContext(tx, 'course', courseId);
  const assignable = mayAll ? await courseRoles(tx) : await assignableRoles(tx, request.callerId!, context);
  const roles = await mapRoles(prepared.byPath.get('roles.xml'), assignable, people ? warn : () => {});
  let accounts = new Map<number, number>();
  if (people) {
    const mayCreate = mayAll || (await hasCapability(tx, request.callerId!, 'moodle/restore:createuser', category));
    accounts = await matchOrCreate(tx, site, prepared.byPath.get('users.xml'), { sameSite, mayCreate });
  }
  const assignments = people
    ? await readRecords(prepared.byPath.get('course/roles.xml'), '/roles/role_assignments/assignment')
    : [];
  await writeEnrolments(tx, { id: courseId, context }, enrolmentPlan, { accounts, roles, assignments });
  return { courseId, shortname: names.shortname };
}

function withoutDropped(document: Parameters<typeof edited>[0], plan: Awaited<ReturnType<typeof planEnrolments>>) {
  const dropped = new Set(plan.methods.filter(({ target }) => target === null).map(({ id }) => id));
  if (dropped.size === 0) return document;
  return edited(document, { keep: { 'enrolments/enrols/enrol': (_, { id }) => !dropped.has(id ?? '') } });
}

/** Those that an administrator may give in a course. */
async function courseRoles(tx: Tx): Promise<Map<string, Role>> {
  const roles = await listRoles(tx);
  for (const name of ['guest', 'user', 'frontpage']) roles.delete(name);
  return roles;
}

/** What was asked for, when no other course has it; else Moodle's own rule, which empties that of another site's course. */
async function idnumberFor(tx: Tx, own: string, asked: string, mayKeep: boolean, warn: Warn): Promise<string> {
  const isFree = async (idnumber: string) => !(await tx.row('select 1 from courses where idnumber = $1', [idnumber]));
  if (asked !== '') {
    if (await isFree(asked)) return asked;
    warn({
      code: 'idnumber-taken',
      severity: 'warning',
      what: asked,
      why: 'Another course here has this idnumber: this one has none.',
      todo: 'Take it from the other course, or enter another one in the course’s settings.',
    });
    return '';
  }
  if (own === '' || (mayKeep && (await isFree(own)))) return own;
  warn({
    code: 'idnumber-cleared',
    severity: 'info',
    what: own,
    why: 'The course has no idnumber here: Moodle does not carry it over from another site, nor one that is in use.',
    todo: 'Enter an idnumber in the course’s settings if other systems need it.',
  });
  return '';
}

async function writeIndex(
  tx: Tx,
  courseId: number,
  {
    prepared,
    staged,
    index,
    pool,
    siteId,
  }: { prepared: Prepared; staged: Staged; index: Index; pool: Pool; siteId: number },
): Promise<void> {
  const bytesOf = new Map<number, number>();
  const contents = new Set<string>();
  let batch: object[] = [];
  const flush = async () => {
    await tx.run(
      `insert into course_files (course_id, sha1, context_id, component, filearea, filepath, filename, size_bytes, mimetype, shared)
       select $1, f.* from jsonb_to_recordset($2::jsonb) as f(sha1 text, context_id bigint, component text, filearea text,
         filepath text, filename text, size_bytes bigint, mimetype text, shared boolean)`,
      [courseId, JSON.stringify(batch)],
    );
    batch = [];
  };
  for await (const file of eachFile(prepared.byPath.get('files.xml'))) {
    // An alias into a repository has no contents here.
    if (!staged.hold.has(file.contenthash)) continue;
    const size = staged.hold.sizeOf(file.contenthash);
    const contextId = Number(file.contextid);
    contents.add(file.contenthash);
    bytesOf.set(contextId, (bytesOf.get(contextId) ?? 0) + size);
    batch.push({
      sha1: file.contenthash,
      context_id: contextId,
      component: file.component,
      filearea: file.filearea,
      filepath: file.filepath,
      filename: file.filename,
      size_bytes: size,
      mimetype: file.mimetype,
      shared: areaOwner(file.component, file.filearea) === 'content',
    });
    if (batch.length >= 1000) await flush();
  }
  if (batch.length > 0) await flush();
  await pool.refer(tx, siteId, courseId, staged.hold, [...contents]);
  const filebytes = [...contents].reduce((sum, sha1) => sum + staged.hold.sizeOf(sha1), 0);
  await tx.run('update courses set filebytes = $2 where id = $1', [courseId, filebytes]);
  await tx.run(
    `insert into course_sections (course_id, section_id, number, name, visible, summary)
     select $1, s.* from jsonb_to_recordset($2::jsonb) as s(id bigint, number int, name text, visible boolean, summary text)`,
    [courseId, JSON.stringify(index.sections)],
  );
  await tx.run(
    `insert into course_activities (course_id, section_id, position, module, name, visible, directory, context_id, body, filebytes)
     select $1, a.* from jsonb_to_recordset($2::jsonb) as a("sectionId" bigint, position int, module text, title text,
       visible boolean, directory text, "contextId" bigint, body text, filebytes bigint)`,
    [
      courseId,
      JSON.stringify(
        index.activities.map((activity, position) => ({
          ...activity,
          position,
          filebytes: bytesOf.get(activity.contextId) ?? 0,
        })),
      ),
    ],
  );
  await tx.run(
    `insert into course_plugins (course_id, type, name)
     select $1, p.* from jsonb_to_recordset($2::jsonb) as p(type text, name text)`,
    [courseId, JSON.stringify(prepared.plugins)],
  );
}

/** @throws EngineError `not-found` */
export async function requireCategory(tx: Tx, categoryId: number): Promise<void> {
  if (!(await tx.row('select 1 from categories where id = $1', [categoryId])))
    throw new EngineError('not-found', `there is no category ${categoryId}`);
}
