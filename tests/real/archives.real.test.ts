import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jouvence } from '../cli/product.ts';
import { openRig } from './rig/rig.ts';
import type { MoodleSite } from './rig/site.ts';

/* Archives that Jouvence wrote, restored by a real Moodle: it says nothing of them that it did not say of its own. */
const rig = openRig();
let target: MoodleSite;
let directory: string;
const originals = new Map<string, string>();

beforeAll(async () => {
  target = await rig.site({ name: 'arcb', release: '4.5', database: 'pgsql' });
  for (const release of ['4.1', '4.5']) {
    await using source = await rig.site({ name: `arca${release.replace('.', '')}`, release, database: 'pgsql' });
    const { courseid } = await source.seed<{ courseid: number }>('rich');
    directory ??= mkdtempSync(join(target.place.home, 'archives-'));
    chmodSync(directory, 0o755);
    originals.set(release, copyOf(await source.backup(courseid), `original-${release}.mbz`));
  }
});

afterAll(() => target?.remove());

/** Into a place that outlives the site it was made on. */
function copyOf(file: string, name: string): string {
  const path = join(directory, name);
  copyFileSync(file, path);
  chmodSync(path, 0o644);
  return path;
}

async function ours(args: string[], path: string): Promise<string> {
  const { code, stderr } = await jouvence(['mbz', ...args]);
  expect(code, stderr).toBe(0);
  chmodSync(path, 0o644);
  return path;
}

const variants: Record<string, (original: string, path: string) => Promise<string>> = {
  'rewritten with the same people': (original, path) => ours(['rewrite', original, path], path),
  'rewritten without people': (original, path) => ours(['rewrite', original, path, '--people', 'out'], path),
  'renamed and moved in time': (original, path) =>
    ours(['rewrite', original, path, '--fullname', 'Autre & "nom"', '--startdate', '2027-09-01'], path),
  'unpacked and written': async (original, path) => {
    const unpacked = `${path}.d`;
    await ours(['extract', original, unpacked], join(unpacked, 'moodle_backup.xml'));
    const written = await ours(['write', unpacked, path], path);
    rmSync(unpacked, { recursive: true });
    return written;
  },
};

interface Restored {
  courseid: number;
  errors: string[];
  warnings: string[];
}

/** Ids differ from one restore to the next. */
const told = ({ warnings }: Restored): string[] =>
  [...new Set(warnings.map((text) => text.replace(/\d+/g, 'N')))].sort();

const restore = (file: string): Promise<Restored> => target.seed<Restored>('restore', { file, categoryid: 1 });

describe.each(['4.1', '4.5'])('of Moodle %s, restored by 4.5', (release) => {
  test.each(Object.keys(variants))('%s', async (name) => {
    const original = originals.get(release)!;
    const plain = await restore(original);
    const path = join(directory, `${release}-${name.replaceAll(' ', '-')}.mbz`);
    const made = await restore(await variants[name]!(original, path));
    expect(made.errors).toEqual([]);
    const unheard = told(made).filter((text) => !told(plain).includes(text));
    expect(unheard).toEqual([]);
  });
});
