import { createHash } from 'node:crypto';
import { createTranslator, type Translator } from '@jouvence/i18n';

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
bdi{overflow-wrap:anywhere}
form{margin-top:1rem}
label{display:block;margin:.75rem 0 .25rem;font-weight:600}
input{font:inherit;width:100%;max-width:24rem;box-sizing:border-box;padding:.5rem;border:1px solid #6a737b;border-radius:.3rem;background:transparent;color:inherit}
label+input+button,p+button,input+button{margin-top:1rem;display:block}
.problem{padding:.75rem;border-inline-start:4px solid #b91c1c}
.hint{margin:.25rem 0}
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

/** A ticket opened nothing: why that may be, and from where to begin again. */
export function refusedPage(translator: Translator, again: string): string {
  const { t } = translator;
  return page(
    translator,
    t('entrance.refused.title'),
    html`<p>${t('entrance.refused.text')}</p>
<p><a href="${again}">${t('entrance.refused.again')}</a></p>`,
  );
}

/** Nobody comes in from there: the address was mistyped, or the platform is no entrance any more. */
export function nowherePage(translator: Translator, start: string): string {
  const { t } = translator;
  return page(
    translator,
    t('entrance.nowhere.title'),
    html`<p>${t('entrance.nowhere.text')}</p>
<p><a href="${start}">${t('entrance.nowhere.start')}</a></p>`,
  );
}

/** Signed in, and there are no pages: whoever runs this must make them. */
export function unbuiltPage(translator: Translator): string {
  const { t } = translator;
  return page(
    translator,
    t('entrance.unbuilt.title'),
    html`<p>${t('entrance.unbuilt.text')}</p>
<p><code>npm run build</code></p>`,
  );
}
