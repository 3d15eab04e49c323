import { chmodSync, chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site, SiteCheck } from '@jouvence/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bin } from '../cli/product.ts';
import { Control } from './rig/control.ts';
import { say } from './rig/couple.ts';
import { accountOf, run, waitFor } from './rig/processes.ts';
import { openRig } from './rig/rig.ts';
import type { MoodleSite } from './rig/site.ts';

/*
 * Jouvence that is not root, but the account of the web server itself, as whom nothing has to be become; another account,
 * which can be nobody; and a PHP that lacks what is switched off on many machines. Sites without web server and cron.
 */
const webServer = accountOf('www-data');
const stranger = accountOf('daemon');
/** The repository may lie where no other account gets in. */
const canEnter = webServer !== undefined && (await run('test', ['-r', bin], { as: webServer })).code === 0;

let source: MoodleSite;
let target: MoodleSite;
let [many, courses] = [0, 0];

beforeAll(async () => {
  const rig = openRig();
  source = await rig.site({ name: 'acca', release: '4.1', database: 'pgsql', cronSeconds: 0 });
  target = await rig.site({ name: 'accb', release: '4.5', database: 'mariadb', cronSeconds: 0 });
  many = (
    await source.seed<{ courses: { courseid: number }[] }>('plain', {
      courses: [{ shortname: 'MANY', files: 800, fileBytes: 8000 }],
    })
  ).courses[0]!.courseid;
  await target.seed('target');
  for (const site of [source, target]) await site.stop();
}, 1_800_000);

afterAll(async () => {
  if (process.env.JOUVENCE_TEST_RIG_KEEP !== '1') for (const site of [source, target]) await site?.remove();
}, 300_000);

async function addBoth(control: Control, more: string[] = []): Promise<void> {
  await control.addCodeBase(source, 'source', more);
  await control.addCodeBase(target, 'target', more);
  await control.addPair(source.name, target.name);
}

const coursesOf = async (): Promise<number> =>
  Number((await target.query('select count(*) from mdl_course where id > 1'))[0]);

async function carry(control: Control): Promise<void> {
  const ended = await control.send({ source: source.name, courseid: many, target: target.name });
  expect(ended.state, say(ended)).toBe('done');
  courses += 1;
  expect(await coursesOf()).toBe(courses);
}

async function expectNoFindings(control: Control): Promise<void> {
  for (const { name } of [source, target]) {
    const checked = await control.json<SiteCheck>(['sites', 'check', name], [0, 1]);
    expect(checked.findings.map(({ code, what }) => `${code} ${what}`)).toEqual([]);
  }
}

test.runIf(canEnter)('as the account of the web server: added, checked, carried', async () => {
  await using control = await Control.start([], undefined, webServer);
  await addBoth(control);
  const shown = await control.json<Site>(['sites', 'show', source.name]);
  expect(shown.codeBase).toMatchObject({ account: 'www-data' });
  await expectNoFindings(control);
  await carry(control);
  const cache = statSync(join(control.dataDir, 'php-cache'));
  expect([cache.uid, cache.mode & 0o022]).toEqual([webServer!.uid, 0]);
});

test.runIf(canEnter)('as another account: told so, and what to do', async () => {
  await using control = await Control.start([], undefined, stranger);
  const add = async (): Promise<string> => {
    const { code, stderr } = await control.run(['sites', 'add', source.name, '--codebase', source.place.tree]);
    expect(code).not.toBe(0);
    return stderr;
  };
  expect(await add()).toMatch(
    /belongs to www-data, and Jouvence runs as daemon: run Jouvence as www-data, or as root, which becomes www-data/,
  );
  const config = join(source.place.tree, 'config.php');
  const text = readFileSync(config, 'utf8');
  const { mode } = statSync(config);
  try {
    // What it says in other than plain words only PHP knows, and the site itself then says no.
    writeFileSync(config, text.replace(/\$CFG->dataroot = '/, "$CFG->dataroot = '' . '"));
    expect(await add()).toMatch(
      /must run as www-data, who owns the data directory[^\n]*Jouvence runs as daemon: it has to be the account/,
    );
    chownSync(config, webServer!.uid, webServer!.gid);
    chmodSync(config, 0o600);
    expect(await add()).toMatch(/config\.php cannot be read by daemon: run Jouvence as the account that owns/);
  } finally {
    writeFileSync(config, text);
    chmodSync(config, mode);
    chownSync(config, 0, 0);
  }
  expect(await control.json<Site[] | { sites: Site[] }>(['sites', 'list'])).not.toContain(source.name);
});

/** A PHP of the same release that lacks functions, as many machines have them switched off. */
function poorPhp(name: string, functions: string[]): string {
  const path = join(source.place.home, name);
  writeFileSync(path, `#!/bin/sh\nexec php -d disable_functions=${functions.join(',')} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

const pcntl = ['fork', 'signal', 'async_signals', 'signal_dispatch', 'waitpid', 'wait', 'exec', 'alarm'];
const posix = ['geteuid', 'getuid', 'getpwuid', 'kill', 'get_last_error', 'getpid', 'getpgid', 'setsid', 'getppid'];

test.each([
  ['pcntl', pcntl.map((each) => `pcntl_${each}`)],
  ['posix', posix.map((each) => `posix_${each}`)],
  ['either', [...pcntl.map((each) => `pcntl_${each}`), ...posix.map((each) => `posix_${each}`)]],
])(
  'a PHP without %s: carried; cancelled in the middle, nothing is left',
  async (name, functions) => {
    await using control = await Control.start();
    await addBoth(control, ['--php', poorPhp(`php-${name}`, functions)]);
    await expectNoFindings(control);
    await carry(control);
    for (const [site, kind] of [
      [source, 'backup'],
      [target, 'restore'],
    ] as const) {
      const { id } = await control.ask({ source: source.name, courseid: many, target: target.name });
      const running = `select count(*) from mdl_local_jouvence_tasks where kind = '${kind}' and state = 'running' and progress >= 0.1`;
      await waitFor(`the ${kind}`, async () => (await site.query(running))[0] !== '0', 120_000, 20);
      await control.json(['requests', 'cancel', id]);
      await control.run(['requests', 'watch', id]);
      const ended = await control.show(id);
      expect(ended.state, say(ended)).toBe('cancelled');
      await waitFor('nothing to be left', async () => (await left()).length === 0, 60_000).catch(() => undefined);
      expect(await left()).toEqual([]);
    }
  },
  600_000,
);

/** What a request that is over leaves on both: processes, temporary files, archives, courses. */
async function left(): Promise<string[]> {
  const found: string[] = [];
  for (const site of [source, target]) {
    found.push(...site.phpProcesses.map((pid) => `${site.name} process ${pid}`), ...site.leftFiles());
    const archives = `select count(*) from mdl_files where component = 'local_jouvence' and filesize > 0`;
    if ((await site.query(archives))[0] !== '0') found.push(`${site.name} archive`);
  }
  if ((await coursesOf()) !== courses) found.push(`${(await coursesOf()) - courses} courses`);
  return found;
}
