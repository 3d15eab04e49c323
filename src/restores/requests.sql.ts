import type { Queryable } from '../store/index.ts';
import type {
  CategoryWish,
  EnrolmentMode,
  Inventory,
  PeopleProof,
  ReportLine,
  RequestFilter,
  RequestId,
  RequestStep,
  RestoreRequest,
} from './types.ts';

/** The archive as the source announced it. */
export interface ArchiveFacts {
  filename: string;
  sizeBytes: number;
  sha256: string;
}

/** What the archive holds that is looked for on the target in the end. */
export interface ArchiveContents {
  shortname: string;
  fullname: string;
  activities: { module: string; name: string }[];
  idnumber: string;
  /** Of its documents, unpacked. */
  documentBytes: number;
  /** Address of the site that it was made on. */
  wwwroot: string;
}

/** What was asked, and what was found out on the way. */
export interface RequestRow {
  id: RequestId;
  number: number;
  sendDigest: string;
  actor: string;
  targetId: number;
  target: string;
  sourceId: number;
  source: string;
  courseid: number;
  courseName: string;
  shortname: string;
  person: string | null;
  people: boolean;
  enrolments: EnrolmentMode;
  category: CategoryWish;
  keepIdnumber: boolean;
  keepFileAuthors: boolean;
  categoryId: number | null;
  categoryName: string | null;
  personId: number | null;
  archive: ArchiveFacts | null;
  /** The one that is delivered. */
  prepared: ArchiveFacts | null;
  proof: PeopleProof | null;
  contents: ArchiveContents | null;
  before: Inventory | null;
  after: Inventory | null;
  newCourse: RestoreRequest['newCourse'];
  report: Partial<Record<RequestStep, ReportLine[]>>;
  createdAt: Date;
}

const columns = `r.id, r.number, r.send_digest as "sendDigest", r.actor, r.target_id as "targetId", r.target,
  r.source_id as "sourceId", r.source, r.courseid, r.course_name as "courseName", r.shortname, r.person, r.people,
  r.enrolments, r.category, r.keep_idnumber as "keepIdnumber", r.keep_file_authors as "keepFileAuthors", r.category_id as "categoryId", r.category_name as "categoryName",
  r.person_id as "personId", r.archive, r.prepared, r.proof, r.contents, r.counts_before as "before", r.counts_after as "after",
  r.new_course as "newCourse", r.report, r.created_at as "createdAt"`;

export type NewRequest = Pick<
  RequestRow,
  | 'id'
  | 'sendDigest'
  | 'actor'
  | 'targetId'
  | 'target'
  | 'sourceId'
  | 'source'
  | 'courseid'
  | 'courseName'
  | 'shortname'
  | 'person'
  | 'people'
  | 'enrolments'
  | 'category'
  | 'keepIdnumber'
  | 'keepFileAuthors'
  | 'report'
> & { sendKey: string | null; sendItem: number };

/** False when the same item of the same key is there already, also of a transaction that has just committed. */
export async function insertRequest(tx: Queryable, request: NewRequest): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into restore_requests (id, send_key, send_item, send_digest, actor, target_id, target, source_id, source,
       courseid, course_name, shortname, person, people, enrolments, category, keep_idnumber, keep_file_authors, report)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
     on conflict (send_key, send_item) do nothing`,
    [
      request.id,
      request.sendKey,
      request.sendItem,
      request.sendDigest,
      request.actor,
      request.targetId,
      request.target,
      request.sourceId,
      request.source,
      request.courseid,
      request.courseName,
      request.shortname,
      request.person,
      request.people,
      request.enrolments,
      request.category,
      request.keepIdnumber,
      request.keepFileAuthors,
      request.report,
    ],
  );
  return rowCount === 1;
}

export async function selectByKey(db: Queryable, sendKey: string): Promise<RequestRow[]> {
  const { rows } = await db.query<RequestRow>(
    `select ${columns} from restore_requests r where r.send_key = $1 order by r.send_item`,
    [sendKey],
  );
  return rows;
}

export async function selectRequests(db: Queryable, ids: readonly string[]): Promise<RequestRow[]> {
  const { rows } = await db.query<RequestRow>(`select ${columns} from restore_requests r where r.id = any($1)`, [ids]);
  return rows;
}

/** The same as `stateOf` in `show.ts`. */
const stateOfJob = `case when j.outcome is not null then j.outcome
  when j.ending = 'cancelled' or j.cancel_asked then 'cancelling'
  when j.ending is not null then 'cleaning' else j.step end`;

/** Newest first; `before`: of an earlier page, its last number. */
export async function selectPage(
  db: Queryable,
  filter: RequestFilter,
  page: { limit: number; before: number | null },
): Promise<RequestRow[]> {
  const { rows } = await db.query<RequestRow>(
    `select ${columns} from restore_requests r join jobs j on j.kind = 'restore' and j.subject = r.id
     where ($1::bigint is null or r.number < $1) and ($2::text[] is null or ${stateOfJob} = any($2))
       and ($3::text is null or r.target = $3) and ($4::text is null or r.source = $4)
       and ($5::text is null or r.person = $5) and ($7::bigint[] is null or r.target_id = any($7))
     order by r.number desc limit $6`,
    [
      page.before,
      filter.state ?? null,
      filter.target ?? null,
      filter.source ?? null,
      filter.person ?? null,
      page.limit,
      filter.targetIds ?? null,
    ],
  );
  return rows;
}

/** What was found out; under the fence of the job (`StepContext.write`). */
export interface RequestChange {
  category_id?: number | null;
  category_name?: string | null;
  person_id?: number | null;
  archive?: ArchiveFacts | null;
  prepared?: ArchiveFacts | null;
  proof?: PeopleProof | null;
  contents?: ArchiveContents | null;
  counts_before?: Inventory | null;
  counts_after?: Inventory | null;
  new_course?: RestoreRequest['newCourse'];
}

export async function updateRequest(tx: Queryable, id: string, change: RequestChange): Promise<void> {
  const names = Object.keys(change) as (keyof RequestChange)[];
  if (names.length === 0) return;
  const assignments = names.map((name, index) => `${name} = $${index + 2}`).join(', ');
  await tx.query(`update restore_requests set ${assignments} where id = $1`, [
    id,
    ...names.map((name) => change[name] ?? null),
  ]);
}

/** Replaces what this step had reported. */
export async function setReport(
  tx: Queryable,
  id: string,
  step: RequestStep,
  lines: readonly ReportLine[],
): Promise<void> {
  await tx.query(
    'update restore_requests set report = report || jsonb_build_object($2::text, $3::jsonb) where id = $1',
    [id, step, JSON.stringify(lines)],
  );
}

export async function addReportLine(tx: Queryable, id: string, step: RequestStep, line: ReportLine): Promise<void> {
  await tx.query(
    `update restore_requests set report = report || jsonb_build_object($2::text,
       coalesce(report -> $2::text, '[]') || $3::jsonb) where id = $1`,
    [id, step, JSON.stringify([line])],
  );
}

/** As if it had just been asked for. */
export async function resetRequest(tx: Queryable, id: string): Promise<void> {
  await tx.query(
    `update restore_requests set category_id = null, category_name = null, person_id = null, archive = null, prepared = null,
       proof = null, contents = null,
       counts_before = null, counts_after = null, new_course = null, report = '{}' where id = $1`,
    [id],
  );
}

/** Requests from or to these sites; returns their ids. */
export async function deleteRequestsOf(tx: Queryable, sites: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    'delete from restore_requests where source = any($1) or target = any($1) returning id',
    [sites],
  );
  return rows.map(({ id }) => id);
}
