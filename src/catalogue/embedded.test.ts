import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SiteClient } from '@jouvence/moodle-client';
import type { Task } from '@jouvence/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localOperator } from '../accounts/index.ts';
import { migrations as auditMigrations } from '../audit/index.ts';
import { systemClock } from '../clock.ts';
import { silentLog } from '../log.ts';
import { createSettings, migrations as settingsMigrations } from '../settings/index.ts';
import { createSites, type Sites, migrations as sitesMigrations } from '../sites/index.ts';
import { openSecrets } from '../store/index.ts';
import { testStore } from '../store/testing.ts';
import { type Catalogue, createCatalogue } from './index.ts';
import { openEmbeddedSites } from './test/embedded-sites.ts';

const archive = (name: string): string =>
  new URL(`../../packages/mbz/test/valid/${name}.mbz`, import.meta.url).pathname;

const dataDir = mkdtempSync(join(tmpdir(), 'jouvence-embedded-'));
let embedded: Awaited<ReturnType<typeof openEmbeddedSites>>;
let store: Awaited<ReturnType<typeof testStore>>;
let sites: Sites;
let catalogue: Catalogue;
let courseid: number;

const person = { field: 'username', value: 'prof.martin' } as const;

beforeAll(async () => {
  embedded = await openEmbeddedSites();
  store = await testStore([...auditMigrations, ...sitesMigrations, ...settingsMigrations]);
  sites = createSites({ store, secrets: openSecrets(dataDir, {}), log: silentLog, clock: systemClock });
  catalogue = createCatalogue({ sites, settings: createSettings({ store }), log: silentLog, clock: systemClock });
  const old = await embedded.create('old', 'source');
  const fresh = await embedded.create('new', 'target', { release: '5.0 (Build: 20250414)', branch: 500 });
  ({ courseid } = await embedded.load('old', archive('bio101-moodle45-users1')));
  const account = { username: 'prof.martin', email: 'ada@new.example', firstname: 'Ada', lastname: 'Martin' };
  await embedded.door('POST', '/sites/new/people', JSON.stringify([account]));
  await sites.add(localOperator, old);
  await sites.add(localOperator, fresh);
  await sites.pairs.add(localOperator, { source: 'old', target: 'new' });
});
afterAll(async () => {
  await sites?.close();
  await store?.close();
  await embedded?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test('an embedded site is known by what it says', async () => {
  expect(await sites.get('old')).toMatchObject({
    kind: 'embedded',
    title: 'Campus old',
    branch: 405,
    profiles: ['source'],
    health: { state: 'ok' },
  });
});

test('a teacher’s course is found, looked into and judged', async () => {
  const [answer] = await Array.fromAsync(catalogue.list({ target: 'new', person }));
  expect(answer).toMatchObject({
    source: 'old',
    state: 'ok',
    person: 'found',
    courses: [{ id: courseid, category: { idnumber: 'BIO' }, roles: ['editingteacher'] }],
  });
  const { outline, verdict } = await catalogue.outline({ target: 'new', source: 'old', courseid, person });
  const modules = outline!.sections.flatMap(({ activities }) => activities.map(({ module }) => module));
  expect(modules).toContain('chat');
  expect(verdict.kind).toBe('partly');
  const missing = verdict.reasons.filter(({ code }) => code === 'module-missing');
  // Chat and survey have gone from Moodle 5.0.
  expect(missing.map(({ what }) => what.split(' ')[0]).sort()).toEqual(
    modules.filter((module) => ['chat', 'survey'].includes(module)).sort(),
  );
  const others = verdict.reasons.filter(({ severity }) => severity !== 'warning');
  expect(others.map(({ code }) => code)).toEqual(['idnumber-cleared', 'lti-foreseen']);
});

test('of all courses of a source one is found by words without their accents', async () => {
  const { courses, total } = await catalogue.search('old', { text: 'GENETIQUE heredite', limit: 5 });
  expect([courses.map(({ id }) => id), total]).toEqual([[courseid], 1]);
  expect((await catalogue.search('old', { text: 'genetique xyzzy', limit: 5 })).total).toBe(0);
});

test('who may take a course is what the source says now', async () => {
  const ask = () => catalogue.mayTake({ target: 'new', source: 'old', courseid, person });
  expect(await ask()).toMatchObject({ allowed: true, course: { id: courseid } });
  const [course] = (await Array.fromAsync(catalogue.list({ target: 'new', person })))[0]!.courses;
  const role = { username: 'prof.martin', role: 'editingteacher', level: 'course', instance: course!.shortname };
  await embedded.door('DELETE', '/sites/old/roles', JSON.stringify([role]));
  expect(await ask()).toMatchObject({ allowed: false });
  const above = { username: 'prof.martin', role: 'editingteacher', level: 'category', instance: 'BIO' };
  await embedded.door('POST', '/sites/old/roles', JSON.stringify([above]));
  expect(await ask()).toMatchObject({ allowed: true });
});

async function finished(client: SiteClient, key: string): Promise<Task> {
  const ask = () => client.call('get_job', { key });
  await expect.poll(async () => (await ask()).state, { timeout: 20_000 }).toMatch(/done|failed/);
  return ask();
}

test('an archive is fetched in two pieces and delivered', async () => {
  const source = await sites.client('old', 'source');
  await source.call('start_backup', { key: '1.backup.1', courseid, people: false });
  expect(await finished(source, '1.backup.1')).toMatchObject({ state: 'done', courseid });
  const { grant, sizebytes, sha256 } = await source.call('grant_download', { key: '1.backup.1' });
  const parts: Uint8Array[] = [];
  const first = await source.download({ grant, from: 0 });
  for await (const part of first.body) {
    parts.push(part.subarray(0, 1000));
    break;
  }
  const second = await source.download({ grant, from: parts[0]!.length, ifRange: sha256 });
  expect(second).toMatchObject({ from: parts[0]!.length, sizeBytes: sizebytes, sha256 });
  for await (const part of second.body) parts.push(part);
  const bytes = Buffer.concat(parts);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);

  const target = await sites.client('new', 'target');
  const key = '1.deliver.1';
  const upload = await target.call('grant_upload', { key, filename: 'a.mbz', sizebytes, sha256 });
  const sending = {
    grant: upload.grant,
    received: upload.received,
    sizeBytes: sizebytes,
    sha256,
    partBytes: upload.uploadpartbytes,
  };
  const altered = async function* (offset: number, length: number) {
    yield Buffer.alloc(length, offset % 7);
  };
  await expect(target.upload({ ...sending, open: altered })).rejects.toMatchObject({ code: 'archive-altered' });
  const again = await target.call('grant_upload', { key, filename: 'a.mbz', sizebytes, sha256 });
  await target.upload({
    ...sending,
    grant: again.grant,
    received: again.received,
    open: async function* (offset, length) {
      yield bytes.subarray(offset, offset + length);
    },
  });
  expect(await target.call('get_job', { key })).toMatchObject({ state: 'done', archive: { sizebytes, sha256 } });
});

test('a token that is taken back is said to be', async () => {
  await embedded.door('DELETE', '/sites/old/tokens');
  const [answer] = await Array.fromAsync(catalogue.list({ target: 'new', person }, { refresh: true }));
  expect(answer).toMatchObject({ state: 'failing', error: { code: 'token-expired' } });
  expect((await sites.get('old')).health.state).toBe('expired');
});
