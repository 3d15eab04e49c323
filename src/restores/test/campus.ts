import { createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Engine, openEngine } from '@jouvence/site-engine';
import pg from 'pg';
import { type Actor, migrations as accountsMigrations, localOperator } from '../../accounts/index.ts';
import { migrations as auditMigrations } from '../../audit/index.ts';
import { type Door, openDoor } from '../../demo/door.ts';
import { migrations as jobsMigrations, type Worker } from '../../jobs/index.ts';
import { migrations as noticesMigrations } from '../../notices/index.ts';
import { migrations as settingsMigrations } from '../../settings/index.ts';
import { type Sites, migrations as sitesMigrations } from '../../sites/index.ts';
import type { Store } from '../../store/index.ts';
import { testDatabase, testStore } from '../../store/testing.ts';
import { migrations, type RestoreRequest, type Restores, type RestoresOptions } from '../index.ts';
import { type Gate, openGate } from './gate.ts';
import { type Modules, makeWorker, openModules } from './modules.ts';

export const operator: Actor = { ...localOperator, name: 'tester' };
export const oldCampus = 'campus-2024';
export const newCampus = 'campus-2026';

export const archivePath = (name: string): string =>
  fileURLToPath(new URL(`../../../packages/mbz/test/valid/${name}.mbz`, import.meta.url));

export const allMigrations = [
  ...auditMigrations,
  ...accountsMigrations,
  ...sitesMigrations,
  ...settingsMigrations,
  ...noticesMigrations,
  ...jobsMigrations,
  ...migrations,
];

/** Two embedded campuses behind a gate, and a control plane that knows them. */
export interface Campus extends Modules {
  store: Store & { databaseUrl: string };
  dataDir: string;
  door: Door;
  gate: Gate;
  /** Loads a real backup, by its name or path, as a course of the old campus; its id there. */
  load(archive: string, category?: string): Promise<number>;
  work(options?: Parameters<typeof makeWorker>[2] & Partial<RestoresOptions>): Promise<Worker>;
  /** Waits for notifications until the request is so. */
  until(id: string, is: (request: RestoreRequest) => boolean): Promise<RestoreRequest>;
  spooled(): string[];
  /** Ids of all courses of a site, half-made ones too, in order; asked of its tables. */
  coursesOf(site: string): Promise<number[]>;
  /** As somebody with the rights for it does on a site, without a word to us. */
  removeCourse(site: string, id: number): Promise<void>;
  /** Keys of what is still kept of our work on a site: archives, uploads, work under way. */
  tasksLeft(site: string): Promise<string[]>;
  /** Files that the sites' work has left on the disk: half-written contents, archives, uploads. */
  filesLeft(): string[];
  close(): Promise<void>;
}

const doorKey = 'a key that is long enough for a door';

/** `oneInstance`: as it is by default; left out, tests may carry one course as often as they like. */
export async function openCampus({
  oneInstance = false,
  ...options
}: Parameters<typeof openModules>[2] & { oneInstance?: boolean } = {}): Promise<Campus> {
  const dataDir = mkdtempSync(join(tmpdir(), 'jouvence-restores-'));
  mkdirSync(join(dataDir, 'spool'));
  const [store, sitesDatabase] = await Promise.all([testStore(allMigrations), testDatabase()]);
  const engine = await openEngine({ databaseUrl: sitesDatabase.url, poolDir: join(dataDir, 'pool'), doorKey });
  const gate = await openGate(engine.handleSite);
  const doorServer = await openDoorServer(engine, join(dataDir, 'door.sock'));
  const door = openDoor(join(dataDir, 'door.sock'), doorKey);
  const modules = openModules(store, dataDir, options);
  const workers: Worker[] = [];
  await makeSites(door, gate.port);
  await pair(door, gate.port, modules.sites);
  if (!oneInstance) await modules.settings.set(operator, 'requests.oneInstance', false);
  return {
    ...modules,
    store,
    dataDir,
    door,
    gate,
    load: async (archive, category = 'BIO') =>
      (await door.load(oldCampus, category, createReadStream(archive.includes('/') ? archive : archivePath(archive))))
        .courseid,
    async work(workOptions = {}) {
      const own =
        Object.keys(workOptions).length > 0 ? openModules(store, dataDir, { ...options, ...workOptions }) : modules;
      const worker = makeWorker(store, own, workOptions as Parameters<typeof makeWorker>[2]);
      workers.push(worker);
      await worker.start();
      return worker;
    },
    until: (id, is) => waitFor(modules.restores, id, is),
    spooled: () => readdirSync(join(dataDir, 'spool')),
    coursesOf: async (site) => {
      const rows = await ask<{ id: string }>(sitesDatabase.url, site, 'select id from courses order by id');
      return rows.map(({ id }) => Number(id));
    },
    removeCourse: async (site, id) => {
      await ask(sitesDatabase.url, site, `delete from contexts where level = 50 and instance_id = ${id}`);
      await ask(sitesDatabase.url, site, `delete from courses where id = ${id}`);
    },
    tasksLeft: async (site) => {
      const left = `select key || ' ' || kind || ' ' || state as left from tasks
        where state in ('waiting', 'running') or (kind <> 'restore' and state <> 'discarded') order by 1`;
      return (await ask<{ left: string }>(sitesDatabase.url, site, left)).map((row) => row.left);
    },
    filesLeft: () => ['incoming', 'tasks'].flatMap((name) => filesIn(join(dataDir, 'pool', name))),
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await modules.sites.close();
      await gate.close();
      await new Promise((resolve) => doorServer.close(resolve));
      await engine.close();
      await store.close();
      await sitesDatabase.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const filesIn = (dir: string): string[] => (existsSync(dir) ? readdirSync(dir).map((name) => join(dir, name)) : []);

/** One question to the embedded sites' own tables, as one site. */
async function ask<Row extends pg.QueryResultRow>(url: string, site: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>('select id from sites where name = $1', [site]);
    await client.query("select set_config('app.site_id', $1, false)", [rows[0]!.id]);
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function openDoorServer(engine: Engine, socket: string) {
  const server = createServer(engine.handleDoor);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return server;
}

const teachers = ['prof.martin', 'prof.weber', 'prof.okafor'];

async function makeSites(door: Door, port: number): Promise<void> {
  const categories = [
    { name: 'Imported', idnumber: 'IMPORT' },
    { name: 'Biology', idnumber: 'BIO' },
  ];
  for (const [name, release, branch] of [
    [oldCampus, '4.5.6 (Build: 20250811)', 405],
    // Chat and survey have gone from it.
    [newCampus, '5.0 (Build: 20250414)', 500],
  ] as const) {
    const host = `${name}.localhost`;
    await door.call('createSite', {}, { name, host, url: `http://${host}:${port}`, fullname: name, release, branch });
    await door.call('addCategories', { site: name }, categories);
    await door.call(
      'addPeople',
      { site: name },
      teachers.map((username) => ({ username, email: `${username}@example.org`, firstname: 'A', lastname: username })),
    );
  }
  await door.call(
    'assignRoles',
    { site: newCampus },
    teachers.map((username) => ({ username, role: 'coursecreator', level: 'system' as const })),
  );
}

async function pair(door: Door, port: number, sites: Sites): Promise<void> {
  for (const [name, profile] of [
    [oldCampus, 'source'],
    [newCampus, 'target'],
  ] as const) {
    const { token } = await door.call('createToken', { site: name }, { profile });
    await sites.add(operator, { name, url: `http://${name}.localhost:${port}`, profile, token });
  }
  await sites.pairs.add(operator, { source: oldCampus, target: newCampus });
}

async function waitFor(restores: Restores, id: string, is: (request: RestoreRequest) => boolean) {
  for await (const request of restores.watch({ ids: [id] }, new AbortController().signal))
    if (is(request)) return request;
  throw new Error(`${id} is not there`);
}

export const hasEnded = ({ state }: RestoreRequest): boolean =>
  ['done', 'failed', 'refused', 'cancelled'].includes(state);
