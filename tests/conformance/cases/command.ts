import { randomBytes } from 'node:crypto';
import { functions, type Task } from '@jouvence/protocol';
import type { Case } from '../case.ts';
import { type CommandGot, sendCommand, startCommand } from '../command.ts';
import { sha256, type Trial } from '../trial.ts';

const php = 'call.php';
const partBytes = 16 * 1024 * 1024;

/** What the command line has of its own: descriptors, a task in the calling process. */
export const commands: Case[] = [
  {
    name: 'the command line takes one document a line, and answers everything else in words',
    needs: ['command'],
    async run(t) {
      for (const request of ['', ' ', 'x', '[]', '{}', '{"profile": 3}', '{"profile": "source"']) {
        const { lines, code } = await sendCommand(codeBaseOf(t), { request });
        t.notes.same(php, `"${request}"`, ['invalid-parameter', 0], [...lines.map(codeOf), code]);
      }
      for (const profile of ['nobody', '', '__proto__']) {
        const { lines } = await sendCommand(codeBaseOf(t), {
          request: { profile, function: 'local_jouvence_get_site' },
        });
        t.notes.same(php, `profile "${profile}"`, ['not-allowed'], lines.map(codeOf));
      }
    },
  },
  {
    name: 'what follows is answered by the same process, where it says that it is ready',
    needs: ['source', 'command'],
    async run(t) {
      const asked = [
        'local_jouvence_get_site',
        'nonsense',
        'local_jouvence_get_connection',
        'core_webservice_get_site_info',
      ];
      const [request, ...then] = asked.map((name) => ({ profile: 'source', function: name }));
      const one = await sendCommand(codeBaseOf(t), { request: request! });
      t.notes.same(php, 'ends by itself', 0, one.code);
      if (one.ready === 0) return;
      const { lines, ready, code } = await sendCommand(codeBaseOf(t), { request: request!, then });
      t.notes.same(php, 'ready after each', asked.length, ready);
      t.notes.same(
        php,
        'each is answered',
        [true, false, true, true],
        lines.map((line) => 'result' in line),
      );
      t.notes.same(php, 'exit code', 0, code);
    },
  },
  {
    name: 'the command line gives no token',
    needs: ['command'],
    async run(t) {
      for (const caller of Object.values(t.callers)) await caller.refused('rotate_token', {}, 'unsupported');
    },
  },
  {
    name: 'a task runs in the process that started it, which tells of it to its end',
    needs: ['source', 'course', 'command'],
    async run(t) {
      const { id } = await t.course();
      const key = t.key(t.source, 'told');
      const params = { key, courseid: String(id), people: '0' };
      const request = { profile: 'source', function: 'local_jouvence_start_backup', params };
      const { lines, code } = await sendCommand(codeBaseOf(t), { request });
      t.notes.same(php, 'the first is the answer', 'waiting', (lines[0]?.result as Task | undefined)?.state);
      const told = lines.slice(1).map(({ task }) => functions.get_job.result.parse(task));
      const progress = told.map((task) => task.progress);
      t.notes.same(
        php,
        'progress never goes back',
        progress.toSorted((a, b) => a - b),
        progress,
      );
      t.notes.check(
        php,
        'it is told of while it runs',
        told.filter(({ state }) => state === 'running').length > 1,
        told,
      );
      t.notes.same(php, 'the last is its end', 'done', told.at(-1)?.state);
      t.notes.same(php, 'exit code', 0, code);
      const again = await sendCommand(codeBaseOf(t), { request });
      t.notes.same(
        php,
        'the same again, at once',
        ['done'],
        again.lines.map(({ result }) => (result as Task).state),
      );
    },
  },
  {
    name: 'a signal ends a task, which removes what it made',
    needs: ['source', 'course', 'command'],
    async run(t) {
      const { id } = await t.course();
      const key = t.key(t.source, 'signal');
      const params = { key, courseid: String(id), people: '1' };
      const request = { profile: 'source', function: 'local_jouvence_start_backup', params };
      const call = startCommand(codeBaseOf(t), { request });
      let last: Task | undefined;
      for await (const line of call.lines) {
        if (!line.task) continue;
        last = functions.get_job.result.parse(line.task);
        // To the process that was started alone: it tells the fork that is at it.
        if (last.state === 'running') call.child.kill('SIGTERM');
      }
      t.notes.same('get_job', 'after the signal', ['failed', 'busy'], [last?.state, last?.error?.code]);
      await t.source.refused('grant_download', { key }, 'not-found');
    },
  },
  {
    name: 'an archive goes on from a byte, and begins anew when it is another one',
    needs: ['source', 'course', 'command'],
    async run(t) {
      const { bytes, grant } = await t.backup(false);
      const asked: [string, object, number][] = [
        ['the whole', {}, 0],
        ['the rest', { from: 100, sha256: sha256(bytes) }, 100],
        ['nothing more', { from: bytes.length, sha256: sha256(bytes) }, bytes.length],
        ['beyond its end', { from: bytes.length + 9, sha256: sha256(bytes) }, bytes.length],
        ['of another one', { from: 100, sha256: '0'.repeat(64) }, 0],
        ['without saying of which', { from: 100 }, 0],
      ];
      for (const [what, more, from] of asked) {
        const request = { profile: 'source', transfer: 'download', grant, ...more };
        const got = await sendCommand(codeBaseOf(t), { request });
        const head = { from, sizebytes: bytes.length, sha256: sha256(bytes) };
        t.notes.same(php, what, [{ archive: head }], got.lines);
        t.notes.check(php, `${what}: the bytes`, got.bytes.equals(bytes.subarray(from)), got.bytes.length);
      }
      for (const other of ['', 'x'.repeat(43)]) {
        const request = { profile: 'source', transfer: 'download', grant: other };
        const got = await sendCommand(codeBaseOf(t), { request });
        const code = other === '' ? 'invalid-parameter' : 'not-allowed';
        t.notes.same(php, `the grant "${other}"`, [code, 0], [codeOf(got.lines[0]), got.bytes.length]);
      }
    },
  },
  { name: 'an upload that breaks off is kept in parts', needs: ['target', 'command'], run: brokenUpload },
];

async function brokenUpload(t: Trial): Promise<void> {
  const archive = randomBytes(partBytes + 1_000_000);
  const params = { filename: 'a.mbz', sizebytes: archive.length, sha256: sha256(archive) };
  const key = t.key(t.target, 'parts');
  const { grant } = await t.target.call('grant_upload', { key, ...params });
  const send = (body: (received: number) => Uint8Array): Promise<CommandGot> =>
    sendCommand(codeBaseOf(t), { request: { profile: 'target', transfer: 'upload', grant }, body });
  const told = ({ lines }: CommandGot) => lines.map((line) => codeOf(line) ?? line.received);
  t.notes.same(
    php,
    'breaks off in the first part',
    [0, 'invalid-parameter'],
    told(await send(() => archive.subarray(0, 900))),
  );
  const second = await send((from) => archive.subarray(from, partBytes + 500));
  t.notes.same(php, 'breaks off in the second part', [0, partBytes, 'invalid-parameter'], told(second));
  const altered = Buffer.from(archive);
  altered[partBytes + 5] = altered[partBytes + 5]! ^ 1;
  const wrong = await send((from) => altered.subarray(from));
  t.notes.same(php, 'other bytes', [partBytes, 'conflict'], told(wrong));
  t.notes.same(php, 'all of it is thrown away', 0, wrong.lines.at(-1)?.received);
  const whole = await send((from) => archive.subarray(from));
  t.notes.same(php, 'the right ones', [0, partBytes, archive.length], told(whole));
  t.notes.same(php, 'once more', [archive.length], told(await send(() => Buffer.alloc(0))));
  t.notes.same('get_job', 'the upload', 'done', (await t.target.call('get_job', { key })).state);
}

const codeBaseOf = (t: Trial) => t.any.codeBase!;
const codeOf = (line: Record<string, unknown> | undefined): string | undefined =>
  (line?.error as { errorcode?: string } | undefined)?.errorcode;
