import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const dist = join(import.meta.dirname, '../../portal/dist');

interface Chunk {
  file: string;
  imports?: string[];
}
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>;

/** What is sent before a page stands, as it is sent (brotli): what it is made of, and what that imports. */
function weigh(sources: readonly string[]): number {
  const needed = new Set<string>();
  const add = (name: string): void => {
    const chunk = manifest[name];
    if (!chunk) throw new Error(`${name} is not built: ${Object.keys(manifest).join(', ')}`);
    if (needed.has(chunk.file)) return;
    needed.add(chunk.file);
    chunk.imports?.forEach(add);
  };
  sources.forEach(add);
  return [...needed]
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + statSync(join(dist, `${file}.br`)).size, 0);
}

test.each([
  ['courses', 'courses/courses-page', 'fr', 200_000],
  ['courses', 'courses/courses-page', 'en', 200_000],
  ['requests', 'requests/requests-page', 'fr', 220_000],
  ['notices', 'notices/notices-page', 'fr', 220_000],
  ['sites', 'sites/sites-page', 'fr', 240_000],
  ['settings', 'settings/settings-page', 'fr', 240_000],
] as const)('the page %s (%s, %s) needs less than %i bytes of script, as they are sent', (_, page, language, most) => {
  const texts = ['sites', 'settings'].some((noun) => page.startsWith(noun)) ? [`operators.${language}`] : [];
  const bytes = weigh([
    'index.html',
    `pages/${page}.tsx`,
    ...[language, ...texts].map((name) => `../packages/i18n/browser/${name}.ts`),
  ]);
  console.log(`${page} ${language}: ${Math.round(bytes / 1000)} kB`);
  expect(bytes).toBeLessThan(most);
});
