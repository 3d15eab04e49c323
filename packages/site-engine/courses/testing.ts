import { readdir, readFile } from 'node:fs/promises';
import { transfer } from '@jouvence/protocol';
import { startTestEngine, type TestEngine } from '../testing.ts';
import { altered, fixture, sha256, valid } from './testing-archives.ts';

export { altered, fixture, sha256, valid };

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
type Anything = any;

/** One embedded site with a category and both kinds of token. */
export interface TestCampus {
  host: string;
  categoryId: number;
  source(name: string, params?: object): Promise<Anything>;
  target(name: string, params?: object): Promise<Anything>;
  load(
    archive: string | Uint8Array,
  ): Promise<{ courseid: number; shortname: string; warnings: { code: string; what: string }[] }>;
  people(people: { username: string; email: string; password?: string }[]): Promise<number[]>;
  /** When it is neither waiting nor running any more. */
  ended(key: string, as?: 'source' | 'target'): Promise<Anything>;
  backup(courseid: number, people: boolean, key?: string): Promise<{ bytes: Buffer; task: Anything; grant: Anything }>;
  upload(key: string, archive: Uint8Array): Promise<void>;
  restore(archive: Uint8Array, options?: object, key?: string): Promise<Anything>;
}

export async function createCampus(
  engine: TestEngine,
  name: string,
  options: { modules?: string[]; category?: string; language?: string; release?: string; branch?: number } = {},
): Promise<TestCampus> {
  const host = `${name}.localhost`;
  const { category = 'Biologie', ...site } = options;
  const made = await engine.door('POST', '/sites', {
    name,
    host,
    url: `http://${host}:8080`,
    fullname: name,
    ...site,
  });
  if (made.status >= 300) throw new Error(made.text);
  const [categoryId] = (
    await engine.door('POST', `/sites/${name}/categories`, [{ name: category, idnumber: 'bio' }])
  ).json().ids;
  const tokenOf = async (profile: string) =>
    (await engine.door('POST', `/sites/${name}/tokens`, { profile })).json().token;
  const tokens = { source: await tokenOf('source'), target: await tokenOf('target') };
  const call =
    (profile: 'source' | 'target') =>
    (fn: string, params: object = {}) =>
      engine.call(host, tokens[profile], `local_jouvence_${fn}`, params as Record<string, unknown>);
  let counter = 0;
  const campus: TestCampus = {
    host,
    categoryId,
    source: call('source'),
    target: call('target'),
    async load(archive) {
      const body = typeof archive === 'string' ? await readFile(fixture(archive)) : archive;
      const answer = await engine.door('POST', `/sites/${name}/courses?category=bio`, body);
      if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
      return answer.json();
    },
    people: async (people) =>
      (
        await engine.door(
          'POST',
          `/sites/${name}/people`,
          people.map((person) => ({ firstname: 'A', lastname: person.username, ...person })),
        )
      ).json().ids,
    async ended(key, as = 'source') {
      for (;;) {
        const task = await campus[as]('get_job', { key });
        if (task.state !== 'waiting' && task.state !== 'running') return task;
      }
    },
    async backup(courseid, people, key = `backup.${++counter}`) {
      await campus.source('start_backup', { key, courseid, people });
      const task = await campus.ended(key);
      if (task.state !== 'done') return { bytes: Buffer.alloc(0), task, grant: null };
      const grant = await campus.source('grant_download', { key });
      const bytes = await fetchBytes(engine, host, grant.grant);
      return { bytes, task, grant };
    },
    async upload(key, archive) {
      const { grant } = await campus.target('grant_upload', {
        key,
        filename: 'a.mbz',
        sizebytes: archive.length,
        sha256: sha256(archive),
      });
      const answer = await engine.ask({
        method: 'POST',
        host,
        path: `${transfer.uploadPath}?offset=0&complete=1&sha256=${sha256(archive)}`,
        headers: { [transfer.grantHeader]: grant },
        body: archive,
      });
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    },
    async restore(archive, options = {}, key = `restore.${++counter}`) {
      await campus.upload(`${key}.upload`, archive);
      const started = await campus.target('start_restore', {
        key,
        uploadkey: `${key}.upload`,
        categoryid: categoryId,
        people: false,
        enrolments: 'withusers',
        sha256: sha256(archive),
        ...options,
      });
      return started.exception ? started : campus.ended(key, 'target');
    },
  };
  return campus;
}

async function fetchBytes(engine: TestEngine, host: string, grant: string): Promise<Buffer> {
  const answer = await engine.ask({ host, path: transfer.downloadPath, headers: { [transfer.grantHeader]: grant } });
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return answer.bytes;
}

export { startTestEngine };

/** Contents in the pool, by SHA-1. */
export async function contentsIn(poolDir: string): Promise<string[]> {
  const names = await readdir(poolDir, { recursive: true });
  return names.map((name) => name.slice(name.lastIndexOf('/') + 1)).filter((name) => /^[0-9a-f]{40}$/.test(name));
}
