import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeDataDir } from './place.ts';

test('a data directory goes with its database, wherever that had to be put', () => {
  const [dataDir, elsewhere] = [mkdtempSync(join(tmpdir(), 'jv-')), mkdtempSync(join(tmpdir(), 'jv-'))];
  mkdirSync(join(elsewhere, 'data'));
  writeFileSync(join(dataDir, 'postgres.json'), JSON.stringify({ home: elsewhere, passwords: {} }));
  removeDataDir(dataDir);
  expect([dataDir, elsewhere].filter((path) => existsSync(path))).toEqual([]);
  removeDataDir(dataDir);
});
