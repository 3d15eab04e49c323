import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type CodeBase,
  createCommandClient,
  findCodeBase,
  type SiteClient,
  SiteError,
  type SiteLimits,
  setUpCommand,
} from '../index.ts';

/*
 * What can go wrong between us and a process, whatever it is: scripts of the shell stand in for a PHP. What a PHP with a
 * Moodle answers is tried on real ones (tests/real/command.real.test.ts).
 */
const account = process.getuid?.() === 0 ? 'nobody' : userInfo().username;
let place: string;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'jouvence-command-'));
  // Also for the account that the processes run as.
  chmodSync(place, 0o755);
  mkdirSync(join(place, 'moodle/local/jouvence/cli'), { recursive: true });
  mkdirSync(join(place, 'moodle/admin'), { recursive: true });
  writeFileSync(join(place, 'moodle/version.php'), `<?php\n$release = '4.5.6';\n$branch = '405';\n`);
  writeFileSync(join(place, 'moodle/local/jouvence/cli/call.php'), '<?php\n');
  writeFileSync(
    join(place, 'moodle/admin/environment.xml'),
    `<COMPATIBILITY_MATRIX><MOODLE version="4.4"><PHP version="8.0.0" level="required"/></MOODLE>
     <MOODLE version="4.5" requires="4.1.2"><PHP version="8.1.0" level="required">
     <RESTRICT function="restrict_php_version_84" message="x" /></PHP></MOODLE></COMPATIBILITY_MATRIX>`,
  );
});
afterAll(() => rmSync(place, { recursive: true }));

let number = 0;
function program(script: string): string {
  number += 1;
  const path = join(place, `php${number}`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const codeBase = (php: string): CodeBase => ({ path: join(place, 'moodle'), php, account, host: '' });
const open = (script: string, limits?: Partial<SiteLimits>, printed?: (about: { text: string }) => void) =>
  createCommandClient({
    site: 'here',
    codeBase: codeBase(script.startsWith('/') ? script : program(script)),
    profile: 'source',
    cacheDir: null,
    ...(limits && { limits }),
    ...(printed && { printed }),
  });

const say = (document: unknown): string => `printf '%s\\n' '${JSON.stringify(document)}' >&3`;
const job = (more: object = {}) => ({
  key: '7.backup.1',
  kind: 'backup',
  state: 'running',
  progress: 0.5,
  step: 'writing',
  warnings: [],
  courseid: 3,
  ...more,
});
const start = { key: '7.backup.1', courseid: 3, people: true };

async function failure(script: string, limits?: Partial<SiteLimits>): Promise<SiteError> {
  const error = await open(script, limits)
    .call('get_job', { key: '7.backup.1' })
    .catch((error: unknown) => error);
  expect(error).toBeInstanceOf(SiteError);
  return error as SiteError;
}

test('a call is one document in, one out; parameters are texts, and nothing of our environment goes along', async () => {
  process.env.JOUVENCE_CANARY = 'canary';
  const asked = join(place, 'asked');
  writeFileSync(asked, '', { mode: 0o666 });
  chmodSync(asked, 0o666);
  const client = open(
    `head -n 1 > ${asked}; env >> ${asked}; id -un >> ${asked}; ${say({ result: job({ state: 'done' }) })}`,
  );
  expect(await client.call('start_backup', start)).toMatchObject({ state: 'done', courseid: 3 });
  const [request, ...rest] = readFileSync(asked, 'utf8').replace('}}', '}}\n').split('\n');
  expect(JSON.parse(request!)).toEqual({
    profile: 'source',
    function: 'local_jouvence_start_backup',
    params: { key: '7.backup.1', courseid: '3', people: '1' },
  });
  expect(rest.join('\n')).not.toContain('canary');
  expect(rest.join('\n')).toContain(`\n${account}\n`);
  delete process.env.JOUVENCE_CANARY;
});

test('a flood on standard output and error is kept apart', async () => {
  const flood = 'yes "<b>Debugging</b>" | head -c 30000000; yes Notice | head -c 30000000 >&2';
  const task = await open(`${flood}; ${say({ result: job({ state: 'done' }) })}; ${flood}`).call('start_backup', start);
  expect(task.state).toBe('done');
});

test.each<[string, string, string, RegExp]>([
  [
    'is killed',
    'echo half; kill -9 $$',
    'site-unreachable',
    /ended by SIGKILL before it answered get_job. It printed: half/,
  ],
  ['ends', 'echo "Fatal error: no more memory" >&2; exit 255', 'site-unreachable', /code 255.*no more memory/],
  ['says nothing', '', 'site-unreachable', /ended with code 0 before it answered/],
  ['is not there', '/nowhere/php', 'site-unreachable', /there is no \/nowhere\/php/],
  [
    'writes something else on descriptor 3',
    'echo "<html>" >&3; sleep 20',
    'site-bad-answer',
    /"<html>" on descriptor 3/,
  ],
  ['answers without end', 'cat /dev/zero >&3', 'site-bad-answer', /longer than the 100000 bytes/],
  ['answers something else', say({ result: { key: 'x' } }), 'site-bad-answer', /not what was agreed at key/],
  [
    'refuses',
    say({ error: { exception: 'local_jouvence\\error', errorcode: 'not-allowed', message: 'as root? No.' } }),
    'not-allowed',
    /get_job was refused: as root\? No\./,
  ],
])('a process that %s', async (_, script, code, message) => {
  const error = await failure(script, { answerBytes: 100_000 });
  expect(error.message).toMatch(message);
  expect(error).toMatchObject({ code, site: 'here' });
});

const isGone = (path: string): boolean => gone(readFileSync(path, 'utf8').trim());
const gone = (pid: string): boolean =>
  !existsSync(`/proc/${pid}`) || /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
const writable = (name: string): string => {
  const path = join(place, name);
  writeFileSync(path, '');
  chmodSync(path, 0o666);
  return path;
};
const until = async (holds: () => boolean): Promise<void> => {
  for (const end = Date.now() + 10_000; !holds(); await new Promise((next) => setTimeout(next, 10)))
    if (Date.now() > end) throw new Error('waited in vain');
};

test('one that does not answer is ended, with what it started', async () => {
  const pid = writable('pid');
  const error = await failure(`sleep 60 & echo $! > ${pid}; wait`, { callMs: 300 });
  expect(error).toMatchObject({ code: 'site-timeout' });
  await until(() => isGone(pid));
});

test('one that was given up while it began is ended too', async () => {
  // Long before a process can be there.
  const error = await failure('sleep 60', { callMs: 1 });
  expect(error).toMatchObject({ code: 'site-timeout' });
  const signal = AbortSignal.timeout(1);
  const given = { grant: 'canary-grant', from: 0, signal };
  await expect(open('sleep 60').download(given)).rejects.toMatchObject({ name: 'TimeoutError' });
}, 30_000);

describe('one process for several calls', () => {
  const answers = `${say({ result: job({ state: 'done' }) })}; ${say({ ready: true })}`;
  const noting = (name: string) => {
    const path = writable(name);
    return { pids: () => readFileSync(path, 'utf8').trim().split('\n'), note: `echo $$ >> ${path}` };
  };
  const ask = (client: SiteClient) => client.call('get_job', { key: '7.backup.1' });

  test('while it says that it is ready', async () => {
    const { pids, note } = noting('reused');
    const client = open(`${note}; while read -r line; do ${answers}; done`);
    for (let n = 0; n < 3; n += 1) expect(await ask(client)).toMatchObject({ state: 'done' });
    expect(pids()).toHaveLength(1);
  });

  test('also by those who ask at the same time, in turn; but one that takes long is not waited for', async () => {
    const { pids, note } = noting('together');
    const client = open(`${note}; while read -r line; do ${answers}; done`);
    const all = await Promise.all(Array.from({ length: 4 }, () => ask(client)));
    expect(all).toHaveLength(4);
    expect(pids()).toHaveLength(1);
    const slow = noting('slow');
    const other = open(`${slow.note}; while read -r line; do sleep 1; ${answers}; done`);
    await Promise.all([ask(other), ask(other)]);
    expect(slow.pids()).toHaveLength(2);
  });

  test('is let go when nobody asks for some seconds, and with the client', async () => {
    const { pids, note } = noting('idle');
    const client = open(`${note}; while read -r line; do ${answers}; done`);
    await ask(client);
    await until(() => gone(pids()[0]!));
    await ask(client);
    await client.close();
    await until(() => gone(pids()[1]!));
  });

  test('one that was killed while it waited is replaced', async () => {
    const { pids, note } = noting('killed');
    const client = open(`${note}; while read -r line; do ${answers}; done`);
    await ask(client);
    process.kill(Number(pids()[0]), 'SIGKILL');
    await until(() => gone(pids()[0]!));
    expect(await ask(client)).toMatchObject({ state: 'done' });
    expect(pids()).toHaveLength(2);
  });

  test('one that refuses is asked again; of one that ended at the second the second fails', async () => {
    const { pids, note } = noting('refusing');
    const refusal = { exception: 'local_jouvence\\error', errorcode: 'not-found', message: 'no such task' };
    const client = open(
      `${note}; read -r line; ${say({ error: refusal })}; ${say({ ready: true })}; read -r line; kill -9 $$`,
    );
    await expect(ask(client)).rejects.toMatchObject({ code: 'not-found' });
    const lost = client.call('discard_job', { key: '7.backup.1' }).catch((error: unknown) => error);
    expect(await lost).toMatchObject({ code: 'site-unreachable' });
    expect(pids()).toHaveLength(1);
  });
});

test('only as many at a time as the site is given connections', async () => {
  const [running, most] = [join(place, 'running'), writable('most')];
  mkdirSync(running);
  chmodSync(running, 0o777);
  // A directory for each that runs: what processes of one time do to one file would get lost.
  const count = `mkdir ${running}/$$; ls ${running} | wc -l >> ${most}; sleep 0.2; rmdir ${running}/$$`;
  const client = open(`${count}; ${say({ result: job({ state: 'done' }) })}`, { connections: 2 });
  await Promise.all(Array.from({ length: 6 }, () => client.call('get_job', { key: '7.backup.1' })));
  const seen = readFileSync(most, 'utf8').trim().split('\n').map(Number);
  expect(seen.length).toBeGreaterThan(0);
  expect(Math.max(...seen)).toBeLessThanOrEqual(2);
});

describe('a task in the calling process', () => {
  test('is told of as it goes on', async () => {
    const go = join(place, 'go');
    const waits = `while [ ! -e ${go} ]; do sleep 0.05; done`;
    const client = open(
      [
        say({ result: job({ state: 'waiting' }) }),
        say({ task: job() }),
        waits,
        say({ task: job({ state: 'done' }) }),
      ].join('\n'),
    );
    expect((await client.call('start_backup', start)).state).toBe('waiting');
    const key = start.key;
    while ((await client.call('get_job', { key })).state === 'waiting') await client.news!(key, { ms: 5000 });
    expect(await client.call('get_job', { key })).toMatchObject({ state: 'running', progress: 0.5 });
    writeFileSync(go, '');
    expect(await client.news!(key, { ms: 10_000 })).toBe(true);
    expect((await client.call('get_job', { key })).state).toBe('done');
    expect(await client.news!('8.other', { ms: 60_000 })).toBe(false);
  });

  test('is no longer followed by whoever was told to stop, although it goes on', async () => {
    const client = open(`${say({ result: job() })}; sleep 5`);
    await client.call('start_backup', start);
    const stop = new AbortController();
    const waiting = client.news!(start.key, { ms: 60_000, signal: stop.signal });
    stop.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
    await expect(client.call('get_job', { key: start.key }, { signal: stop.signal })).rejects.toThrow('cancelled');
    expect((await client.call('get_job', { key: start.key })).state).toBe('running');
  });

  test('that somebody else runs is not heard of: whoever follows it has to look now and then', async () => {
    const client = open(say({ result: job() }));
    await client.call('get_job', { key: start.key });
    while (await client.news!(start.key, { ms: 20 }));
    expect(await client.call('get_job', { key: start.key })).toMatchObject({ state: 'running' });
  });

  test('whose process dies is asked for again', async () => {
    const there = join(place, 'there');
    const client = open(
      `if head -n 1 | grep -q get_job; then ${say({ result: job({ state: 'done' }) })}; exit; fi
       ${say({ result: job({ state: 'waiting' }) })}; ${say({ task: job() })}; touch ${there}; kill -9 $$`,
    );
    await client.call('start_backup', start);
    while (await client.news!(start.key, { ms: 5000 })) {
      const task = await client.call('get_job', { key: start.key });
      if (task.state === 'done') return;
    }
    expect((await client.call('get_job', { key: start.key })).state).toBe('done');
  });

  test('is ended by a signal when it is discarded, and what it printed is told', async () => {
    const printed: string[] = [];
    const end = `echo "cleaned up"; ${say({ task: job({ state: 'failed', error: { code: 'busy', message: 'ended' } }) })}; exit 0`;
    const client = open(
      `if head -n 1 | grep -q discard_job; then ${say({ result: { before: 'failed', removed: { archive: false, courseid: null } } })}; exit; fi
       trap '${end.replaceAll("'", `'"'"'`)}' TERM
       ${say({ result: job() })}; while :; do sleep 0.05; done`,
      {},
      ({ text }) => printed.push(text),
    );
    await client.call('start_backup', start);
    expect(await client.call('discard_job', { key: start.key })).toMatchObject({ before: 'failed' });
    await until(() => printed.length > 0);
    expect(printed.join()).toContain('cleaned up');
  });
});

const archive = randomBytes(3_000_000);
const sha256 = createHash('sha256').update(archive).digest('hex');

describe('archives', () => {
  const file = () => {
    const path = join(place, 'archive');
    writeFileSync(path, archive);
    return path;
  };
  const head = { archive: { from: 0, sizebytes: archive.length, sha256 } };

  test('come through descriptor 4', async () => {
    const got = await open(`${say(head)}; cat ${file()} >&4`).download({ grant: 'canary-grant', from: 0 });
    expect(got).toMatchObject({ from: 0, sizeBytes: archive.length, sha256 });
    const parts: Uint8Array[] = [];
    for await (const part of got.body) parts.push(part);
    expect(Buffer.concat(parts).equals(archive)).toBe(true);
  });

  test.each([
    ['that break off', `head -c 1000000 ${'FILE'} >&4`, 'site-unreachable', /broke off after 1000000 of 3000000/],
    ['that are too long', `cat ${'FILE'} ${'FILE'} >&4`, 'site-bad-answer', /longer than/],
    ['that have more to come', `cat ${'FILE'} >&4; sleep 0.1; echo more >&4`, 'site-bad-answer', /longer than/],
    ['that fall silent', 'sleep 30', 'site-timeout', /silent/],
    [
      'of which the disk lost the end',
      `head -c 10 ${'FILE'} >&4; ${say({ error: { exception: 'local_jouvence\\error', errorcode: 'not-found', message: 'gone' } })}`,
      'not-found',
      /gone/,
    ],
  ])('%s', async (_, script, code, message) => {
    const path = file();
    const client = open(`${say(head)}; ${script.replaceAll('FILE', path)}`, { idleMs: 500 });
    const { body } = await client.download({ grant: 'canary-grant', from: 0 });
    const error = await (async () => {
      for await (const _ of body);
    })().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(SiteError);
    expect([(error as SiteError).code, String(error)]).toEqual([code, expect.stringMatching(message)]);
  });

  const takes = `head -c ${archive.length} <&4 > /dev/null`;
  const upload = (script: string, more: object = {}) => uploadTo(open(script), more);
  const uploadTo = (client: SiteClient, more: object = {}) =>
    client.upload({
      grant: 'canary-grant',
      received: 0,
      sizeBytes: archive.length,
      sha256,
      partBytes: 1,
      async *open(offset, length) {
        yield archive.subarray(offset, offset + length);
      },
      ...more,
    });

  test('go the same way, from what is there already; a process that dies is followed by another', async () => {
    const kept = writable('kept');
    await upload(
      `size=$(wc -c < ${kept}); printf '{"received": %s}\\n' "$size" >&3
       if [ "$size" -lt 2000000 ]; then head -c 1000000 <&4 >> ${kept}; kill -9 $$; fi
       head -c $((${archive.length} - size)) <&4 >> ${kept}; printf '{"received": %s}\\n' "$(wc -c < ${kept})" >&3`,
    );
    expect(statSync(kept).size).toBe(archive.length);
    expect(readFileSync(kept).equals(archive)).toBe(true);
  });

  test('one process gives and takes several; one that broke off is its last', async () => {
    const pids = writable('transfers');
    const broken = join(place, 'broken');
    const client = open(
      `echo $$ >> ${pids}
       while read -r line; do
         case "$line" in
           *upload*) ${say({ received: 0 })}; ${takes}; ${say({ received: archive.length })} ;;
           *) ${say(head)}; if [ -e ${broken} ]; then head -c 1000000 ${file()} >&4; exit 0; fi; cat ${file()} >&4 ;;
         esac
         ${say({ ready: true })}
       done`,
    );
    const download = async () => {
      const hash = createHash('sha256');
      for await (const part of (await client.download({ grant: 'canary-grant', from: 0 })).body) hash.update(part);
      return hash.digest('hex');
    };
    const count = () => readFileSync(pids, 'utf8').trim().split('\n').length;
    for (let n = 0; n < 2; n += 1) {
      expect(await download()).toBe(sha256);
      await uploadTo(client);
    }
    expect(count()).toBe(1);
    writeFileSync(broken, '');
    await expect(download()).rejects.toMatchObject({ code: 'site-unreachable' });
    rmSync(broken);
    expect(await download()).toBe(sha256);
    expect(count()).toBe(2);
  });

  test('are refused where the site got others, and where our own cannot be read', async () => {
    const conflict = { exception: 'local_jouvence\\error', errorcode: 'conflict', message: 'another SHA-256' };
    const refused = upload(`${say({ received: 0 })}; ${takes}; ${say({ error: conflict, received: 0 })}`);
    await expect(refused).rejects.toMatchObject({ code: 'archive-altered' });
    const unreadable = upload(`${say({ received: 0 })}; ${takes}`, {
      // biome-ignore lint/correctness/useYield: it fails before
      async *open() {
        throw new Error('the spool is gone');
      },
    });
    await expect(unreadable).rejects.toThrow('the spool is gone');
  });
});

describe('a code base is looked at before anything of it runs', () => {
  const find = (version: string | undefined, more: object = {}) =>
    findCodeBase({
      site: 'here',
      path: join(place, 'moodle'),
      php: version === undefined ? undefined : program(`echo '${version}'`),
      account,
      ...more,
    });

  test('a PHP of its range will do', async () => {
    await expect(find('8.2.36')).resolves.toMatchObject({ path: join(place, 'moodle'), account, host: '' });
  });

  test.each<[string, string | undefined, object, string, RegExp]>([
    [
      'too old a PHP',
      '7.3.33',
      {},
      'unsupported',
      /is PHP 7\.3\.33, and this is Moodle 4\.5: it needs 8\.1\.0 or newer/,
    ],
    ['too new a PHP', '8.4.1', {}, 'unsupported', /is PHP 8\.4\.1.*one before 8\.4\.0/],
    ['no PHP', 'Usage: php-cgi', {}, 'invalid-parameter', /is no PHP of the command line: Usage/],
    ['a PHP that is not there', '8.2.1', { php: '/nowhere/php' }, 'invalid-parameter', /there is no \/nowhere\/php/],
    ['no Moodle', '8.2.1', { path: '/usr' }, 'invalid-parameter', /\/usr holds no Moodle/],
    ['a path from here', '8.2.1', { path: 'moodle' }, 'invalid-parameter', /from \/ on/],
    ['an account that is none', '8.2.1', { account: '-u root' }, 'not-allowed', /no name of an account/],
    [
      'an unknown account',
      '8.2.1',
      { account: 'nobody-of-that-name' },
      'not-allowed',
      /no account nobody-of-that-name/,
    ],
    ['root', '8.2.1', { account: 'root' }, 'not-allowed', /belongs to root/],
  ])('%s', async (_, version, more, code, message) => {
    const error = await find(version, more).catch((error: unknown) => error);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('a Moodle without the agent', async () => {
    mkdirSync(join(place, 'bare'), { recursive: true });
    writeFileSync(join(place, 'bare/version.php'), '<?php');
    await expect(find('8.2.1', { path: join(place, 'bare') })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('copy local_jouvence'),
    });
  });

  test.runIf(process.getuid?.() === 0)('whose data directory config.php names in plain words', async () => {
    const data = join(place, 'data');
    mkdirSync(join(data, 'filedir'), { recursive: true });
    execFileSync('chown', ['nobody', join(data, 'filedir')]);
    const config = join(place, 'moodle/config.php');
    writeFileSync(config, `<?php\n// $CFG->dataroot = '/elsewhere';\n$CFG->dataroot  = '${data}';\n`);
    await expect(find('8.2.1', { account: undefined })).resolves.toMatchObject({ account: 'nobody' });
    // One for each site: of one account it does not matter which.
    const other = join(place, 'data2');
    mkdirSync(other);
    const lines = [data, other].map(
      (path) => `if (getenv('JOUVENCE_HOST') === 'x') {\n  $CFG->dataroot = '${path}';\n}\n`,
    );
    writeFileSync(config, `<?php\n${lines.join('')}`);
    await expect(find('8.2.1', { account: undefined })).rejects.toThrow(/accounts \(nobody, root\).*--account/);
    await expect(find('8.2.1')).resolves.toMatchObject({ account: 'nobody' });
    await expect(find('8.2.1', { account: 'daemon' })).rejects.toThrow(/belongs to nobody or root, and not to daemon/);
    execFileSync('chown', ['nobody', other]);
    await expect(find('8.2.1', { account: undefined })).resolves.toMatchObject({ account: 'nobody' });
    writeFileSync(config, `<?php\n$CFG->dataroot = getenv('DATA');\n`);
    await expect(find('8.2.1', { account: undefined })).rejects.toThrow(/--account/);
    rmSync(config);
  });
});

test('what an administrator types to set a profile up by hand', () => {
  const site = { ...codeBase('/usr/bin/php8.2'), account: 'www-data' };
  expect(setUpCommand(site, 'source')).toBe(
    `sudo -u www-data /usr/bin/php8.2 ${place}/moodle/local/jouvence/cli/setup.php --profile source --command-line`,
  );
  // Since 5.1 the code is below public/; and a code base may serve several.
  const path = join(place, 'newer');
  mkdirSync(join(path, 'public'), { recursive: true });
  writeFileSync(join(path, 'public/version.php'), '<?php');
  expect(setUpCommand({ ...site, path, host: 'a.example.org' }, 'target')).toBe(
    `sudo -u www-data env JOUVENCE_HOST=a.example.org /usr/bin/php8.2 ${path}/public/local/jouvence/cli/setup.php --profile target --command-line`,
  );
});

test('what PHP compiled is kept where nobody else can write; elsewhere it is not used', async () => {
  const seen = writable('seen');
  const build = writable('build');
  const tell = () => writeFileSync(build, `<${createHash('md5').update(String(Math.random())).digest('hex')}>`);
  tell();
  const php = program(
    `if [ "$1" = -r ]; then cat ${build}; exit; fi; echo "$@" > ${seen}; ${say({ result: job({ state: 'done' }) })}`,
  );
  const cacheDir = join(place, 'cache');
  const call = () =>
    createCommandClient({ site: 'here', codeBase: codeBase(php), profile: 'source', cacheDir }).call('get_job', {
      key: '7.backup.1',
    });
  await call();
  const directory = /opcache\.file_cache=(\S+)/.exec(readFileSync(seen, 'utf8'))![1]!;
  const { mode, uid } = statSync(directory);
  expect(mode & 0o777).toBe(0o700);
  expect(uid).toBe(Number(execFileSync('id', ['-u', account]).toString()));
  // The same PHP with another extension, or with one less, must not run what was compiled for it before.
  tell();
  await call();
  const another = /opcache\.file_cache=(\S+)/.exec(readFileSync(seen, 'utf8'))![1]!;
  expect(another).not.toBe(directory);
  chmodSync(another, 0o770);
  await call();
  expect(readFileSync(seen, 'utf8')).not.toContain('opcache');
  writeFileSync(build, 'Warning: no idea');
  await call();
  expect(readFileSync(seen, 'utf8')).not.toContain('opcache');
  tell();
  await call();
  expect(readFileSync(seen, 'utf8')).toContain('opcache');
  if (process.getuid?.() === 0) {
    chmodSync(cacheDir, 0o700);
    await call();
    expect(readFileSync(seen, 'utf8')).not.toContain('opcache');
    chmodSync(cacheDir, 0o711);
  }
  chmodSync(cacheDir, 0o777);
  await call();
  expect(readFileSync(seen, 'utf8')).not.toContain('opcache');
});

test('a PHP that is another one since is found out by the first process that dies of it', async () => {
  const build = writable('changed');
  const print = (letter: string) => writeFileSync(build, `<${letter.repeat(32)}>`);
  print('a');
  // As one with code that was compiled for functions it has no more.
  const php = program(
    `if [ "$1" = -r ]; then cat ${build}; exit; fi
     for each in "$@"; do case "$each" in opcache.file_cache=*) dir=\${each#*=};; esac; done
     if [ -e "$dir/for" ] && ! cmp -s ${build} "$dir/for"; then kill -SEGV $$; fi
     cp ${build} "$dir/for"; ${say({ result: job({ state: 'done' }) })}`,
  );
  const cacheDir = join(place, 'cache2');
  const client = createCommandClient({ site: 'here', codeBase: codeBase(php), profile: 'source', cacheDir });
  const call = () => client.call('get_job', { key: '7.backup.1' }, { retry: true });
  await call();
  print('b');
  expect(await call()).toMatchObject({ state: 'done' });
});
