import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site, SiteCheck } from '@jouvence/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Control } from './rig/control.ts';
import { say } from './rig/couple.ts';
import { openRig } from './rig/rig.ts';
import type { MoodleSite } from './rig/site.ts';

/*
 * Two sites in one code base, whose config.php looks at JOUVENCE_HOST: each keeps its own database, data directory and
 * address, and what PHP compiled is shared.
 */
let old: MoodleSite;
let young: MoodleSite;
let control: Control;
let cacheDir: string;
let courses: number[];
const hosts = { old: 'old.example.org', young: 'young.example.org' };

beforeAll(async () => {
  const rig = openRig();
  old = await rig.site({ name: 'hosta', release: '4.5', database: 'pgsql', cronSeconds: 0 });
  young = await rig.site({ name: 'hostb', release: '4.5', database: 'pgsql', cronSeconds: 0 });
  const seeded = await old.seed<{ courses: { courseid: number }[] }>('plain', {
    courses: [1, 2].map((number) => ({ shortname: `SHARED${number}`, files: 5, fileBytes: 8000 })),
  });
  courses = seeded.courses.map(({ courseid }) => courseid);
  await young.seed('target');
  for (const site of [old, young]) await site.stop();
  // The code of the one serves both; that of the other is not used from here on.
  writeFileSync(join(old.place.tree, 'config.php'), configOf([old, young], [hosts.old, hosts.young]));
  cacheDir = join(old.place.home, 'compiled');
  control = await Control.start([], (dataDir) =>
    writeFileSync(join(dataDir, 'jouvence.yaml'), `php:\n  cacheDirectory: ${cacheDir}\n`),
  );
}, 1_800_000);

afterAll(async () => {
  await control?.[Symbol.asyncDispose]();
  if (process.env.JOUVENCE_TEST_RIG_KEEP !== '1') for (const site of [old, young]) await site?.remove();
}, 300_000);

/** As an administrator of several sites writes it: what each sets, below the name that it goes by. */
function configOf(sites: MoodleSite[], names: string[]): string {
  const cases = sites.map((site, at) => {
    const lines = readFileSync(join(site.place.tree, 'config.php'), 'utf8').split('\n');
    const own = lines.slice(lines.findIndex((line) => line.startsWith('$CFG = ')) + 1, -2);
    return `    case '${names[at]}':\n${own.map((line) => `        ${line}`).join('\n')}\n        break;`;
  });
  return `<?php
unset($CFG);
global $CFG;
$CFG = new stdClass();
$host = getenv('JOUVENCE_HOST') ?: ($_SERVER['HTTP_HOST'] ?? '');
switch ($host) {
${cases.join('\n')}
    default:
        fwrite(STDERR, "there is no site \\"$host\\" in this code base\\n");
        exit(1);
}
require_once(__DIR__ . '/lib/setup.php');
`;
}

const add = (name: string, host: string | undefined, profile: 'source' | 'target') =>
  control.run([
    ...['sites', 'add', name, '--codebase', old.place.tree, '--profile', profile],
    ...(host ? ['--host', host] : []),
    ...(profile === 'target' ? ['--create-people'] : []),
  ]);

test('no host, or one that is none: said by whom, and nothing is kept', async () => {
  for (const host of [undefined, 'other.example.org']) {
    const { code, stderr } = await add('wrong', host, 'source');
    expect(code).not.toBe(0);
    expect(stderr).toContain(`there is no site "${host ?? ''}" in this code base`);
    expect(stderr).toMatch(host ? /JOUVENCE_HOST other\.example\.org/ : /--host/);
  }
  expect((await control.run(['sites', 'show', 'wrong'])).code).not.toBe(0);
});

test('each host is a site of its own', async () => {
  for (const [name, profile] of [
    ['old', 'source'],
    ['young', 'target'],
  ] as const) {
    const { code, stderr } = await add(name, hosts[name], profile);
    expect(code, stderr).toBe(0);
  }
  for (const [name, site] of [
    ['old', old],
    ['young', young],
  ] as const) {
    const shown = await control.json<Site>(['sites', 'show', name]);
    expect(shown).toMatchObject({ url: site.url, codeBase: { path: old.place.tree, host: hosts[name] } });
    const checked = await control.json<SiteCheck>(['sites', 'check', name], [0, 1]);
    expect(checked.findings.map(({ code, what }) => `${code} ${what}`)).toEqual([]);
  }
  const again = await add('again', hosts.young, 'source');
  expect(again.code).not.toBe(0);
  expect(again.stderr).toMatch(/already known as young/);
  const other = await add('old', hosts.young, 'source');
  expect(other.code).not.toBe(0);
  expect(other.stderr).toMatch(/old is already the name of/);
});

test('courses go from one to the other, many calls at once; nothing is mixed', async () => {
  await control.addPair('old', 'young');
  const send = { source: 'old', target: 'young', person: 'prof.martin' };
  for (const ended of await control.sendAll(courses.map((courseid) => ({ ...send, courseid }))))
    expect(ended.state, say(ended)).toBe('done');
  const named = `select shortname from mdl_course where id > 1 order by 1`;
  expect(await young.query(named)).toEqual(['SHARED1', 'SHARED2']);
  expect(await old.query(named)).toEqual(['SHARED1', 'SHARED2']);
  const kinds = 'select distinct kind from mdl_local_jouvence_tasks order by 1';
  expect([await old.query(kinds), await young.query(kinds)]).toEqual([['backup'], ['restore', 'upload']]);
  expect([...old.leftFiles(), ...young.leftFiles()]).toEqual([]);
});

test('what PHP compiled is kept once for both', () => {
  expect(readdirSync(cacheDir)).toHaveLength(1);
});
