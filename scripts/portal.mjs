// Builds the portal when its sources have changed: about a second. Plain JavaScript, as run.mjs is.
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const root = join(import.meta.dirname, '..');
const directory = join(root, 'portal/dist');
const stamp = join(directory, '.sources');

const sources = ['portal/**/*.{ts,tsx,css,html,js,svg,json}', 'packages/{contract,i18n,protocol}/**/*.ts'];
const isSource = (path) => !/node_modules|^portal\/dist|\.test\.tsx?$/.test(path);

const hash = createHash('sha256');
for (const path of [...globSync(sources, { cwd: root }).filter(isSource).sort(), 'package-lock.json'])
  hash.update(`${path}\0`).update(readFileSync(join(root, path)));
const wanted = hash.digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  process.stderr.write('Building the pages…\n');
  const { build } = await import('vite');
  await build({ root: join(root, 'portal'), configFile: join(root, 'portal/vite.config.ts'), logLevel: 'warn' });
  // Once here instead of each time that they are sent.
  const texts = globSync('**/*.{js,css,html,svg}', { cwd: directory }).map((path) => join(directory, path));
  await Promise.all(texts.map(compress));
  writeFileSync(stamp, wanted);
}

async function compress(path) {
  const text = readFileSync(path);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  writeFileSync(`${path}.br`, await promisify(brotliCompress)(text, { params }));
  writeFileSync(`${path}.gz`, await promisify(gzip)(text, { level: 9 }));
}
