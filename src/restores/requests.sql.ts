import type { Queryable } from '../store/index.ts';
import { insertListed, recountLines } from './list.sql.ts';
import type { Dealt, KeptReport } from './report.ts';
import type { Asked } from './rules/choices.ts';
import type {
  CategoryWish,
  EnrolmentMode,
  Inventory,
  PeopleProof,
  ReportLine,
  RequestId,
  RequestStep,
  RestoreRequest,
  Sender,
} from './types.ts';

/** The archive as the source announced it. */
export interface ArchiveFacts {
  filename: string;
  sizeBytes: number;
  sha256: string;
}

/** The one that is fetched. What Strasbourg's block keeps has no SHA-256 before it is here, and is asked for by number. */
export type SourceArchive = Omit<ArchiveFacts, 'sha256'> & {
  sha256: string | null;
  block?: { fileid: number; etag: string | null };
};

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
  /** What people call the two sites. */
  titles: RestoreRequest['titles'];
  /** Address of the source; null: it is not known any more. */
  sourceUrl: string | null;
  courseid: number;
  courseName: string;
  shortname: string;
  person: string | null;
  people: boolean;
  enrolments: EnrolmentMode;
  category: CategoryWish;
  keepIdnumber: boolean;
  keepFileAuthors: boolean;
  sender: Sender;
  /** What was asked for; the four before it are what is carried. Null: of before the rules were kept. */
  asked: Asked | null;
  instanceKey: string | null;
  categoryId: number | null;
  categoryName: string | null;
  personId: number | null;
  archive: SourceArchive | null;
  /** The one that is delivered. */
  prepared: ArchiveFacts | null;
  proof: PeopleProof | null;
  contents: ArchiveContents | null;
  before: Inventory | null;
  after: Inventory | null;
  newCourse: RestoreRequest['newCourse'];
  report: KeptReport;
  dealt: Dealt | null;
  createdAt: Date;
}

/** Without what is as long as the course is. */
export type LightRow = Omit<RequestRow, 'proof' | 'contents' | 'before' | 'after' | 'report' | 'dealt'>;

const lightColumns = `r.id, r.number, r.send_digest as "sendDigest", r.actor, r.target_id as "targetId", r.target,
  r.source_id as "sourceId", r.source, json_build_object(
    'source', coalesce((select title from sites where id = r.source_id), r.source),
    'target', coalesce((select title from sites where id = r.target_id), r.target)) as titles,
  (select url from sites where id = r.source_id) as "sourceUrl", r.courseid, r.course_name as "courseName", r.shortname, r.person, r.people,
  r.enrolments, r.category, r.keep_idnumber as "keepIdnumber", r.keep_file_authors as "keepFileAuthors", 
  r.sender, r.asked, r.instance_key as "instanceKey", r.category_id as "categoryId", r.category_name as "categoryName",
  r.person_id as "personId", r.archive, r.prepared, r.new_course as "newCourse", r.created_at as "createdAt"`;

const columns = `${lightColumns}, r.proof, r.contents, r.counts_before as "before", r.counts_after as "after", r.report,
  (select json_object_agg(d.line, json_build_object('by', d.dealt_by, 'at', d.dealt_at))
   from restore_dealt d where d.request_id = r.id) as dealt`;

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
  | 'sender'
  | 'asked'
  | 'instanceKey'
  | 'report'
> & { sendKey: string | null; sendItem: number };

/**
 * False when the same item of the same key is there already, also of a transaction that has just committed.
 * @throws a unique violation when another request has the instance key
 */
export async function insertRequest(tx: Queryable, request: NewRequest): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into restore_requests (id, send_key, send_item, send_digest, actor, target_id, target, source_id, source,
       courseid, course_name, shortname, person, people, enrolments, category, keep_idnumber, keep_file_authors, report,
       sender, asked, instance_key)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
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
      request.sender,
      request.asked,
      request.instanceKey,
    ],
  );
  if (rowCount === 1) await insertListed(tx, request);
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

export async function selectLight(db: Queryable, ids: readonly string[]): Promise<LightRow[]> {
  const { rows } = await db.query<LightRow>(`select ${lightColumns} from restore_requests r where r.id = any($1)`, [
    ids,
  ]);
  return rows;
}

/** Of one person, those that have not ended. */
export async function countOpen(db: Queryable, targetId: number, person: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from restore_requests r join jobs j on j.kind = 'restore' and j.subject = r.id
     where r.target_id = $1 and r.person = $2 and j.outcome is null`,
    [targetId, person],
  );
  return rows[0]!.count;
}

/** What was found out; under the fence of the job (`StepContext.write`). */
export interface RequestChange {
  people?: boolean;
  enrolments?: EnrolmentMode;
  keep_idnumber?: boolean;
  keep_file_authors?: boolean;
  category_id?: number | null;
  category_name?: string | null;
  person_id?: number | null;
  archive?: SourceArchive | null;
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
  await recountLines(tx, id);
}

export async function addReportLine(tx: Queryable, id: string, step: RequestStep, line: ReportLine): Promise<void> {
  await tx.query(
    `update restore_requests set report = report || jsonb_build_object($2::text,
       coalesce(report -> $2::text, '[]') || $3::jsonb) where id = $1`,
    [id, step, JSON.stringify([line])],
  );
  await recountLines(tx, id);
}

/** As if it had just been asked for: what somebody has put right was in the course that came of it before. */
export async function resetRequest(tx: Queryable, id: string): Promise<void> {
  await tx.query('delete from restore_dealt where request_id = $1', [id]);
  await tx.query(
    `update restore_requests set category_id = null, category_name = null, person_id = null, archive = null, prepared = null,
       proof = null, contents = null,
       counts_before = null, counts_after = null, new_course = null, report = '{}' where id = $1`,
    [id],
  );
  await recountLines(tx, id);
}

/** Requests from or to these sites; returns their ids. */
export async function deleteRequestsOf(tx: Queryable, sites: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    'delete from restore_requests where source = any($1) or target = any($1) returning id',
    [sites],
  );
  return rows.map(({ id }) => id);
}

/** Another category, if it is still the one that somebody looked at. */
export async function setWish(
  tx: Queryable,
  id: string,
  { from, to }: { from: CategoryWish; to: CategoryWish },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update restore_requests set category = $3::jsonb where id = $1 and category = $2::jsonb',
    [id, JSON.stringify(from), JSON.stringify(to)],
  );
  return rowCount === 1;
}

/** `by`: null takes the mark away. */
export async function setDealt(tx: Queryable, id: string, line: string, by: string | null): Promise<void> {
  await tx.query('delete from restore_dealt where request_id = $1 and line = $2', [id, line]);
  if (by === null) return;
  await tx.query(
    'insert into restore_dealt (request_id, line, dealt_by, dealt_at) values ($1, $2, $3, clock_timestamp())',
    [id, line, by],
  );
}

export async function deleteRequest(tx: Queryable, id: string): Promise<void> {
  await tx.query('delete from restore_requests where id = $1', [id]);
}
