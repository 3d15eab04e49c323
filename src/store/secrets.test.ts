import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSecrets } from './index.ts';

const place = { site: 'campus-2023', column: 'token' };
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'secrets-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

test('what was sealed opens again, in another process too, and looks different each time', () => {
  const sealed = openSecrets(dataDir, {}).sealSecret('s3cret é', place);
  expect(openSecrets(dataDir, {}).openSecret(sealed, place)).toBe('s3cret é');
  expect(openSecrets(dataDir, {}).sealSecret('s3cret é', place)).not.toBe(sealed);
  expect(statSync(join(dataDir, 'secret.key')).mode & 0o777).toBe(0o600);
});

test('it opens at its own place only, and not altered', () => {
  const secrets = openSecrets(dataDir, {});
  const sealed = secrets.sealSecret('s3cret', place);
  expect(() => secrets.openSecret(sealed, { ...place, site: 'campus-2024' })).toThrow(/altered, or belongs elsewhere/);
  expect(() => secrets.openSecret(sealed, { ...place, column: 'password' })).toThrow(/altered, or belongs elsewhere/);
  const altered = sealed.slice(0, -1) + (sealed.endsWith('A') ? 'Q' : 'A');
  expect(() => secrets.openSecret(altered, place)).toThrow(/altered/);
  const short = sealed.split('.').with(3, 'AAAA').join('.');
  expect(() => secrets.openSecret(short, place)).toThrow(/altered/);
  expect(() => secrets.openSecret('s3cret', place)).toThrow(/not a sealed secret/);
});

test('without its key: nothing is read before it is needed, and then it is said what is missing', () => {
  const sealed = openSecrets(dataDir, {}).sealSecret('s3cret', place);
  rmSync(join(dataDir, 'secret.key'));
  const without = openSecrets(dataDir, {});
  expect(() => without.openSecret(sealed, place)).toThrow(expect.objectContaining({ code: 'key-missing' }));
  expect(existsSync(join(dataDir, 'secret.key'))).toBe(false);
  // A new secret makes a new key; the old secret is still known to need the old one.
  expect(without.openSecret(without.sealSecret('new', place), place)).toBe('new');
  expect(() => without.openSecret(sealed, place)).toThrow(expect.objectContaining({ code: 'key-missing' }));
});

test('the environment brings the key, in base64 or hex, itself or in a file', () => {
  const key = randomBytes(32);
  const sealed = openSecrets(dataDir, { JOUVENCE_SECRET_KEY: key.toString('hex') }).sealSecret('s3cret', place);
  const file = join(dataDir, 'mounted');
  writeFileSync(file, `${key.toString('base64')}\n`);
  expect(openSecrets(dataDir, { JOUVENCE_SECRET_KEY_FILE: file }).openSecret(sealed, place)).toBe('s3cret');
  expect(existsSync(join(dataDir, 'secret.key'))).toBe(false);
});

test('a key that cannot be used is refused, without being shown', () => {
  const short = openSecrets(dataDir, { JOUVENCE_SECRET_KEY: 'hunter2' });
  expect(() => short.sealSecret('s3cret', place)).toThrow(/JOUVENCE_SECRET_KEY must hold 32 bytes(?!.*hunter2)/);
  const absent = openSecrets(dataDir, { JOUVENCE_SECRET_KEY_FILE: join(dataDir, 'absent') });
  expect(() => absent.sealSecret('s3cret', place)).toThrow(/JOUVENCE_SECRET_KEY_FILE/);
  openSecrets(dataDir, {}).sealSecret('s3cret', place);
  chmodSync(join(dataDir, 'secret.key'), 0o644);
  expect(() => openSecrets(dataDir, {}).sealSecret('s3cret', place)).toThrow(/chmod 600/);
});
