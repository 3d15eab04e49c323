import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeBenchArchive } from '../../bench/mbz-archives.ts';
import { leastBackup, type TarItem, tar } from './test/build.ts';

const mostMegabytes = 150;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mbz-large-'));
});
afterAll(() => rm(directory, { recursive: true }));

const root = join(import.meta.dirname, '../..');
const small = join(import.meta.dirname, 'test/valid/mat202-moodle41-users0.mbz');
const tellPeak = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS / 1024 + ' MB'))",
)}`;

/** The command as a person runs it, and its peak memory. */
async function run(verb: string, ...rest: string[]) {
  const command = ['--import', tellPeak, join(root, 'bin/jouvence.js'), 'mbz', verb, ...rest, '--json'];
  // Of the test's own: what the machine has cached by chance must not decide.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(directory, 'compile-cache') };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { env, maxBuffer: 1 << 28 });
  return {
    found: JSON.parse(stdout) as Record<string, unknown>,
    megabytes: Number(/peak ([\d.]+) MB/.exec(stderr)![1]),
  };
}

/** On a second run: on the first of all, Node strips the types of our sources, which alone takes 35 MB. */
async function measured(pick: string, verb: string, path: string, ...rest: string[]) {
  await run(verb, small, ...rest);
  const { found, megabytes } = await run(verb, path, ...rest);
  return { found: found[pick], megabytes };
}

test('an honest archive of a million small files is read, in flat memory', async () => {
  const path = join(directory, 'million.mbz');
  function* blocks() {
    for (let i = 0; i < 1_000_000; i += 1000) {
      const items: TarItem[] = [];
      for (let j = i; j < i + 1000; j++)
        items.push({ name: `data/${j % 1000}/${j}.txt`, body: `${Math.imul(j, 2654435761)}` });
      yield tar(items, 'none');
    }
    yield tar(leastBackup);
  }
  await pipeline(Readable.from(blocks()), createGzip({ level: 1 }), createWriteStream(path));
  const { found, megabytes } = await measured('entries', 'inspect', path);
  expect(found).toBe(1_000_002);
  expect(megabytes).toBeLessThan(mostMegabytes);
});

for (const [name, shape] of Object.entries({
  'many small files': { files: 240_000, fileBytes: 8300, people: 2000 },
  'few big ones': { files: 4, fileBytes: 500_000_000 },
}))
  test(`two gigabytes of ${name}: inspect, verify and rewrite in flat memory`, async () => {
    const path = join(directory, 'two-gigabytes.mbz');
    await writeBenchArchive(path, shape);
    const inspected = await measured('files', 'inspect', path);
    expect(inspected.found).toBe(shape.files);
    const verified = await measured('ok', 'verify', path);
    expect(verified.found).toBe(true);
    expect(inspected.megabytes).toBeLessThan(mostMegabytes);
    expect(verified.megabytes).toBeLessThan(mostMegabytes);
    const out = join(directory, 'without-people.mbz');
    const rewritten = await measured('proof', 'rewrite', path, out, '--people', 'out', '--force');
    expect(rewritten.found).toMatchObject({ findings: [], warnings: [] });
    expect(rewritten.megabytes).toBeLessThan(mostMegabytes);
    expect((await run('verify', out)).found.ok).toBe(true);
  });
