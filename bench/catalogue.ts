import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { localOperator } from '../src/accounts/index.ts';
import { sourceAnswers, targetAnswers } from '../src/api/test/campus.ts';
import { allMigrations, openModules } from '../src/compose.ts';
import { readConfig } from '../src/config.ts';
import { silentLog } from '../src/log.ts';
import { openOddSite } from '../src/sites/test/odd-site.ts';

/*
 * node bench/catalogue.ts [rounds]: a person's courses on 20 sources over real HTTP, of which 18 answer each call in
 * 100 ms, one in 1.5 s and one is dead: time to the first source, to the 18th, and to the last. Beside it the peer: the
 * same sources asked one after the other.
 */
const rounds = Number(process.argv[2] ?? 5);
const usualMs = 100;
const slowMs = 1500;

const dataDir = mkdtempSync(join(tmpdir(), 'bench-catalogue-'));
const modules = await openModules({
  config: readConfig({ dataDir, env: {}, options: {}, file: null }),
  log: silentLog,
});
const opened: AsyncDisposable[] = [];
try {
  await modules.store.migrate(allMigrations);
  const { sites, catalogue } = modules;
  const target = await openOddSite({ identifier: 'target', profile: 'target', answers: targetAnswers });
  opened.push(target);
  await sites.add(localOperator, { name: 'target', url: target.url, token: target.token, profile: 'target' });
  const names = Array.from({ length: 20 }, (_, index) => `source-${String(index).padStart(2, '0')}`);
  for (const [index, name] of names.entries()) {
    const after = async <T>(answer: T): Promise<T> => {
      await sleep(index === 0 ? slowMs : usualMs);
      return answer;
    };
    const { list_courses: listCourses, find_people: findPeople } = sourceAnswers;
    const answers = {
      ...sourceAnswers,
      list_courses: (asked: Parameters<NonNullable<typeof listCourses>>[0]) => after(listCourses!(asked)),
      find_people: (asked: Parameters<NonNullable<typeof findPeople>>[0]) => after(findPeople!(asked)),
    };
    const site = await openOddSite({ identifier: name, profile: 'source', answers: answers as typeof sourceAnswers });
    opened.push(site);
    await sites.add(localOperator, { name, url: site.url, token: site.token, profile: 'source' });
    await sites.pairs.add(localOperator, { source: name, target: 'target' });
    if (index === 1) site.misbehave = (request) => request.socket.destroy();
  }
  const person = { field: 'username', value: 'prof.martin' } as const;
  const figures = new Map<string, number[]>();
  const note = (what: string, since: number) =>
    void figures.set(what, [...(figures.get(what) ?? []), performance.now() - since]);
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    let rows = 0;
    for await (const { state } of catalogue.list({ target: 'target', person }, { refresh: true })) {
      if (state !== 'ok') continue;
      rows++;
      if (rows === 1) note('first source with rows', started);
      if (rows === 18) note('all 18 usual ones', started);
      if (rows === 19) note('the slow one, last', started);
    }
  }
  const started = performance.now();
  let first = true;
  for (const source of names)
    for await (const { state } of catalogue.list({ target: 'target', person, filters: { source } }, { refresh: true }))
      if (state === 'ok' && first) {
        first = false;
        note('peer, one by one: first', started);
      }
  note('peer, one by one: last', started);
  console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}, median of ${rounds}`);
  for (const [what, values] of figures) {
    const median = values.toSorted((a, b) => a - b)[values.length >> 1]!;
    console.log(`  ${what.padEnd(26)} ${Math.round(median).toString().padStart(6)} ms`);
  }
} finally {
  for (const each of opened) await each[Symbol.asyncDispose]();
  await modules.close();
  rmSync(dataDir, { recursive: true, force: true });
}
