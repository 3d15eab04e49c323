import { createTranslator, type Translator } from '@jouvence/i18n';
import type { Theme } from './cookies.ts';
import { style } from './entrance-style.ts';

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

/** Who looks at a page: in which language, in which colours, and where the same is in the other language. */
export interface Reader extends Translator {
  /** As chosen in the portal; undefined: as the device has it. */
  theme: Theme | undefined;
  /** Of the page; null where it is an answer to a form, and would not come again. */
  address: string | null;
}

/** `fr_ca` is French; every other language is English here. */
export const wordsIn = (language: string): Translator => createTranslator(/^fr\b|^fr_/i.test(language) ? 'fr' : 'en');

const drop = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 1.5C8.3 6.7 4.5 10.5 4.5 15a7.5 7.5 0 0 0 15 0c0-4.5-3.8-8.3-7.5-13.5Z"/></svg>`;

/** `below`: for whoever is wrong here. */
export function page(reader: Reader, title: string, body: Html, below?: Html): string {
  const { theme, language } = reader;
  return html`<!doctype html>
<html lang="${language}"${theme ? html` data-theme="${theme}"` : ''}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Jouvence</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<style>${new Html(style)}</style>
</head>
<body>
<header><div><a class="brand" href="/">${drop}Jouvence</a>${languageLinks(reader)}</div></header>
<main>
<div class="card">
<h1>${title}</h1>
${body}
</div>
${below ? html`<p class="aside">${below}</p>` : ''}
</main>
</body>
</html>
`.text;
}

const languages = { fr: 'Français', en: 'English' } as const;

/** What is chosen by them is kept in this browser, for the portal too. */
function languageLinks({ t, language, address }: Reader): Html {
  if (address === null) return new Html('');
  const links = Object.entries(languages).map(([each, name]) => {
    const url = new URL(address, 'http://own.invalid');
    url.searchParams.set('language', each);
    const current = each === language ? html` aria-current="true"` : '';
    return html`<a href="${url.pathname + url.search}" lang="${each}" hreflang="${each}"${current}>${name}</a>`;
  });
  return html`<nav aria-label="${t('entrance.language')}">${links}</nav>`;
}

/** A ticket opened nothing: why that may be, and from where to begin again. */
export function refusedPage(reader: Reader, again: string): string {
  const { t } = reader;
  return page(
    reader,
    t('entrance.refused.title'),
    html`<p>${t('entrance.refused.text')}</p>
<a class="button primary" href="${again}">${t('entrance.refused.again')}</a>`,
  );
}

/** Nobody comes in from there: the address was mistyped, or the platform is no entrance any more. */
export function nowherePage(reader: Reader, start: string): string {
  const { t } = reader;
  return page(
    reader,
    t('entrance.nowhere.title'),
    html`<p>${t('entrance.nowhere.text')}</p>
<a class="button primary" href="${start}">${t('entrance.nowhere.start')}</a>`,
  );
}

/** Signed in, and there are no pages: whoever runs this must make them. */
export function unbuiltPage(reader: Reader): string {
  const { t } = reader;
  return page(
    reader,
    t('entrance.unbuilt.title'),
    html`<p>${t('entrance.unbuilt.text')}</p>
<code>npm run build</code>`,
  );
}
