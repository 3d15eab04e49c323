import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ArchiveItem, type BackupDocument, writeArchive } from '@jouvence/mbz';
import { type CourseRow, getCourseRow } from '../course-rows.ts';
import type { Database } from '../database.ts';
import { EngineError } from '../errors.ts';
import type { Site } from '../sites.ts';
import { readDocuments } from './documents.ts';
import { edited } from './edits.ts';
import { addEnrolled, readEnrolled } from './enrolled.ts';
import { relink } from './links.ts';
import type { Pool } from './pool.ts';
import { leavePeopleOut } from './prepare.ts';
import { eachFile, readRecords } from './reading.ts';
import type { Warn } from './warnings.ts';

export interface BackupJob {
  courseId: number;
  people: boolean;
  /** With a document for comments wherever there could be one, empty if need be. */
  comments: boolean;
  /** Where the finished archive goes; nothing is there before it is whole. */
  destination: string;
  /** For what is not finished yet; on the same file system. */
  directory: string;
  warn: Warn;
  progress: (fraction: number, step: string) => void;
  signal: AbortSignal;
}

export interface FinishedArchive {
  filename: string;
  sizebytes: number;
  sha256: string;
}

/**
 * Writes a course as Moodle's own backup: its documents with what belongs to the site told anew, and the contents that
 * they name. The release stays that of the Moodle which wrote the documents, because a Moodle that restores decides by
 * it what has to be brought up to date.
 */
export async function backupCourse(
  database: Database,
  pool: Pool,
  site: Site,
  job: BackupJob,
): Promise<FinishedArchive> {
  job.progress(0, 'reading');
  const found = await database.withSite(site.id, async (tx) => ({
    course: await getCourseRow(tx, job.courseId),
    category: (
      await tx.row<{ name: string }>(
        'select k.name from courses c join categories k on k.id = c.category_id where c.id = $1',
        [job.courseId],
      )
    )?.name,
    enrolled: job.people ? await readEnrolled(tx, job.courseId) : [],
  }));
  if (found.course?.state !== 'ready') throw new EngineError('not-found', `there is no course ${job.courseId}`);
  const { course } = found;
  const now = Math.floor(Date.now() / 1000);
  let documents = await readDocuments(database, site.id, job.courseId);
  // Authorship is in every backup that Moodle makes, with people or without; without means without.
  documents = job.people ? await addEnrolled(documents, found.enrolled) : await leavePeopleOut(documents, job.warn);
  if (job.comments) documents = withComments(documents);
  const hasPeople = documents.some(({ path }) => path === 'users.xml');
  const innerId = await innerCourseId(documents);
  const filename = filenameOf(course, now, hasPeople);
  documents = documents.map((document) =>
    relink(renamed(document, { site, course, category: found.category!, now, filename, innerId }), innerId, course.id),
  );

  const aside = join(job.directory, `documents-${randomBytes(12).toString('hex')}`);
  const temporary = join(job.directory, `archive-${randomBytes(12).toString('hex')}`);
  try {
    const items = await stage(documents, aside, job);
    const contents = await contentsOf(database, pool, site.id, job.courseId, documents);
    const total = [...items, ...contents].reduce((sum, item) => sum + item.sizeBytes, 0);
    const written = await writeArchive(temporary, [...items, ...contents], {
      modifiedAt: now,
      signal: job.signal,
      onProgress: ({ bytes }) => job.progress(0.2 + (0.8 * bytes) / Math.max(1, total), 'writing'),
    });
    await sync(temporary);
    await rename(temporary, job.destination);
    return { filename, sizebytes: written.sizeBytes, sha256: written.sha256 };
  } finally {
    await rm(aside, { force: true });
    await rm(temporary, { force: true });
  }
}

const noComments = Buffer.from('<?xml version="1.0" encoding="UTF-8"?>\n<comments>\n</comments>');

/** Beside what each folder of the course, of an activity or of a block has: `inforef.xml` is in all of them. */
function withComments(documents: BackupDocument[]): BackupDocument[] {
  const there = new Set(documents.map(({ path }) => path));
  const missing = documents
    .filter(({ path }) => /^(course|activities\/[^/]+|(.*\/)?blocks\/[^/]+)\/inforef\.xml$/.test(path))
    .map(({ path }) => path.replace(/inforef\.xml$/, 'comments.xml'))
    .filter((path) => !there.has(path));
  return [...documents, ...missing.map((path) => ({ path, open: () => noComments }))];
}

/** What the documents call the course; links in texts name it too. */
async function innerCourseId(documents: BackupDocument[]): Promise<string> {
  const main = documents.find(({ path }) => path === 'moodle_backup.xml');
  const [information] = await readRecords(main, '/moodle_backup/information');
  return information?.original_course_id ?? '';
}

interface Naming {
  site: Site;
  course: CourseRow;
  category: string;
  now: number;
  filename: string;
  /** What the documents call the course. */
  innerId: string;
}

function renamed(document: BackupDocument, naming: Naming): BackupDocument {
  const { site, course, category, now, filename, innerId } = naming;
  // Whose tool it is: one of the course comes along, one of the whole site does not.
  if (/^activities\/lti_\d+\/lti\.xml$/.test(document.path)) {
    const toolOf = (text: string) => (text === innerId ? String(course.id) : text);
    return edited(document, { set: { 'activity/lti/ltitype/course': toolOf } });
  }
  if (document.path === 'course/course.xml')
    return edited(document, {
      set: {
        'course/shortname': course.shortname,
        'course/fullname': course.fullname,
        'course/idnumber': course.idnumber,
        'course/visible': course.visible ? '1' : '0',
        'course/category/name': category,
      },
    });
  if (document.path !== 'moodle_backup.xml') return document;
  const information = 'moodle_backup/information';
  let setting = '';
  return edited(document, {
    set: {
      [`${information}/name`]: filename,
      [`${information}/backup_date`]: String(now),
      [`${information}/original_wwwroot`]: site.url,
      [`${information}/original_site_identifier_hash`]: createHash('md5').update(site.identifier).digest('hex'),
      [`${information}/original_course_id`]: String(course.id),
      [`${information}/original_course_fullname`]: course.fullname,
      [`${information}/original_course_shortname`]: course.shortname,
      [`${information}/contents/course/courseid`]: String(course.id),
      [`${information}/contents/course/title`]: course.shortname,
      [`${information}/settings/setting/name`]: (text) => {
        setting = text;
        return text;
      },
      [`${information}/settings/setting/value`]: (text) => (setting === 'filename' ? filename : text),
    },
  });
}

/** Moodle's default: `backup-moodle2-course-7-bio101-20261121-0930-nu.mbz`, `nu` when nobody is in it. */
function filenameOf(course: CourseRow, now: number, people: boolean): string {
  const name = course.shortname.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '_');
  const date = new Date(now * 1000).toISOString();
  const minute = `${date.slice(0, 10).replaceAll('-', '')}-${date.slice(11, 16).replace(':', '')}`;
  // Names of files are counted in bytes.
  let short = name;
  while (Buffer.byteLength(short) > 100) short = [...short].slice(0, -1).join('');
  return `backup-moodle2-course-${course.id}-${short}-${minute}${people ? '' : '-nu'}.mbz`;
}

/** Rewritten documents, aside: their sizes must be known before they are written into the archive. */
async function stage(documents: BackupDocument[], aside: string, job: BackupJob): Promise<ArchiveItem[]> {
  const items: ArchiveItem[] = [];
  const file = await open(aside, 'wx', 0o600);
  let offset = 0;
  try {
    for (const [index, { path, open: openDocument }] of documents.entries()) {
      job.signal.throwIfAborted();
      const start = offset;
      const source = openDocument();
      for await (const chunk of source instanceof Uint8Array ? [source] : source) {
        await file.writeFile(chunk);
        offset += chunk.byteLength;
      }
      const end = offset;
      items.push({
        path,
        sizeBytes: end - start,
        open: () => (end === start ? new Uint8Array() : createReadStream(aside, { start, end: end - 1 })),
      });
      job.progress((0.2 * (index + 1)) / documents.length, 'documents');
    }
  } finally {
    await file.close();
  }
  return items;
}

/** Those that the rows name and the course has, each once. */
async function contentsOf(
  database: Database,
  pool: Pool,
  siteId: number,
  courseId: number,
  documents: BackupDocument[],
): Promise<ArchiveItem[]> {
  const rows = await database.withoutSite((tx) =>
    tx.rows<{ sha1: string; size_bytes: number }>(
      `select sha1, size_bytes from content_references join contents using (sha1) where site_id = $1 and course_id = $2`,
      [siteId, courseId],
    ),
  );
  const sizes = new Map(rows.map((row) => [row.sha1, row.size_bytes]));
  const named = new Set<string>();
  for await (const file of eachFile(documents.find(({ path }) => path === 'files.xml')))
    if (sizes.has(file.contenthash)) named.add(file.contenthash);
  return [...named].sort().map((sha1) => ({
    path: `files/${sha1.slice(0, 2)}/${sha1}`,
    sizeBytes: sizes.get(sha1)!,
    open: () => pool.read(sha1, sizes.get(sha1)!),
  }));
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
