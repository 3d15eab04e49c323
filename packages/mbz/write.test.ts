import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { openArchive } from './archive.ts';
import { type ArchiveItem, writeArchive } from './write.ts';

const fixture = (name: string) => new URL(`./test/valid/${name}.mbz`, import.meta.url).pathname;
const directory = mkdtempSync(join(tmpdir(), 'mbz-write-'));
afterAll(() => rmSync(directory, { recursive: true }));

const modifiedAt = new Date('2026-03-01T12:00:00Z');
const item = (path: string, text: string | Uint8Array): ArchiveItem => {
  const bytes = Buffer.from(text);
  return { path, sizeBytes: bytes.length, open: () => bytes };
};

async function itemsOf(path: string): Promise<ArchiveItem[]> {
  const items: ArchiveItem[] = [];
  const archive = await openArchive(path);
  for (let entry = await archive.next(); entry; entry = await archive.next()) {
    if (entry.type !== 'file' || entry.path === '.ARCHIVE_INDEX') continue;
    const parts: Uint8Array[] = [];
    for await (const part of entry.body()) parts.push(Buffer.from(part));
    items.push(item(entry.path, Buffer.concat(parts)));
  }
  await archive.close();
  return items;
}

describe('writeArchive', () => {
  test('gives the very tar that Moodle gave, from the same files and time', async () => {
    const original = fixture('mat202-moodle45-users1');
    const path = join(directory, 'same.mbz');
    await writeArchive(path, await itemsOf(original), { modifiedAt: 1795227280 });
    expect(gunzipSync(readFileSync(path)).equals(gunzipSync(readFileSync(original)))).toBe(true);
  });

  test('is read back whole, by this package and by tar', async () => {
    const items = await itemsOf(fixture('bio101-moodle45-users1-zip'));
    const path = join(directory, 'back.mbz');
    const written = await writeArchive(path, items, { modifiedAt });
    const again = await itemsOf(path);
    expect(again.map(({ path, open }) => [path, open()])).toEqual(items.map(({ path, open }) => [path, open()]));
    const listed = execFileSync('tar', ['-tzf', path], { encoding: 'utf8' }).split('\n');
    expect(listed).toEqual(expect.arrayContaining(['.ARCHIVE_INDEX', 'course/', 'course/course.xml', 'files.xml']));
    const sum = execFileSync('sha256sum', [path], { encoding: 'utf8' }).slice(0, 64);
    expect(written).toEqual({ sha256: sum, sizeBytes: readFileSync(path).length });
  });

  test('gives the same bytes for the same items, however they come in pieces', async () => {
    const bytes = Buffer.from('abcdefgh'.repeat(200_000));
    const write = async (pieces: number) => {
      const path = join(directory, `pieces-${pieces}.mbz`);
      async function* open() {
        for (let at = 0; at < bytes.length; at += pieces) yield bytes.subarray(at, at + pieces);
      }
      return writeArchive(path, [{ path: 'a/b', sizeBytes: bytes.length, open }], { modifiedAt });
    };
    expect((await write(1_000)).sha256).toBe((await write(700_001)).sha256);
  });

  test('compresses what gets smaller by it, and stores what does not', async () => {
    // As pictures are: evenly spread, though not wholly.
    const dense = Buffer.from(randomBytes(3_000_001).map((byte) => byte % 215));
    const text = Buffer.from('<question id="7">\n'.repeat(100_000));
    const path = join(directory, 'dense.mbz');
    const contents = [text, dense, text, dense.subarray(5000)];
    const written = await writeArchive(
      path,
      contents.map((bytes, n) => item(`files/${n}`, bytes)),
      { modifiedAt },
    );
    execFileSync('gzip', ['-t', path]);
    expect((await itemsOf(path)).map(({ open }) => open())).toEqual(contents);
    expect(readFileSync(path).includes(dense.subarray(2_000_000, 2_030_000))).toBe(true);
    expect(written.sizeBytes).toBeLessThan(2 * dense.length + text.length / 10);
  });

  test('splits long names at a slash as Moodle does, and refuses those it cannot', async () => {
    const long = `${'d'.repeat(90)}/${'e'.repeat(60)}/${'f'.repeat(99)}`;
    const path = join(directory, 'long.mbz');
    await writeArchive(path, [item(long, 'x'), item('é'.repeat(50), 'y')], { modifiedAt });
    expect(execFileSync('tar', ['--quoting-style=literal', '-tzf', path], { encoding: 'utf8' }).split('\n')).toContain(
      long,
    );
    const write = writeArchive(path, [item('g'.repeat(101), 'x')], { modifiedAt });
    await expect(write).rejects.toMatchObject({ code: 'name-too-long' });
  });

  test.each([
    ['/absolute', 'unsafe-path'],
    ['a/../b', 'unsafe-path'],
    ['a//b', 'unsafe-path'],
    ['tab\there', 'unsafe-path'],
    ['.ARCHIVE_INDEX', 'unsafe-path'],
    ['twice', 'duplicate-entry'],
    ['twice/below', 'duplicate-entry'],
  ])('refuses the name %j', async (path, code) => {
    const write = writeArchive(join(directory, 'bad.mbz'), [item('twice', ''), item(path, '')], { modifiedAt });
    await expect(write).rejects.toMatchObject({ code });
    expect(existsSync(join(directory, 'bad.mbz'))).toBe(false);
  });

  test.each([2, 4])(
    'refuses contents of another size than announced (%i instead of 3), leaving nothing',
    async (size) => {
      const path = join(directory, 'size.mbz');
      const wrong = { path: 'a', sizeBytes: 3, open: () => new Uint8Array(size) };
      await expect(writeArchive(path, [wrong], { modifiedAt })).rejects.toMatchObject({ code: 'inconsistent' });
      expect(existsSync(path)).toBe(false);
    },
  );

  test('stops when told to, and tells how far it is', async () => {
    const stop = new AbortController();
    const path = join(directory, 'stop.mbz');
    const items = [item('a', 'one'), item('b', 'three'), item('c', 'never')];
    const seen: object[] = [];
    const write = writeArchive(path, items, {
      modifiedAt,
      signal: stop.signal,
      onProgress: (progress) => {
        seen.push(progress);
        if (progress.files === 2) stop.abort();
      },
    });
    await expect(write).rejects.toMatchObject({ name: 'AbortError' });
    expect(seen).toEqual([
      { files: 1, bytes: 3 },
      { files: 2, bytes: 8 },
    ]);
    expect(existsSync(path)).toBe(false);
  });

  test('fails as its destination fails', async () => {
    const destination = new Writable({
      write(_chunk, _encoding, done) {
        done(new Error('disk full'));
      },
    });
    const items = [item('a', 'x'.repeat(3_000_000)), item('b', 'y'.repeat(3_000_000))];
    await expect(writeArchive(destination, items, { modifiedAt, level: 0 })).rejects.toThrow('disk full');
    expect(destination.destroyed).toBe(true);
    const nowhere = join(directory, 'missing', 'a.mbz');
    await expect(writeArchive(nowhere, items, { modifiedAt })).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('reads no further than a slow destination takes', async () => {
    const piece = Buffer.alloc(64 * 1024, 'x');
    let taken = 0;
    async function* open() {
      for (let count = 0; count < 1024; count++) {
        taken += piece.length;
        yield Buffer.from(piece);
      }
    }
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let blocked: (() => void) | undefined;
    const first = new Promise<void>((resolve) => {
      blocked = resolve;
    });
    const destination = new Writable({
      highWaterMark: 1,
      write(_chunk, _encoding, done) {
        blocked?.();
        void held.then(() => done());
      },
    });
    // Level 0: as much comes out as goes in.
    const write = writeArchive(destination, [{ path: 'big', sizeBytes: 1024 * piece.length, open }], {
      modifiedAt,
      level: 0,
    });
    await first;
    for (let before = -1; before !== taken; ) {
      before = taken;
      for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(taken).toBeLessThan(8 * 1024 * 1024);
    release?.();
    expect((await write).sizeBytes).toBeGreaterThan(1024 * piece.length);
  });
});
