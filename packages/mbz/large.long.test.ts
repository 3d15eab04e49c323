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

/** Runs one function of the package in a process of its own, and tells its result and peak memory. */
async function measured(verb: 'inspect' | 'verify', path: string, pick: string) {
  const program = `
    import { ${verb} } from '@jouvence/mbz';
    const found = await ${verb}(${JSON.stringify(path)});
    const { maxRSS } = process.resourceUsage();
    console.log(JSON.stringify({ found: found.${pick}, megabytes: maxRSS / 1024 }));`;
  const cwd = new URL('../..', import.meta.url).pathname;
  const run = promisify(execFile);
  // As the product starts: with its compile cache, without which Node's type stripper alone takes 35 MB.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(directory, 'compile-cache') };
  await run(process.execPath, ['--input-type=module', '-e', "import '@jouvence/mbz'"], { cwd, env });
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd, env });
  return JSON.parse(stdout) as { found: unknown; megabytes: number };
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
  const { found, megabytes } = await measured('inspect', path, 'entries');
  expect(found).toBe(1_000_002);
  expect(megabytes).toBeLessThan(mostMegabytes);
});

for (const [name, shape] of Object.entries({
  'many small files': { files: 240_000, fileBytes: 8300 },
  'few big ones': { files: 4, fileBytes: 500_000_000 },
}))
  test(`two gigabytes of ${name}: inspect and verify in flat memory`, async () => {
    const path = join(directory, 'two-gigabytes.mbz');
    await writeBenchArchive(path, shape);
    const inspected = await measured('inspect', path, 'files');
    expect(inspected.found).toBe(shape.files);
    const verified = await measured('verify', path, 'ok');
    expect(verified.found).toBe(true);
    expect(inspected.megabytes).toBeLessThan(mostMegabytes);
    expect(verified.megabytes).toBeLessThan(mostMegabytes);
  });
