import { createHash } from 'node:crypto';
import { createTranslator, type Translator } from '@jouvence/i18n';
import type { ListedRequest } from '../restores/index.ts';

/** Markup that is safe to send: made by the tag below, never by joining text. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | readonly Html[];

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  const render = (part: Part): string => {
    if (part instanceof Html) return part.text;
    if (typeof part === 'object') return part.map(render).join('');
    return String(part).replace(/[&<>"']/g, (character) => entities[character]!);
  };
  return new Html(
    strings.map((string, index) => string + (index < parts.length ? render(parts[index]!) : '')).join(''),
  );
}

const style = `:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:1rem;color:#1d2125;background:#fff}
a,button{color:#0f5aa0}
table{border-collapse:collapse;width:100%}
th,td{text-align:start;padding:.5rem .4rem;border-bottom:1px solid #8f959e}
bdi{overflow-wrap:anywhere}
td bdi{overflow-wrap:break-word}
form{margin-top:1rem}
form.inline{display:inline;margin:0}
label{display:block;margin:.75rem 0 .25rem;font-weight:600}
input{font:inherit;width:100%;max-width:24rem;box-sizing:border-box;padding:.5rem;border:1px solid #6a737b;border-radius:.3rem;background:transparent;color:inherit}
label+input+button,p+button,input+button{margin-top:1rem;display:block}
.problem{padding:.75rem;border-inline-start:4px solid #b91c1c}
.hint{margin:.25rem 0}
@media(max-width:30rem){table{font-size:.85rem}th,td{padding:.4rem .2rem}th[scope=row]{width:45%}td:last-child{width:5.5rem}}
button{font:inherit;padding:.5rem 1rem;border:1px solid currentColor;border-radius:.3rem;background:none;cursor:pointer}
:focus-visible{outline:3px solid #d97706;outline-offset:2px}
@media(prefers-color-scheme:dark){body{color:#f1f3f5;background:#1d2125}a,button{color:#8ec5ff}}`;
const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`;

/** No script, one style, and forms that lead nowhere else. */
export const pagePolicy = `default-src 'none'; style-src '${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

/** `fr_ca` is French; every other language is English here. */
export const wordsIn = (language: string): Translator => createTranslator(/^fr\b|^fr_/i.test(language) ? 'fr' : 'en');

export function page({ t, language }: Translator, title: string, body: Html): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Jouvence</title>
<style>${new Html(style)}</style>
</head>
<body>
<header><p>${t('entrance.brand')}</p></header>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.text;
}

/** Somebody is not signed in: why, and where to begin. */
export function noticePage(translator: Translator, notice: 'refused' | 'signedOut' | 'nobody'): string {
  const { t } = translator;
  return page(translator, t(`entrance.${notice}.title`), html`<p>${t(`entrance.${notice}.text`)}</p>`);
}

export interface OwnPage {
  username: string;
  site: { title: string; url: string };
  requests: readonly ListedRequest[];
}

/** Who somebody is here, and what that person has asked for. */
export function ownPage(translator: Translator, { username, site, requests }: OwnPage): string {
  const { t, time } = translator;
  const rows = requests.map(
    ({ courseName, source, state, createdAt, newCourse }) => html`<tr>
<th scope="row">${newCourse ? html`<a href="${newCourse.url}"><bdi>${courseName}</bdi></a>` : html`<bdi>${courseName}</bdi>`}</th>
<td><bdi>${source}</bdi></td>
<td>${t(`state.${state}`)}</td>
<td>${time(createdAt)}</td>
</tr>
`,
  );
  const table = html`<table>
<thead><tr><th scope="col">${t('entrance.course')}</th><th scope="col">${t('entrance.source')}</th><th scope="col">${t('entrance.state')}</th><th scope="col">${t('entrance.asked')}</th></tr></thead>
<tbody>
${rows}</tbody>
</table>`;
  return page(
    translator,
    t('entrance.title'),
    html`<p>${t('entrance.who')} <strong><bdi>${username}</bdi></strong> (<a href="${site.url}"><bdi>${site.title}</bdi></a>).</p>
${requests.length > 0 ? table : html`<p>${t('entrance.none')}</p>`}
<form method="post" action="/enter/leave"><button>${t('entrance.leave')}</button></form>`,
  );
}
