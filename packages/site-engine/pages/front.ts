import type { Database } from '../database.ts';
import { countUnread } from '../notices.ts';
import type { Site } from '../sites.ts';
import { html } from './html.ts';
import { languageOf, renderPage, type Visitor } from './layout.ts';
import { noticesPath } from './notices.ts';
import { wordsIn } from './words.ts';

interface MyCourse {
  id: number;
  fullname: string;
  shortname: string;
  visible: boolean;
  category: string;
}

/** The site's front page: the courses of who is signed in. */
export async function frontPage(database: Database, site: Site, visitor: Visitor | undefined): Promise<string> {
  const words = wordsIn(languageOf(site, visitor?.person));
  if (!visitor)
    return renderPage({
      site,
      title: site.fullname,
      body: html`<p>${words.welcome}</p><p><a href="/login/index.php">${words.signIn}</a></p>`,
    });
  const { courses, unread } = await database.withSite(site.id, async (tx) => ({
    courses: await tx.rows<MyCourse>(myCourses, [visitor.person.id]),
    unread: await countUnread(tx, visitor.person.id),
  }));
  const items = courses.map(
    (course) => html`<li><a href="/course/view.php?id=${course.id}" dir="auto">${course.fullname}</a>
      ${!course.visible && html`<em>(${words.hidden})</em>`}<br>
      <span class="small" dir="auto">${course.shortname} · ${course.category}</span></li>`,
  );
  const body = html`<p><a href="${noticesPath}">${words.notices}</a>${unread > 0 && ` (${unread})`}</p>
${items.length > 0 ? html`<ul class="list">${items}</ul>` : html`<p class="note">${words.noCourses}</p>`}`;
  return renderPage({ site, title: words.myCourses, body, visitor });
}

/** Enrolled, or with a role in the course itself; hidden ones for those who teach or keep them. */
const myCourses = `
  with taught as (
    select x.instance_id as id from role_assignments a
    join contexts x on x.id = a.context_id and x.level = 50
    join roles r on r.id = a.role_id and r.archetype in ('manager', 'coursecreator', 'editingteacher', 'teacher')
    where a.person_id = $1
  ), mine as (
    select x.instance_id as id from role_assignments a join contexts x on x.id = a.context_id and x.level = 50
    where a.person_id = $1
    union
    select m.course_id from enrolments e join enrol_methods m on m.id = e.method_id
    where e.person_id = $1 and not e.suspended and m.enabled
  )
  select c.id, c.fullname, c.shortname, c.visible, k.name as category
  from courses c join categories k on k.id = c.category_id
  where c.id in (select id from mine) and c.state = 'ready' and (c.visible or c.id in (select id from taught))
  order by c.fullname, c.id`;
