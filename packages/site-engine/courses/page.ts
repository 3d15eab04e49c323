import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Database } from '../database.ts';
import { sendPage } from '../http/respond.ts';
import { type Html, html, paragraphs } from '../pages/html.ts';
import { languageOf, renderNotice, renderPage, type Visitor } from '../pages/layout.ts';
import type { Person } from '../people.ts';
import { formKeyOf, readSessionCookie } from '../sessions.ts';
import type { Site } from '../sites.ts';
import { courseAccess, readableFile } from './access.ts';
import { plainText } from './plain-text.ts';
import { wordsFor } from './words.ts';

interface SectionRow {
  section_id: number;
  number: number;
  name: string | null;
  visible: boolean;
  summary: string;
}

interface ActivityRow {
  id: number;
  section_id: number;
  context_id: number;
  module: string;
  name: string;
  visible: boolean;
  body: string;
}

interface FileRow {
  id: number;
  context_id: number;
  filename: string;
  size_bytes: number;
}

/** `/course/view.php?id=`: the course in one plain page. What it holds is shown as text, never as markup. */
export async function coursePage(
  database: Database,
  req: IncomingMessage,
  res: ServerResponse,
  site: Site,
  person: Person,
): Promise<void> {
  const id = new URL(req.url!, 'http://site').searchParams.get('id') ?? '';
  const visitor = visitorOf(req, person);
  const found = /^\d{1,15}$/.test(id) ? await readPage(database, site, Number(id), person) : undefined;
  if (!found) return sendPage(res, 404, renderNotice(site, 'notFound', visitor));
  const words = wordsFor(languageOf(site, person));
  const { course, sections } = found;
  const activities = Map.groupBy(found.activities, (activity) => activity.section_id);
  const files = Map.groupBy(found.files, (file) => file.context_id);
  const hidden = html` <em>(${words.hidden})</em>`;
  const summary = plainText(course.summary, 20_000);
  const body = html`${!course.visible && html`<p class="note">${words.hiddenCourse}</p>`}
<p class="small" dir="auto">${course.shortname}</p>
${paragraphs(summary)}
${sections.map(
  (section) => html`<section>
<h2 dir="auto">${section.name ?? (section.number === 0 ? words.general : `${words.section} ${section.number}`)}${!section.visible && hidden}</h2>
${paragraphs(section.summary)}
<ul class="list">${(activities.get(section.section_id) ?? []).map(
    (activity) => html`<li id="activity-${activity.id}">
<h3 dir="auto">${activity.name}${!activity.visible && hidden}</h3>
<p class="small">${words.modules[activity.module] ?? activity.module}</p>
${paragraphs(activity.body)}
${fileList(files.get(activity.context_id) ?? [], course.id, words.bytes)}</li>`,
  )}</ul>
</section>`,
)}`;
  sendPage(res, 200, renderPage({ site, title: course.fullname, body, visitor }));
}

/** Hidden sections and activities are read by nobody who does not teach. Opening a restored course makes it a person's. */
function readPage(database: Database, site: Site, courseId: number, person: Person) {
  return database.withSite(site.id, async (tx) => {
    const access = await courseAccess(tx, courseId, person.id);
    if (!access) return undefined;
    const { course, teaches } = access;
    const values = [courseId, teaches];
    const sections = await tx.rows<SectionRow>(
      `select section_id, number, name, visible, summary from course_sections
       where course_id = $1 and (visible or $2) order by number, section_id`,
      values,
    );
    const activities = await tx.rows<ActivityRow>(
      `select id, section_id, context_id, module, name, visible, body from course_activities
       where course_id = $1 and (visible or $2) order by position`,
      values,
    );
    const files = await tx.rows<FileRow>(
      `select f.id, f.context_id, f.filename, f.size_bytes from course_files f
       join course_activities a on a.course_id = f.course_id and a.context_id = f.context_id
       where f.course_id = $1 and ${readableFile('$2')} order by f.context_id, f.filepath, f.filename limit 5000`,
      values,
    );
    await tx.run('update tasks set opened = true where course_id = $1 and kind = $2 and not opened', [
      courseId,
      'restore',
    ]);
    return { course, sections, activities, files };
  });
}

function visitorOf(req: IncomingMessage, person: Person): Visitor {
  return { person, formKey: formKeyOf(readSessionCookie(req) ?? '') };
}

function fileList(files: FileRow[], courseId: number, unit: string): Html | false {
  if (files.length === 0) return false;
  return html`<ul>${files.map(
    (file) =>
      html`<li><a href="/pluginfile.php/${courseId}/${file.id}/${encodeURIComponent(file.filename)}" dir="auto">${file.filename}</a>
        <span class="small">(${sizeText(file.size_bytes, unit)})</span></li>`,
  )}</ul>`;
}

/** `1.4 Mo`: as people read it, not to the byte. */
function sizeText(bytes: number, unit: string): string {
  const steps = ['', 'k', 'M', 'G', 'T'];
  let value = bytes;
  let step = 0;
  while (value >= 1000 && step < steps.length - 1) {
    value /= 1000;
    step++;
  }
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${steps[step]}${unit}`;
}
