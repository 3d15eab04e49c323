import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

/** Who may import whom: the table of ARCHITECTURE.md, plus `types:` for what may be named but not run. */
const rules: Record<string, string[]> = {
  mbz: [],
  protocol: [],
  i18n: [],
  contract: ['protocol', 'i18n'],
  'moodle-client': ['protocol', 'i18n'],
  'site-engine': ['mbz', 'protocol'],
  store: [],
  audit: ['store', 'types:accounts', 'types:i18n'],
  settings: ['store', 'audit', 'types:accounts'],
  jobs: ['store'],
  accounts: ['store', 'audit', 'settings'],
  sites: ['store', 'audit', 'settings', 'accounts', 'moodle-client', 'protocol'],
  catalogue: ['store', 'audit', 'settings', 'accounts', 'sites', 'moodle-client', 'protocol'],
  notices: ['store', 'audit', 'settings', 'accounts', 'sites', 'i18n'],
  restores: [
    'store',
    'audit',
    'settings',
    'jobs',
    'accounts',
    'notices',
    'sites',
    'catalogue',
    'mbz',
    'moodle-client',
    'protocol',
  ],
  metrics: ['store', 'types:jobs', 'types:sites'],
  backup: ['store'],
  people: ['store', 'audit', 'accounts', 'sites', 'notices', 'restores', 'i18n'],
  upkeep: ['store'],
  api: [
    'contract',
    'i18n',
    'accounts',
    'audit',
    'settings',
    'jobs',
    'sites',
    'notices',
    'catalogue',
    'restores',
    'types:people',
    'types:store',
    'types:protocol',
  ],
  cli: ['contract', 'i18n', 'types:mbz'],
  portal: ['contract', 'i18n'],
};
const ground = ['src/errors.ts', 'src/log.ts', 'src/clock.ts'];
const root = normalize(join(import.meta.dirname, '..'));

const files = globSync('{src,packages,portal}/**/*.{ts,tsx}', {
  cwd: root,
  exclude: (path) => String(path).includes('node_modules'),
})
  .map(String)
  .filter((path) => !/\.test\.ts$|\/test\/|testing|^portal\/(dist|vite\.config)/.test(path));

interface Import {
  target: string;
  typeOnly: boolean;
}

/** Imports of ours in a file, as paths from the root. */
function importsOf(path: string): Import[] {
  const text = readFileSync(join(root, path), 'utf8');
  const pattern = /^\s*(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|import\('([^']+)'\)|^import\s+'([^']+)'/gm;
  return [...text.matchAll(pattern)].flatMap(([statement, type, from, dynamic, bare]) => {
    const name = from ?? dynamic ?? bare!;
    const typeOnly = Boolean(type) || (Boolean(dynamic) && statement.includes('typeof'));
    if (name.startsWith('@jouvence/'))
      return [{ target: `packages/${name.slice('@jouvence/'.length)}/index.ts`, typeOnly }];
    if (name.startsWith('.')) return [{ target: relative(root, join(root, dirname(path), name)), typeOnly }];
    return [];
  });
}

const moduleOf = (path: string): string | undefined =>
  path.startsWith('portal/') ? 'portal' : /^(?:packages|src)\/([^/]+)\/./.exec(path)?.[1];

test('there are files to look at', () => {
  expect(files.length).toBeGreaterThan(40);
});

test('modules import only what the table allows, and only by index.ts', () => {
  const wrong: string[] = [];
  for (const path of files) {
    const from = moduleOf(path);
    // These put everything together: main.ts and its neighbours, the processes that serve runs, the demo.
    if (from === undefined || from === 'processes' || from === 'demo') continue;
    for (const { target, typeOnly } of importsOf(path)) {
      const to = moduleOf(target);
      if (to === from || ground.includes(target)) continue;
      // `cli/mbz.ts` may say `typeof import('@jouvence/mbz')`.
      const asType = typeOnly || readFileSync(join(root, path), 'utf8').includes(`typeof import('@jouvence/${to}')`);
      const allowed = rules[from]?.includes(to ?? '') || (asType && rules[from]?.includes(`types:${to}`));
      if (!allowed) wrong.push(`${path} imports ${target}: ${from} may not import ${to ?? target}`);
      else if (!target.endsWith('/index.ts')) wrong.push(`${path} imports ${target}: only index.ts of another module`);
    }
  }
  expect(wrong).toEqual([]);
});

test('the portal knows nothing of the machine it is built on, and its components stay small', () => {
  const portal = files.filter((path) => path.startsWith('portal/'));
  expect(portal.length).toBeGreaterThan(20);
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  expect(portal.filter((path) => /from 'node:|\bprocess\.|\bBuffer\b/.test(read(path)))).toEqual([]);
  // A name that somebody gave a course is text, whatever stands in it.
  expect(portal.filter((path) => /dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML/.test(read(path)))).toEqual([]);
  expect(portal.filter((path) => read(path).split('\n').length > 250)).toEqual([]);
});

test('no cycle between files', () => {
  const graph = new Map(
    files.map((path) => [
      path,
      importsOf(path)
        .filter((each) => !each.typeOnly)
        .map((each) => each.target),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    if (done.has(path) || trail.includes(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of files) visit(path, []);
  expect(cycles).toEqual([]);
});

test('no folder or file is named after nothing', () => {
  const empty = /(^|\/)(utils?|helpers?|common|core|manager|misc)(\/|\.ts$)/;
  expect(files.filter((path) => empty.test(path))).toEqual([]);
});
