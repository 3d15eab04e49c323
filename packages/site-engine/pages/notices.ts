import type { Database } from '../database.ts';
import { listNotices, markRead } from '../notices.ts';
import type { Site } from '../sites.ts';
import { html, paragraphs } from './html.ts';
import { languageOf, renderPage, type Visitor } from './layout.ts';
import { wordsIn } from './words.ts';

/** Where a Moodle shows them. */
export const noticesPath = '/message/output/popup/notifications.php';

/** What the person was told, newest first; what is shown here is new no longer. */
export async function noticesPage(database: Database, site: Site, visitor: Visitor): Promise<string> {
  const { person } = visitor;
  const notices = await database.withSite(site.id, async (tx) => {
    const listed = await listNotices(tx, person.id);
    if (listed[0]) await markRead(tx, person.id, listed[0].id);
    return listed;
  });
  const language = languageOf(site, person);
  const words = wordsIn(language);
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'fr', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: site.timezone,
  });
  const items = notices.map(
    ({ subject, text, url, urlname, created, read }) => html`<li>
<h2 dir="auto">${subject}${!read && html` <em>(${words.unread})</em>`}</h2>
<p class="small"><time datetime="${new Date(created * 1000).toISOString()}">${format.format(created * 1000)}</time></p>
<div dir="auto">${paragraphs(text)}</div>
${url !== null && html`<p><a href="${url}" dir="auto">${urlname ?? url}</a></p>`}</li>`,
  );
  const body = items.length > 0 ? html`<ul class="list">${items}</ul>` : html`<p class="note">${words.noNotices}</p>`;
  return renderPage({ site, title: words.notices, body, visitor });
}
