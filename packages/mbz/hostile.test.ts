import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { extract, inspect, MbzError, mbzErrorCodes, openArchive, verify } from './index.ts';
import { leastBackup, tgz } from './test/build.ts';
import { hostile } from './test/hostile.ts';

const invalid = new URL('test/invalid/', import.meta.url);

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    if (!(error instanceof MbzError)) throw error;
    return error.code;
  }
}

describe('every bad archive is refused by its code', () => {
  for (const file of readdirSync(invalid)) {
    const path = new URL(file, invalid).pathname;
    const code = file.slice(0, file.indexOf('--'));

    test(file, async () => {
      expect(mbzErrorCodes).toContain(code);
      expect(await codeOf(inspect(path))).toBe(code);
      const small = readFileSync(path).length < 10_000;
      // As a stream, cut anywhere: the same refusal.
      expect(await codeOf(inspect(inPieces(readFileSync(path), small ? 7 : 10_000)))).toBe(code);
    });

    test(`${file} leaves nothing behind when extracted`, async () => {
      const parent = await mkdtemp(join(tmpdir(), 'mbz-hostile-'));
      try {
        const outcome = await codeOf(extract(path, join(parent, 'a', 'b')));
        // What is wrong with a document is nothing to unpacking.
        expect(outcome).toBe(/^(xml-|not-a-course)/.test(code) ? 'accepted' : code);
        if (outcome !== 'accepted') expect(await readdir(parent)).toEqual([]);
      } finally {
        await rm(parent, { recursive: true });
      }
    });
  }

  test('the folder is what the script makes, and has every code that a file can cause', () => {
    expect(readdirSync(invalid).sort()).toEqual(
      Object.keys(hostile)
        .map((name) => `${name}.mbz`)
        .sort(),
    );
    const covered = new Set(Object.keys(hostile).map((name) => name.slice(0, name.indexOf('--'))));
    // These are not in a small file: asked of the caller, of the machine, or two million entries.
    const others = [
      ...['unreadable', 'too-many-entries', 'directory-not-empty', 'cannot-write', 'stale-entry'],
      'plan-impossible',
    ];
    expect([...covered, ...others].sort()).toEqual([...mbzErrorCodes].sort());
  });
});

describe('limits', () => {
  test('name themselves and how to raise them', async () => {
    const archive = tgz([...leastBackup, { name: 'a', body: Buffer.alloc(5000) }]);
    const refusals = {
      entries: [{ entries: 2 }, 'too-many-entries'],
      totalBytes: [{ totalBytes: 4000 }, 'too-large'],
      ratio: [{ ratio: 3, ratioAboveBytes: 1000 }, 'bomb'],
      nameBytes: [{ nameBytes: 5 }, 'name-too-long'],
      xmlDepth: [{ xmlDepth: 2 }, 'xml-too-deep'],
      xmlTextBytes: [{ xmlTextBytes: 2 }, 'xml-too-long'],
    } as const;
    for (const [name, [limits, code]] of Object.entries(refusals)) {
      const error = await inspect(inPieces(archive, 1000), { limits }).catch((thrown) => thrown);
      expect(error).toMatchObject({ name: 'MbzError', code });
      expect(error.message).toContain(`${name} = `);
      expect(error.hint).toContain(`--limit ${name}=`);
    }
    expect(await codeOf(inspect(inPieces(archive, 1000)))).toBe('accepted');
  });
});

describe('damage anywhere', () => {
  const fixture = readFileSync(new URL('test/valid/inf300-moodle45-users1.mbz', import.meta.url));
  const zipped = readFileSync(new URL('test/valid/bio101-moodle45-users1-zip.mbz', import.meta.url));

  test('a cut is always noticed', async () => {
    for (const bytes of [fixture, zipped])
      for (let i = 0; i < 60; i++) {
        const length = Math.floor((bytes.length * i) / 60);
        const code = await codeOf(verify(inPieces(bytes.subarray(0, length), 65_536)));
        expect(code, `cut at ${length}`).not.toBe('accepted');
      }
  });

  test('a changed byte is refused, reported, or changes nothing', async () => {
    for (const bytes of [fixture, zipped]) {
      const whole = await verify(inPieces(bytes, 65_536));
      for (let i = 0; i < 150; i++) {
        // Spread by a multiplicative step, so that every run tries the same places.
        const at = (i * 2654435761) % bytes.length;
        const altered = Buffer.from(bytes);
        altered[at]! ^= 1 << (i % 8);
        try {
          const found = await verify(inPieces(altered, 65_536));
          if (found.ok) expect(found, `byte ${at}`).toEqual(whole);
        } catch (error) {
          expect(error, `byte ${at}`).toBeInstanceOf(MbzError);
        }
      }
    }
  });
});

describe('what must not happen', () => {
  test('a full directory is not written into', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'mbz-full-'));
    try {
      const file = new URL('test/valid/inf300-moodle45-users1.mbz', import.meta.url).pathname;
      await extract(file, join(directory, 'new'));
      expect(existsSync(join(directory, 'new/moodle_backup.xml'))).toBe(true);
      expect(await codeOf(extract(file, join(directory, 'new')))).toBe('directory-not-empty');
      expect(await codeOf(extract(file, join(directory, 'new/moodle_backup.xml')))).toBe('cannot-write');
      expect(existsSync(join(directory, 'new/moodle_backup.xml'))).toBe(true);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('a cancelled extract leaves an empty directory as empty as it was', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'mbz-cancel-'));
    try {
      const bytes = readFileSync(new URL('test/valid/inf300-moodle45-users1.mbz', import.meta.url));
      const cancel = new AbortController();
      const source = (async function* () {
        yield bytes.subarray(0, 30_000);
        while ((await readdir(directory)).length === 0) await nextTurn();
        cancel.abort(new Error('enough'));
        yield bytes.subarray(30_000);
      })();
      await expect(extract(source, directory, { signal: cancel.signal })).rejects.toThrow('enough');
      expect(await readdir(directory)).toEqual([]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('a file that is not there, a directory', async () => {
    expect(await codeOf(openArchive('/nowhere/at/all.mbz'))).toBe('unreadable');
    expect(await codeOf(openArchive(tmpdir()))).toBe('unreadable');
  });
});
