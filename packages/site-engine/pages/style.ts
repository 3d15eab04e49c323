/** The engine's one style sheet, served at `/style.css`: readable at 360 px, in light and dark, without a script. */
export const stylePath = '/style.css';
export const style = `
:root { color-scheme: light dark; --text: #1b1f24; --back: #fff; --soft: #f3f4f6; --line: #8b929b; --link: #0b57a4; --bad: #a1131a; }
@media (prefers-color-scheme: dark) { :root { --text: #e8eaed; --back: #16181c; --soft: #22262c; --line: #7c848e; --link: #8ab8f0; --bad: #ff9a9f; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--back); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 52rem; margin: 0 auto; padding: .75rem 1rem; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; border-bottom: 1px solid var(--line); }
header > a:nth-of-type(2) { font-weight: 600; }
header form { display: inline; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .75rem 0; }
h2 { font-size: 1.2rem; margin: 1.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
a { color: var(--link); }
a:focus-visible, button:focus-visible, input:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; }
ul.list { list-style: none; padding: 0; margin: 0; }
ul.list > li { padding: .6rem 0; border-bottom: 1px solid var(--soft); }
.note { background: var(--soft); padding: .6rem .8rem; border-left: .25rem solid var(--line); }
.bad { color: var(--bad); font-weight: 600; }
.small { font-size: .875rem; }
label { display: block; margin: .75rem 0 .25rem; font-weight: 600; }
input { font: inherit; width: 100%; max-width: 22rem; padding: .5rem; color: inherit; background: var(--back); border: 1px solid var(--line); border-radius: .25rem; }
button { font: inherit; padding: .5rem 1rem; margin-top: .75rem; color: var(--back); background: var(--link); border: 0; border-radius: .25rem; cursor: pointer; }
header button { margin: 0; }
img { max-width: 100%; height: auto; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { border: 1px solid var(--line); padding: .25rem .5rem; text-align: start; }
`;
