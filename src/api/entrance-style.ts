import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The portal's own colours, where the portal has them from. */
const colours = readFileSync(new URL('../../portal/colours.css', import.meta.url), 'utf8').replace(/\/\*.*?\*\//gs, '');
const dark = /\[data-theme="dark"\]\s*\{([^}]*)\}/.exec(colours)?.[1];
if (dark === undefined) throw new Error('portal/colours.css has no colours for [data-theme="dark"]');

/** What was chosen in the portal is said by `data-theme`; without a choice it is as the device has it. */
const themes = `${colours}
@media(prefers-color-scheme:dark){:root:not([data-theme]){${dark}}}
:root:not([data-theme]){color-scheme:light dark}`;

/** As the portal looks, for the few pages without script. */
export const style = `${themes}
*,::before,::after{box-sizing:border-box}
html{background:var(--ground);color:var(--ink);-webkit-text-size-adjust:100%}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
h1{margin:0;font-size:1.5rem;line-height:1.25}
p{margin:0}
bdi{overflow-wrap:anywhere}
a{color:var(--primary)}
code{display:block;padding:.5rem .75rem;border-radius:.375rem;background:var(--sunken);border:1px solid var(--line);overflow-wrap:anywhere}
header{border-bottom:1px solid var(--line);background:var(--surface)}
header div{max-width:80rem;min-height:3.5rem;margin:0 auto;padding:0 1rem;display:flex;flex-wrap:wrap;align-items:center;gap:.25rem 1rem}
header nav{display:flex;gap:.25rem;margin-inline-start:auto}
header nav a{padding:.5rem .625rem;border-radius:.375rem;color:var(--ink);text-decoration:none}
header nav a:hover{background:var(--sunken)}
header nav a[aria-current]{font-weight:600;background:var(--primary-soft);color:var(--primary-strong)}
.brand{display:flex;align-items:center;gap:.5rem;font-size:1.125rem;font-weight:700;color:var(--ink);text-decoration:none;padding:.25rem;border-radius:.25rem}
.brand svg{width:1.25rem;height:1.25rem;fill:var(--primary)}
main{flex:1;width:100%;max-width:28rem;margin:0 auto;padding:clamp(1rem,6vh,4rem) 1rem 2rem}
.card{display:flex;flex-direction:column;gap:1rem;padding:1.5rem;border:1px solid var(--line);border-radius:.5rem;background:var(--surface)}
.muted{color:var(--muted)}
form{display:flex;flex-direction:column;gap:1rem}
label{display:block;margin-bottom:.25rem;font-size:.875rem;font-weight:500}
.hint{margin-top:.5rem;font-size:.875rem;color:var(--muted)}
input{font:inherit;width:100%;min-height:2.5rem;padding:0 .75rem;border:1px solid var(--edge);border-radius:.375rem;background:var(--surface);color:inherit}
input[aria-invalid]{border-color:var(--bad)}
button,.button{display:flex;align-items:center;justify-content:center;width:100%;min-height:2.5rem;padding:.375rem 1rem;border:1px solid transparent;border-radius:.375rem;font:inherit;font-weight:500;text-align:center;text-decoration:none;cursor:pointer}
button,.primary{background:var(--primary);color:var(--on-primary)}
button:hover,.primary:hover{background:var(--primary-strong)}
.plain{background:var(--surface);color:var(--ink);border-color:var(--edge)}
.plain:hover{background:var(--sunken)}
.or{display:flex;align-items:center;gap:.75rem;color:var(--muted);font-size:.875rem}
.or::before,.or::after{content:"";flex:1;border-top:1px solid var(--line)}
.problem{display:flex;gap:.75rem;padding:.75rem;border-radius:.375rem;background:var(--bad-soft)}
.problem svg{flex:none;width:1.25rem;height:1.25rem;margin-top:.125rem;fill:none;stroke:var(--bad);stroke-width:2;stroke-linecap:round}
.aside{margin-top:1rem;text-align:center;color:var(--muted)}
.aside a{display:block}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}`;

const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`;

/** No script, one style, our own icon, and forms that lead nowhere else. */
export const pagePolicy = `default-src 'none'; style-src '${styleHash}'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;
