import { afterEach, beforeEach, expect, test } from 'vitest';
import { testStore } from '../store/testing.ts';
import { audit, migrations } from './index.ts';

let store: Awaited<ReturnType<typeof testStore>>;
beforeEach(async () => {
  store = await testStore(migrations);
});
afterEach(() => store.close());

const system = { kind: 'system' } as const;
const ada = { kind: 'person', siteId: 1, site: 'campus', username: 'ada' } as const;
const write = (object: string) =>
  store.transaction((tx) =>
    audit.write(tx, { actor: system, action: 'sites.setUrl', object, after: { n: 1, é: 'ü"' } }),
  );
async function writeMany(count: number): Promise<void> {
  for (let n = 1; n <= count; n++) await write(`thing ${n}`);
}
const findings = async (head?: string) =>
  (await audit.verify(store, { head })).findings.map(({ kind, seq, line }) => [kind, seq, line]);

test('a chain that nobody has touched is whole, and says its head', async () => {
  expect(await audit.verify(store)).toEqual({ ok: true, lines: 0, first: null, head: null, erased: 0, findings: [] });
  await writeMany(3);
  const head = await audit.head(store);
  expect(head).toMatch(/^3:[0-9a-f]{64}$/);
  expect(await audit.verify(store)).toEqual({ ok: true, lines: 3, first: 1, head, erased: 0, findings: [] });
  await write('more');
  expect(await findings(head!)).toEqual([]);
  expect(await findings(head!.slice(2))).toEqual([]);
});

test('what is rolled back takes no number', async () => {
  await write('one');
  await store
    .transaction(async (tx) => {
      await audit.write(tx, { actor: system, action: 'sites.setUrl', object: 'no' });
      throw new Error('no');
    })
    .catch(() => {});
  await write('two');
  expect((await store.query('select seq from audit_chain order by seq')).rows).toEqual([{ seq: 1 }, { seq: 2 }]);
  expect(await findings()).toEqual([]);
});

test.each([
  ['object', `object = 'another'`],
  ['who', `actor_name = 'somebody'`],
  ['when', `at = at + interval '1 microsecond'`],
  ['what it was', `after = after || '{"n": 2}'`],
  ['a column that was empty', `site = 'campus'`],
])('altered: %s', async (_, change) => {
  await writeMany(4);
  await store.query(`update audit set ${change} where id = 2`);
  expect(await findings()).toEqual([['altered', 2, 2]]);
});

test('altered together with its link', async () => {
  await writeMany(4);
  await store.query(`update audit set object = 'another' where id = 2`);
  await store.query('update audit_chain set content = audit_content(a) from audit a where a.id = line and line = 2');
  expect(await findings()).toEqual([['moved', 2, 2]]);
  await store.query(`update audit_chain set hash = sha256(before || int8send(seq) || content) where line = 2`);
  expect(await findings()).toEqual([['moved', 3, 3]]);
});

test('taken away: the line, or the line and its link', async () => {
  await writeMany(7);
  await store.query('delete from audit where id = 2');
  expect(await findings()).toEqual([['missing', 2, 2]]);
  await store.query('delete from audit where id in (4, 5)');
  await store.query('delete from audit_chain where line in (4, 5)');
  expect(await findings()).toEqual([
    ['missing', 2, 2],
    ['missing', 4, null],
  ]);
  await store.query('delete from audit where id = 1');
  await store.query('delete from audit_chain where line = 1');
  expect((await findings())[0]).toEqual(['missing', 1, null]);
});

test('put in, and moved', async () => {
  await writeMany(4);
  await store.query('alter table audit disable trigger audit_seal');
  await store.query(
    `insert into audit (actor_kind, actor_name, action, object) values ('system', 'x', 'sites.setUrl', 'c')`,
  );
  expect(await findings()).toEqual([['inserted', null, 5]]);
  await store.query('delete from audit where id = 5');
  await store.query(`update audit_chain set seq = -seq where line in (2, 3);
    update audit_chain set seq = case line when 2 then 3 else 2 end where line in (2, 3)`);
  expect((await findings()).map(([kind]) => kind)).toContain('moved');
});

test('cut off at the end: only a head that was written down knows', async () => {
  await writeMany(4);
  const head = (await audit.head(store))!;
  await store.query('delete from audit where id > 2');
  await store.query('delete from audit_chain where line > 2');
  expect(await findings()).toEqual([]);
  expect(await findings(head)).toEqual([['cut', 4, null]]);
  await writeMany(2);
  expect(await findings(head)).toEqual([['cut', 4, null]]);
  const { findings: told } = await audit.verify(store, { head: 'nonsense' });
  expect(told[0]).toMatchObject({ kind: 'cut', message: expect.stringContaining('nonsense') });
});

test('the oldest go, and the rest is still whole; what was not pruned so shows', async () => {
  await writeMany(5);
  const early = (await audit.head(store))!;
  await store.query(`update audit set at = at - interval '10 days' where id in (1, 2, 4)`);
  await store.query('update audit_chain set content = audit_content(a) from audit a where a.id = line');
  await reseal();
  const before = new Date(Date.now() - 86_400_000);
  // The fourth is old too, but the third is not.
  expect(await store.transaction((tx) => audit.prune(tx, before))).toBe(2);
  const whole = await audit.verify(store);
  expect(whole).toMatchObject({ ok: true, lines: 4, first: 3 });
  expect(await store.transaction((tx) => audit.prune(tx, before))).toBe(0);
  // All of it is old: the last line stays.
  expect(await store.transaction((tx) => audit.prune(tx, new Date(Date.now() + 60_000)))).toBe(3);
  expect(await audit.verify(store)).toMatchObject({ ok: true, lines: 2, first: 6 });
  expect(await findings(early)).toEqual([['cut', 5, null]]);
  await store.query('delete from audit where id = 6; delete from audit_chain where seq = 6');
  expect(await findings()).toEqual([['missing', 6, null]]);
});

/** What somebody who can write the whole chain anew would do. */
async function reseal(): Promise<void> {
  await store.query(`do $$ declare c audit_chain; last bytea := decode(repeat('00', 32), 'hex'); begin
    for c in select * from audit_chain order by seq loop
      update audit_chain set before = last, hash = sha256(last || int8send(c.seq) || c.content) where seq = c.seq returning hash into last;
    end loop; end $$`);
}

test('a person is taken out, and that is told; more than that shows', async () => {
  const line = { action: 'requests.send', object: 'request abc', site: 'campus' } as const;
  await store.transaction(async (tx) => {
    await audit.write(tx, { actor: ada, ...line, after: { person: 'ada', courseid: 3 } });
    await audit.write(tx, { actor: { ...ada, site: 'other' }, ...line, site: 'other', after: { person: 'ada' } });
    await audit.write(tx, { actor: system, action: 'people.leave', object: 'person ada', site: 'campus' });
    await audit.write(tx, { actor: { ...ada, username: 'eva' }, ...line, after: { person: 'eva' } });
  });
  expect(await store.transaction((tx) => audit.erase(tx, system, { username: 'ada', site: 'campus' }))).toBe(2);
  expect(await store.transaction((tx) => audit.erase(tx, system, { username: 'ada', site: 'campus' }))).toBe(0);
  const rows = await audit.list(store, {}, { limit: 10, before: null });
  expect(rows.map(({ actorName, object, after }) => [actorName, object, after]).slice(1)).toEqual([
    ['eva (campus)', 'request abc', { person: 'eva' }],
    ['jouvence', 'person (erased)', null],
    ['ada (other)', 'request abc', { person: 'ada' }],
    ['(erased)', 'request abc', { person: '(erased)', courseid: 3 }],
  ]);
  expect(await audit.verify(store)).toMatchObject({ ok: true, erased: 2 });
  await store.query(`update audit set object = 'request xyz' where id = 1`);
  expect(await findings()).toEqual([['altered', 1, 1]]);
});

test('many at once: nobody waits for ever, and the chain is one', async () => {
  await store.query('create table things (id int primary key, n int not null)');
  await store.query('insert into things select i, 0 from generate_series(1, 4) i');
  const work = Array.from({ length: 60 }, (_, index) =>
    store.transaction(async (tx) => {
      // The audit is written before and after rows are locked, in whatever order: that must not make a circle.
      await audit.write(tx, { actor: system, action: 'sites.setUrl', object: `first ${index}` });
      await tx.query('update things set n = n + 1 where id = $1', [(index % 4) + 1]);
      await audit.write(tx, { actor: system, action: 'sites.setUrl', object: `second ${index}` });
    }),
  );
  await Promise.all(work);
  expect(await audit.verify(store)).toMatchObject({ ok: true, lines: 120 });
});

test('a transaction that is still open holds up no other', async () => {
  const held = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  const slow = store.transaction(async (tx) => {
    await audit.write(tx, { actor: system, action: 'sites.setUrl', object: 'slow' });
    written.resolve();
    await held.promise;
  });
  await written.promise;
  await write('quick');
  expect((await store.query('select object from audit')).rows).toEqual([{ object: 'quick' }]);
  held.resolve();
  await slow;
  expect(await findings()).toEqual([]);
});

test('lines that were there before the chain are in it', async () => {
  const old = await testStore(migrations.filter(({ name }) => name < '0003'));
  await old.query(
    `insert into audit (actor_kind, actor_name, action, object) values ('system', 'x', 'sites.setUrl', 'c'), ('system', 'x', 'sites.setUrl', 'd')`,
  );
  await old.migrate(migrations);
  await old.transaction((tx) => audit.write(tx, { actor: system, action: 'sites.setUrl', object: 'e' }));
  expect(await audit.verify(old)).toMatchObject({ ok: true, lines: 3, first: 1 });
  await old.close();
});

test('a list by who, what, where and when', async () => {
  await store.transaction(async (tx) => {
    await audit.write(tx, { actor: ada, action: 'session.end', object: 'site campus', site: 'campus' });
    await audit.write(tx, { actor: system, action: 'session.signIn', object: 'site other', site: 'other' });
    await audit.write(tx, { actor: system, action: 'sessions.end', object: 'thing' });
  });
  const objects = async (
    filter: Parameters<typeof audit.list>[1],
    page = { limit: 10, before: null as number | null },
  ) => (await audit.list(store, filter, page)).map(({ object }) => object);
  expect(await objects({})).toEqual(['thing', 'site other', 'site campus']);
  expect(await objects({ action: 'session' })).toEqual(['site other', 'site campus']);
  expect(await objects({ action: 'session.end' })).toEqual(['site campus']);
  expect(await objects({ actor: 'ada (campus)' })).toEqual(['site campus']);
  expect(await objects({ sites: ['other'] })).toEqual(['site other']);
  expect(await objects({ sites: [] })).toEqual([]);
  expect(await objects({ from: new Date(Date.now() + 60_000) })).toEqual([]);
  expect(await objects({}, { limit: 1, before: 3 })).toEqual(['site other']);
});

test('what has the name of a secret is not written', async () => {
  const after = { name: 'x', token: 'jvt_secret', inner: [{ password: 'secret' }], tokens: ['source'] };
  await store.transaction((tx) => audit.write(tx, { actor: system, action: 'sites.setUrl', object: 'c', after }));
  const { rows } = await store.query<{ after: unknown }>('select after from audit');
  expect(rows[0]!.after).toEqual({
    name: 'x',
    token: '[hidden]',
    inner: [{ password: '[hidden]' }],
    tokens: ['source'],
  });
});
