import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Archive, type OpenOptions, openArchive } from './index.ts';
import { leastBackup, pax, tar, tgz, zip } from './test/build.ts';

const valid = (name: string) => new URL(`test/valid/${name}`, import.meta.url).pathname;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mbz-archive-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function* once(bytes: Uint8Array) {
  yield bytes;
}

/** Paths and contents of all files. */
async function readAll(source: string | AsyncIterable<Uint8Array>, options?: OpenOptions) {
  const archive = await openArchive(source, options);
  try {
    const files: Record<string, string> = {};
    for (let entry = await archive.next(); entry !== null; entry = await archive.next()) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry.body()) chunks.push(Uint8Array.from(chunk));
      if (entry.type === 'file') files[entry.path] = Buffer.concat(chunks).toString();
    }
    return files;
  } finally {
    await archive.close();
  }
}

describe('tar.gz', () => {
  test('long names: pax, GNU and the prefix of ustar', async () => {
    const long = `${'d/'.repeat(100)}name`;
    const archive = tgz([
      pax({ path: `${long}1`, mtime: '1' }),
      { name: 'x', body: '1' },
      { name: '././@LongLink', type: 'L', body: `${long}2\0` },
      { name: 'x', body: '2', magic: 'ustar  \0' },
      { name: 'short', prefix: 'in/front', body: '3' },
      { name: './dot/slash', body: '4' },
      { name: 'old', type: '\0', body: '5', magic: '' },
    ]);
    expect(await readAll(once(archive))).toEqual({
      [`${long}1`]: '1',
      [`${long}2`]: '2',
      'in/front/short': '3',
      'dot/slash': '4',
      old: '5',
    });
  });

  test('sizes in base 256 and in pax, beyond eight gigabytes', async () => {
    const archive = await openArchive(once(gzipSync(tar([pax({ size: '9000000000' }), { name: 'pax' }], 'none'))));
    expect((await archive.next())?.sizeBytes).toBe(9_000_000_000);
    await archive.close();
    const other = await openArchive(once(tgz([{ name: 'binary', sizeBytes: 2 ** 35 + 5, base256: true }], 'none')));
    expect((await other.next())?.sizeBytes).toBe(2 ** 35 + 5);
    await other.close();
  });

  test('a gzip in several members is one archive', async () => {
    const bytes = tar(leastBackup);
    const members = Buffer.concat([gzipSync(bytes.subarray(0, 700)), gzipSync(bytes.subarray(700))]);
    expect(Object.keys(await readAll(once(members)))).toEqual(['moodle_backup.xml', 'files.xml']);
  });
});

describe('zip', () => {
  const items = [
    { name: 'stored', body: 'one', method: 0 },
    { name: 'deflated', body: 'two'.repeat(1000) },
    { name: 'large', body: 'x'.repeat(6_000_000) },
    { name: 'd/' },
    { name: 'd/zip64', body: 'three', zip64: true },
    { name: 'empty', body: '' },
  ];
  const expected = Object.fromEntries(items.filter(({ name }) => name !== 'd/').map(({ name, body }) => [name, body]));

  test('stored, deflated, zip64, from a file and from a stream', async () => {
    const path = join(directory, 'a.zip');
    await writeFile(path, zip(items));
    expect(await readAll(path)).toEqual(expected);
    const spools = join(directory, 'spools');
    await mkdir(spools);
    const before = process.env.TMPDIR;
    process.env.TMPDIR = spools;
    try {
      const archive = await openArchive(createReadStream(path));
      expect(readdirSync(spools)).toHaveLength(1);
      await archive.close();
      expect(readdirSync(spools)).toEqual([]);
      expect(await readAll(createReadStream(path))).toEqual(expected);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });

  test('one entry by its path, without the others', async () => {
    const archive = await openArchive(valid('bio101-moodle45-users1-zip.mbz'));
    const entry = await archive.openEntry!('course/course.xml');
    let text = '';
    for await (const chunk of entry!.body()) text += Buffer.from(chunk).toString();
    expect(text).toContain('<shortname>BIO101-2024</shortname>');
    expect(await archive.openEntry!('nowhere')).toBeNull();
    await archive.close();
  });
});

describe('the cursor', () => {
  const open: Record<string, () => Promise<Archive>> = {
    tgz: () => openArchive(valid('bio101-moodle45-users1.mbz')),
    zip: () => openArchive(valid('bio101-moodle45-users1-zip.mbz')),
  };
  for (const [format, openIt] of Object.entries(open)) {
    test(`${format}: a body is gone when the cursor has moved on`, async () => {
      const archive = await openIt();
      let first = await archive.next();
      while (first?.type === 'directory') first = await archive.next();
      await archive.next();
      await expect(first!.read(() => {})).rejects.toMatchObject({ code: 'stale-entry' });
      await expect(first!.body()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'stale-entry' });
      await archive.close();
      expect(await archive.next()).toBeNull();
    });
  }

  test('is cancelled in the middle', async () => {
    const cancel = new AbortController();
    const archive = await openArchive(
      (async function* () {
        yield readFileSync(valid('bio101-moodle45-users1.mbz')).subarray(0, 50_000);
        cancel.abort(new Error('enough'));
        yield Buffer.alloc(10);
      })(),
      { signal: cancel.signal },
    );
    await expect(
      (async () => {
        while ((await archive.next()) !== null);
      })(),
    ).rejects.toThrow('enough');
    await archive.close();
  });

  test('is cancelled and closed while a stream has stalled', async () => {
    for (const bytes of [readFileSync(valid('bio101-moodle45-users1.mbz')), zip([{ name: 'a', body: 'x' }])]) {
      const cancel = new AbortController();
      let sent = false;
      const stalled = new Readable({
        read() {
          if (sent) return cancel.abort(new Error('enough'));
          sent = true;
          this.push(bytes.subarray(0, 20_000));
        },
      });
      await expect(readAll(stalled, { signal: cancel.signal })).rejects.toThrow('enough');
      expect(stalled.destroyed).toBe(true);
    }
  });

  test('closes the stream it was given, and tells its progress', async () => {
    const path = valid('inf300-moodle45-users1.mbz');
    const stream = createReadStream(path, { highWaterMark: 1000 });
    const early = await openArchive(stream);
    await early.next();
    await early.close();
    expect(stream.destroyed).toBe(true);

    const seen: [number, number | undefined][] = [];
    await readAll(path, { onProgress: (read, total) => seen.push([read, total]) });
    const size = readFileSync(path).length;
    expect(seen.at(-1)).toEqual([size, size]);
  });
});
