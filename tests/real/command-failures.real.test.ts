import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Request, Site, SiteCheck } from '@jouvence/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sendCommand } from '../conformance/command.ts';
import { Control } from './rig/control.ts';
import { say } from './rig/couple.ts';
import { execute, waitFor } from './rig/processes.ts';
import { openRig } from './rig/rig.ts';
import type { MoodleSite } from './rig/site.ts';

/* What goes wrong on the command line: killed at each step, disks full, another PHP, another account, floods. */
let control: Control;
let source: MoodleSite;
let target: MoodleSite;
/** One of many files, one of 40 MB, and one of next to nothing. */
let [many, large, small] = [0, 0, 0];

beforeAll(async () => {
  const rig = openRig();
  control = await Control.start();
  source = await rig.site({ name: 'cmdfa', release: '4.1', database: 'pgsql', cronSeconds: 0 });
  target = await rig.site({ name: 'cmdfb', release: '4.5', database: 'mariadb', cronSeconds: 0 });
  const { courses } = await source.seed<{ courses: { courseid: number }[] }>('plain', {
    courses: [
      { shortname: 'MANY', files: 1500, fileBytes: 8000 },
      { shortname: 'LARGE', files: 2, bigBytes: 40_000_000 },
      { shortname: 'SMALL', files: 2 },
    ],
  });
  [many, large, small] = courses.map(({ courseid }) => courseid) as [number, number, number];
  await target.seed('target');
  for (const site of [source, target]) await site.stop();
  await control.addCodeBase(source, 'source');
  await control.addCodeBase(target, 'target');
  await control.addPair(source.name, target.name);
}, 1_800_000);

afterAll(async () => {
  await control?.[Symbol.asyncDispose]();
  if (process.env.JOUVENCE_TEST_RIG_KEEP !== '1') for (const site of [source, target]) await site?.remove();
}, 300_000);

/** Nothing of what was killed, failed or finished is left: no directory, upload, archive, or course without its end. */
async function expectClean(courses: number): Promise<void> {
  expect([...source.leftFiles(), ...target.leftFiles()]).toEqual([]);
  const archives = `select count(*) from mdl_files where component = 'local_jouvence' and filesize > 0`;
  expect(await source.query(archives)).toEqual(['0']);
  expect(await target.query('select count(*) from mdl_course where id > 1')).toEqual([String(courses)]);
  expect(await target.query('select count(*) from mdl_tool_recyclebin_category')).toEqual(['0']);
}

let courses = 0;
beforeEach(async () => {
  courses = Number((await target.query('select count(*) from mdl_course where id > 1'))[0]);
});

const ask = (courseid: number) => control.ask({ source: source.name, courseid, target: target.name });
const running = (kind: string, from: number) =>
  `select count(*) from mdl_local_jouvence_tasks where kind = '${kind}' and state = 'running' and progress >= ${from}`;

/** As soon as a process of the site is there, and that holds. */
async function killWhen(site: MoodleSite, what: string, holds: () => Promise<boolean>): Promise<void> {
  await waitFor(what, async () => (await holds()) && site.phpProcesses.length > 0, 60_000, 10);
  site.killPhp();
}

test.each<['source' | 'target', string, number]>([
  ['source', 'backup', 0],
  ['source', 'backup', 0.1],
  ['source', 'backup', 0.8],
  ['target', 'restore', 0],
  ['target', 'restore', 0.1],
  ['target', 'restore', 0.3],
])('killed on the %s during its %s, from %d on', async (end, kind, from) => {
  const site = end === 'source' ? source : target;
  const { id } = await ask(many);
  await killWhen(site, `the ${kind}`, async () => (await site.query(running(kind, from)))[0] !== '0');
  const ended = await control.ended(id);
  expect(ended.state, say(ended)).toBe('done');
  await expectClean(courses + 1);
});

test.each<['source' | 'target', Request['state']]>([
  ['source', 'fetching'],
  ['target', 'delivering'],
])('killed on the %s while it is %s', async (end, state) => {
  const site = end === 'source' ? source : target;
  const { id } = await ask(large);
  await killWhen(site, state, async () => [state, 'done'].includes((await control.show(id)).state)).catch(
    () => undefined,
  );
  const ended = await control.ended(id);
  expect(ended.state, say(ended)).toBe('done');
  await expectClean(courses + 1);
});

test.each<['source' | 'target', Request['state'], number]>([
  ['target', 'preparing', 0],
  ['target', 'preparing', 250],
  ['target', 'enrolling', 0],
  ['target', 'enrolling', 250],
  ['target', 'comparing', 0],
  ['target', 'cleaning', 0],
  ['target', 'cleaning', 250],
  ['source', 'cleaning', 0],
  ['source', 'cleaning', 250],
])('killed on the %s while it is %s, %d ms after it began', async (end, state, afterMs) => {
  const site = end === 'source' ? source : target;
  const { id } = await control.ask({ source: source.name, courseid: small, target: target.name, people: true });
  let isThere = false;
  await waitFor(
    state,
    async () => {
      const now = (await control.look(id)).state;
      isThere = now === state && site.phpProcesses.length > 0;
      return isThere || now === 'done';
    },
    120_000,
    1,
  );
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  const killed = site.killPhp();
  const ended = await control.ended(id);
  expect(ended.state, say(ended)).toBe('done');
  expect([isThere, killed > 0]).toEqual([true, true]);
  // Nothing of it is told, since nothing came of it: enrolled once, compared, and no task left behind.
  expect(ended.report.filter(({ code }) => code === 'left-behind')).toEqual([]);
  const teachers = `select count(*) from mdl_role_assignments a join mdl_context c on c.id = a.contextid and c.contextlevel = 50
    join mdl_user u on u.id = a.userid where c.instanceid = ${ended.newCourse!.id} and u.username = 'prof.martin'`;
  expect(await target.query(teachers)).toEqual(['1']);
  await expectClean(courses + 1);
});

test('cancelled in the middle: the process ends, and nothing is left', async () => {
  const { id } = await ask(many);
  await waitFor('the backup', async () => (await source.query(running('backup', 0.1)))[0] !== '0', 120_000, 20);
  await control.json(['requests', 'cancel', id]);
  await control.run(['requests', 'watch', id]);
  const ended = await control.show(id);
  expect(ended.state, say(ended)).toBe('cancelled');
  // But for the one that answered last, and waits some seconds for more.
  await waitFor('the end of its processes', () => source.phpProcesses.length === 0, 15_000);
  await expectClean(courses);
});

/** A directory of the site on a disk of its own. */
async function withDisk(site: MoodleSite, directory: string, megabytes: number, work: () => Promise<void>) {
  const path = join(site.place.data, directory);
  mkdirSync(path, { recursive: true });
  const owner = execFileSync('stat', ['-c', '%u', join(site.place.data, 'filedir')])
    .toString()
    .trim();
  const options = `size=${megabytes}m,uid=${owner},gid=${owner},mode=0770`;
  await execute('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  try {
    await work();
  } finally {
    await execute('umount', ['-l', path]);
  }
}

test.skipIf(process.getuid?.() !== 0)(
  'disks that are full: which one, on which site; nothing is left',
  async () => {
    const send = () => control.send({ source: source.name, courseid: large, target: target.name });
    await withDisk(source, 'temp', 30, async () => {
      const ended = await send();
      expect(ended.state, say(ended)).toBe('failed');
      expect(ended.error).toMatchObject({ code: 'quota', message: expect.stringMatching(/cmdfa: .*disk.*full/) });
      expect(source.leftFiles()).toEqual([]);
    });
    for (const megabytes of [20, 60]) {
      await withDisk(target, 'temp', megabytes, async () => {
        const ended = await send();
        expect(ended.state, say(ended)).toBe('failed');
        expect(ended.error).toMatchObject({
          code: 'quota',
          message: expect.stringMatching(/cmdfb: .*too little space/),
        });
      });
    }
    await expectClean(courses);
    const ended = await send();
    expect(ended.state, say(ended)).toBe('done');
  },
  900_000,
);

test('a PHP that is too old, or none', async () => {
  const php = join(source.place.home, 'php-old');
  writeFileSync(php, '#!/bin/sh\necho 7.3.33\n');
  chmodSync(php, 0o755);
  const add = (path: string) =>
    control.run(['sites', 'add', source.name, '--codebase', source.place.tree, '--php', path, '--profile', 'source']);
  const old = await add(php);
  expect(old.code).not.toBe(0);
  expect(old.stderr).toMatch(/php-old is PHP 7\.3\.33, and this is Moodle 4\.1: it needs 7\.4\.0 or newer/);
  expect((await add('/usr/bin/no-php')).stderr).toMatch(/there is no \/usr\/bin\/no-php/);
  const shown = await control.json<Site>(['sites', 'show', source.name]);
  expect(shown.codeBase!.php).not.toBe(php);
});

test('as root, or as somebody else, nothing is run', async () => {
  const shown = await control.json<Site>(['sites', 'show', source.name]);
  const request = { profile: 'source', function: 'local_jouvence_get_site' };
  for (const [account, message] of [
    ['root', /must not run as root/],
    ['nobody', /must run as www-data, who owns the data directory/],
  ] as const) {
    const { lines, code } = await sendCommand({ ...shown.codeBase!, account }, { request });
    expect(code).toBe(1);
    expect(lines).toEqual([
      {
        error: {
          exception: 'local_jouvence\\error',
          errorcode: 'not-allowed',
          message: expect.stringMatching(message),
        },
      },
    ]);
  }
  const other = ['sites', 'add', source.name, '--codebase', source.place.tree, '--account', 'nobody'];
  const refused = await control.run(other);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toMatch(/belongs to www-data, and not to nobody/);
});

test('a plugin that floods standard output and error with its debugging', async () => {
  const plugin = join(source.root, 'local/flood');
  mkdirSync(join(plugin, 'lang/en'), { recursive: true });
  writeFileSync(
    join(plugin, 'version.php'),
    `<?php defined('MOODLE_INTERNAL') || die(); $plugin->component = 'local_flood'; $plugin->version = 2026112700; $plugin->requires = 2020061500;`,
  );
  writeFileSync(join(plugin, 'lang/en/local_flood.php'), `<?php $string['pluginname'] = 'Flood';`);
  writeFileSync(
    join(plugin, 'lib.php'),
    `<?php
function local_flood_after_config() {
    if (!CLI_SCRIPT) {
        return;
    }
    for ($i = 0; $i < 2000; $i++) {
        echo str_repeat("{\\"result\\": \\"<b>Debugging</b>\\"}\\n", 300);
        fwrite(STDERR, str_repeat("Notice: flood\\n", 300));
    }
    debugging('flood', DEBUG_DEVELOPER);
}
`,
  );
  await execute('chmod', ['-R', 'a+rX', plugin]);
  await source.tryPhp(['admin/cli/upgrade.php', '--non-interactive', '--allow-unstable'], { stdout: '/dev/null' });
  source.configure({ debug: 32767, debugdisplay: 1 });
  const checked = await control.json<SiteCheck>(['sites', 'check', source.name], [0, 1]);
  expect(checked.findings.map(({ code }) => code)).toEqual([]);
  const ended = await control.send({ source: source.name, courseid: many, target: target.name });
  expect(ended.state, say(ended)).toBe('done');
  await expectClean(courses + 1);
}, 600_000);
