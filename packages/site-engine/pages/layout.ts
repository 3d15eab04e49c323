import type { Person } from '../people.ts';
import { fullname } from '../people.ts';
import type { Site } from '../sites.ts';
import { Html, html } from './html.ts';
import { stylePath } from './style.ts';
import { wordsIn } from './words.ts';

export interface Page {
  site: Site;
  title: string;
  body: Html;
  /** Who is signed in, with the key of the form that signs out. */
  visitor?: Visitor;
  /** Of the engine's own; the page's policy names it by its hash. */
  script?: string;
}

export interface Visitor {
  person: Person;
  formKey: string;
}

/** The person's own language, else the site's. */
export const languageOf = (site: Site, person?: Person): string => person?.language || site.language;

/** A whole page. Names may be written in any direction: `dir="auto"` where they stand. */
export function renderPage({ site, title, body, visitor, script }: Page): string {
  const language = languageOf(site, visitor?.person);
  const words = wordsIn(language);
  const account = visitor
    ? html`<form method="post" action="/login/logout.php"><span dir="auto">${fullname(visitor.person)}</span>
        <input type="hidden" name="key" value="${visitor.formKey}"><button>${words.signOut}</button></form>`
    : html`<a href="/login/index.php">${words.signIn}</a>`;
  return html`<!doctype html>
<html lang="${language === 'en' ? 'en' : 'fr'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${site.fullname}</title>
<link rel="stylesheet" href="${stylePath}">
</head>
<body>
<header><a class="skip" href="#main">${words.skip}</a><a href="/" dir="auto">${site.fullname}</a>${account}</header>
<main id="main">
<h1 dir="auto">${title}</h1>
${body}
</main>
<footer class="small">${site.demo && html`<p class="note">${words.demo}</p>`}<p>${words.readOnly} Moodle ${site.release}</p></footer>${script !== undefined && new Html(`\n<script>${script}</script>`)}
</body>
</html>
`.text;
}

/** A page that says one thing, for when there is nothing else to show. */
export function renderNotice(
  site: Site,
  kind: 'suspended' | 'maintenance' | 'notFound' | 'notPaired' | 'failed',
  visitor?: Visitor,
): string {
  const words = wordsIn(languageOf(site, visitor?.person));
  const message = (kind === 'maintenance' && site.maintenanceMessage) || words[kind];
  return renderPage({ site, title: words[`${kind}Title`], body: html`<p dir="auto">${message}</p>`, visitor });
}

/** For a host that no site has: says nothing of those that are. */
export const unknownHost = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Unknown site</title></head>
<body><main><h1>Unknown site</h1><p>There is no site at this address. <span lang="fr">Il n’y a aucun site à cette adresse.</span></p></main></body></html>
`;
