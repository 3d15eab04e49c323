import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allMigrations } from './compose.ts';
import { silentLog } from './log.ts';
import { keyState, type RotationOptions, rotateKey } from './rotation.ts';
import { newKey, openSecrets, type Store, writeKeyFile } from './store/index.ts';
import { testStore } from './store/testing.ts';

let dataDir: string;
let store: Store;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'jv-keys-'));
  store = await testStore(allMigrations);
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

const tokenPlace = (site: string) => ({ site, column: 'token.source' });
const rotate = (options: Partial<RotationOptions> = {}) =>
  rotateKey({ dataDir, store, log: silentLog, env: {}, host: 'here', settleMs: 10, ...options });
const file = () => join(dataDir, 'secret.key');
const lines = () => readFileSync(file(), 'utf8').trim().split('\n');

/** Sites with a token each, the first of them with the one before too. */
async function addSites(count: number): Promise<void> {
  const secrets = openSecrets(dataDir, {});
  for (let n = 0; n < count; n++) {
    const site = `site-${n}`;
    const { rows } = await store.query(
      `insert into sites (name, title, url, kind, release, branch, identifier, timezone)
       values ($1, '', 'https://' || $1, 'moodle', '4.5', 405, $1, 'UTC') returning id`,
      [site],
    );
    const previous =
      n > 0
        ? null
        : JSON.stringify({
            sealed: secrets.sealSecret('before', tokenPlace(site)),
            expiresAt: null,
            setAt: '2026-01-01',
          });
    await store.query('insert into site_tokens (site_id, profile, sealed, previous) values ($1, $2, $3, $4)', [
      rows[0].id,
      'source',
      secrets.sealSecret(`token ${n}`, tokenPlace(site)),
      previous,
    ]);
  }
}

/** What each site's token is, opened by a process that starts now. */
async function openAll(env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const secrets = openSecrets(dataDir, env);
  const { rows } = await store.query(
    'select s.name, t.sealed from site_tokens t join sites s on s.id = t.site_id order by s.id',
  );
  return rows.map(({ name, sealed }) => secrets.openSecret(sealed, tokenPlace(name)));
}

test('everything is sealed anew in batches, the token before too, and only the new key is left', async () => {
  await addSites(250);
  const [old] = openSecrets(dataDir, {}).keyIds();
  const done = await rotate();
  expect(done).toMatchObject({ state: 'done', resealed: 250, lost: 0 });
  expect(done.keyId).not.toBe(old);
  expect(lines()).toHaveLength(1);
  expect(await keyState(dataDir, store, {})).toMatchObject({ keys: [{ id: done.keyId, values: 251 }], missing: [] });
  expect((await openAll()).slice(0, 2)).toEqual(['token 0', 'token 1']);
  const { rows } = await store.query('select previous from site_tokens where previous is not null');
  expect(openSecrets(dataDir, {}).openSecret(rows[0].previous.sealed, tokenPlace('site-0'))).toBe('before');
});

test('a process that runs goes on: it opens both while it lasts, seals with the new one, and what it was just sealing is not lost', async () => {
  await addSites(3);
  const running = openSecrets(dataDir, {});
  const late = running.sealSecret('late', tokenPlace('site-2'));
  let between = '';
  const done = await rotate({
    settleMs: 200,
    onStep(text) {
      if (!text.includes('waiting')) return;
      // A transaction that had sealed with the old key commits only now.
      void store.query(
        "update site_tokens set sealed = $1 where site_id = (select id from sites where name = 'site-2')",
        [late],
      );
      between = running.openSecret(late, tokenPlace('site-2'));
    },
  });
  expect(between).toBe('late');
  expect(await openAll()).toEqual(['token 0', 'token 1', 'late']);
  expect(running.sealSecret('x', tokenPlace('a')).split('.')[1]).toBe(done.keyId);
});

test('killed in the middle, the same command goes on with the key that it had made', async () => {
  await addSites(3);
  let seen = 0;
  const killed = rotate({
    onStep() {
      if (++seen === 2) throw new Error('killed');
    },
  });
  await expect(killed).rejects.toThrow('killed');
  expect(lines()).toHaveLength(2);
  expect(await openAll()).toEqual(['token 0', 'token 1', 'token 2']);
  const [made] = openSecrets(dataDir, {}).keyIds();
  const done = await rotate();
  expect(done.keyId).toBe(made);
  expect(lines()).toHaveLength(1);
  expect(await openAll()).toEqual(['token 0', 'token 1', 'token 2']);
});

test('with workers elsewhere the new key goes there first', async () => {
  await addSites(2);
  await store.query("insert into job_hosts (host, seen_at) values ('there', now())");
  await expect(rotate()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('there') });
  expect(lines()).toHaveLength(1);
  const { keyId } = await rotate({ prepare: true });
  expect((await rotate({ prepare: true })).keyId).toBe(keyId);
  // It seals nothing yet: who has not the new file opens what is sealed now.
  expect(openSecrets(dataDir, {}).sealSecret('x', tokenPlace('a'))).not.toContain(keyId);
  const there = mkdtempSync(join(tmpdir(), 'jv-there-'));
  copyFileSync(file(), join(there, 'secret.key'));
  expect((await rotate()).keyId).toBe(keyId);
  const { rows } = await store.query(
    "select t.sealed from site_tokens t join sites s on s.id = t.site_id where s.name = 'site-1'",
  );
  expect(openSecrets(there, {}).openSecret(rows[0].sealed, tokenPlace('site-1'))).toBe('token 1');
  rmSync(there, { recursive: true });
});

test('what no key opens stays, is counted, and can be opened when that key comes back', async () => {
  await addSites(2);
  const lost = join(dataDir, 'lost.key');
  copyFileSync(file(), lost);
  writeKeyFile(file(), [newKey()]);
  const secrets = openSecrets(dataDir, {});
  await store.query("update site_tokens set sealed = $1 where site_id = (select id from sites where name = 'site-0')", [
    secrets.sealSecret('again', tokenPlace('site-0')),
  ]);
  const done = await rotate();
  // The token of site-1, and the one before of site-0.
  expect(done).toMatchObject({ resealed: 1, lost: 2 });
  expect((await keyState(dataDir, store, {})).missing).toEqual([
    { id: openSecrets(dataDir, { JOUVENCE_SECRET_KEY_FILE: lost }).keyIds()[0], values: 2 },
  ]);
  writeKeyFile(file(), [newKey()]);
  const both = `${readFileSync(file(), 'utf8')}${readFileSync(lost, 'utf8')}`;
  const { rows } = await store.query(
    "select t.sealed from site_tokens t join sites s on s.id = t.site_id where s.name = 'site-1'",
  );
  const opened = openSecrets(dataDir, { JOUVENCE_SECRET_KEY: both.trim().replaceAll('\n', ',') });
  expect(opened.openSecret(rows[0].sealed, tokenPlace('site-1'))).toBe('token 1');
});

test('a key of the environment is changed there, and what the old one sealed is sealed anew', async () => {
  await addSites(2);
  const old = lines()[0]!;
  await expect(rotate({ env: { JOUVENCE_SECRET_KEY: old } })).rejects.toMatchObject({ code: 'config-invalid' });
  const env = { JOUVENCE_SECRET_KEY: `${newKey().bytes.toString('hex')},${old}` };
  expect(await rotate({ env })).toMatchObject({ state: 'done', resealed: 2, lost: 0 });
  expect(await openAll({ JOUVENCE_SECRET_KEY: env.JOUVENCE_SECRET_KEY.split(',')[0] })).toEqual(['token 0', 'token 1']);
});
