import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrations as jobsMigrations } from '../jobs/index.ts';
import type { Store } from '../store/index.ts';
import { testStore } from '../store/testing.ts';
import { migrations } from './index.ts';
import { insertRequest } from './requests.sql.ts';
import { Spool } from './spool.ts';
import type { RequestId } from './types.ts';

let store: Store;
let dir: string;
let spool: Spool;

beforeEach(async () => {
  store = await testStore([...jobsMigrations, ...migrations]);
  dir = mkdtempSync(join(tmpdir(), 'jouvence-spool-'));
  spool = new Spool({ store, dir, limitBytes: 1000 });
});
afterEach(async () => {
  rmSync(dir, { recursive: true });
  await store.close();
});

async function request(name: string): Promise<RequestId> {
  const id = name as RequestId;
  await insertRequest(store, {
    id,
    sendKey: null,
    sendItem: 0,
    sendDigest: '',
    actor: 'tester',
    targetId: 1,
    target: 'new',
    sourceId: 2,
    source: 'old',
    courseid: 3,
    courseName: 'Course',
    shortname: 'C',
    person: 'p',
    people: false,
    enrolments: 'never',
    category: { kind: 'default' },
    keepIdnumber: false,
    keepFileAuthors: false,
    sender: { kind: 'operator' },
    asked: null,
    instanceKey: null,
    report: {},
  });
  return id;
}

test('room is promised once, and comes back when it is released', async () => {
  const [first, second] = [await request('first'), await request('second')];
  const promised = await Promise.all([spool.reserve('here', first, 600), spool.reserve('here', second, 600)]);
  expect(promised.sort()).toEqual([false, true]);
  const [holder, other] =
    (await store.query<{ id: RequestId }>('select request_id as id from restore_spool')).rows[0]!.id === first
      ? [first, second]
      : [second, first];
  writeFileSync(spool.fetched(holder), 'bytes');
  // Asked again after a kill: it has its room already.
  expect(await spool.reserve('here', holder, 600)).toBe(true);
  // Another host has room of its own.
  expect(await spool.reserve('there', other, 600)).toBe(true);
  await spool.release('here', holder);
  expect(await spool.reserve('here', other, 1000)).toBe(true);
  expect(readdirSync(dir)).toEqual([`request-${other}`]);
});

test('what nobody reserved is swept away, and nothing that is not ours', async () => {
  const kept = await request('kept');
  await spool.reserve('here', kept, 10);
  mkdirSync(join(dir, 'request-orphan'));
  writeFileSync(join(dir, 'request-orphan', 'fetched.mbz.part'), 'bytes');
  writeFileSync(join(dir, 'notes.txt'), 'somebody else’s');
  await spool.sweep('here');
  expect(readdirSync(dir).sort()).toEqual(['notes.txt', 'request-kept']);
});
