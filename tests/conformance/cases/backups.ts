import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from '@jouvence/mbz';
import type { Case } from '../case.ts';
import { sha256, type Trial } from '../trial.ts';

const nobody = 2_000_000_000;

/** Long work that takes a course out of a site. */
export const backups: Case[] = [
  {
    name: 'a backup without people, and what is in it',
    needs: ['source', 'course'],
    run: (t) => checkBackup(t, false),
  },
  {
    name: 'a backup with people, and what is in it',
    needs: ['source', 'course'],
    run: (t) => checkBackup(t, true),
  },
  {
    name: 'a key is one task: the same asked again, another refused, other people’s unknown',
    needs: ['source', 'course'],
    async run(t) {
      const { key, task } = await t.backup(false);
      const { id } = await t.course();
      const again = await t.source.call('start_backup', { key, courseid: id, people: false });
      t.notes.same('start_backup', 'the same key again', [task.state, task.archive], [again.state, again.archive]);
      await t.source.refused('start_backup', { key, courseid: id, people: true }, 'conflict');
      // On another site it is another key.
      if (!t.callers.target || !t.sameSite) return;
      await t.target.refused('get_job', { key }, 'not-found');
      const discarded = await t.target.call('discard_job', { key });
      t.notes.same('discard_job', 'another profile’s key', unknown, inOrder(discarded));
      await t.target.refused(
        'grant_upload',
        { key, filename: 'a.mbz', sizebytes: 1, sha256: 'a'.repeat(64) },
        'conflict',
      );
      t.notes.same('get_job', 'after all that', 'done', (await t.source.call('get_job', { key })).state);
    },
  },
  {
    name: 'a key whose task was refused is free',
    needs: ['source', 'course'],
    async run(t) {
      const key = t.key(t.source, 'refused');
      await t.source.refused('start_backup', { key, courseid: nobody, people: false }, 'not-found');
      await t.source.refused('get_job', { key }, 'not-found');
    },
  },
  {
    name: 'a backup is discarded before it ran, and its key is used up',
    needs: ['source', 'course'],
    async run(t) {
      const key = t.key(t.source, 'early');
      const { id } = await t.course();
      const started = await t.source.call('start_backup', { key, courseid: id, people: false });
      t.notes.check(
        'start_backup',
        'waiting or running',
        ['waiting', 'running'].includes(started.state),
        started.state,
      );
      t.notes.check('start_backup', 'no archive yet', started.archive === null, started.archive);
      t.notes.same('start_backup', 'courseid', id, started.courseid);
      const before = await t.source.call('get_job', { key });
      if (before.state === 'waiting' || before.state === 'running')
        await t.source.refused('grant_download', { key }, 'busy');
      const gone = await t.source.call('discard_job', { key });
      t.notes.check(
        'discard_job',
        'before: waiting, running or done',
        ['waiting', 'running', 'done'].includes(gone.before),
        gone,
      );
      // What ran already ends where it notices.
      t.notes.same('get_job', 'after it was discarded', 'discarded', (await t.follow(t.source, key)).state);
      const again = await t.source.call('start_backup', { key, courseid: id, people: false });
      t.notes.same('start_backup', 'the key of a discarded task', 'discarded', again.state);
      await t.source.refused('grant_download', { key }, 'not-found');
    },
  },
  {
    name: 'a finished backup is discarded once',
    needs: ['source', 'course'],
    async run(t) {
      const key = t.key(t.source, 'late');
      const { id } = await t.course();
      await t.source.call('start_backup', { key, courseid: id, people: false });
      await t.finish(t.source, key);
      const { grant } = await t.source.call('grant_download', { key });
      const first = await t.source.call('discard_job', { key });
      t.notes.same(
        'discard_job',
        'a finished backup',
        { before: 'done', removed: { archive: true, courseid: null } },
        inOrder(first),
      );
      const second = await t.source.call('discard_job', { key });
      t.notes.same(
        'discard_job',
        'again',
        { before: 'discarded', removed: { archive: false, courseid: null } },
        inOrder(second),
      );
      await t.source.refused('grant_download', { key }, 'not-found');
      const got = await t.source.fetch(grant);
      // A site may forget the grant together with its task, or remember that there was one.
      t.notes.check(
        'archive.php',
        'its grant opens nothing any more (404, or 403)',
        [403, 404].includes(got.status),
        got.status,
      );
      t.notes.check(
        'find_courses',
        'the course is still there',
        (await t.source.call('find_courses', { field: 'id', value: String(id) })).courses.length === 1,
      );
    },
  },
  {
    name: 'discarding what never was is no error',
    needs: [],
    async run(t) {
      for (const caller of [t.callers.source, t.callers.target])
        if (caller)
          t.notes.same(
            'discard_job',
            'an unknown key',
            unknown,
            inOrder(await caller.call('discard_job', { key: 'conformance-never-used.1' })),
          );
    },
  },
];

const unknown = { before: 'unknown', removed: { archive: false, courseid: null } };

/** Keys in one order, whatever the site's is. */
export const inOrder = (result: { before: string; removed: { archive: boolean; courseid: number | null } }) => ({
  before: result.before,
  removed: { archive: result.removed.archive, courseid: result.removed.courseid },
});

async function checkBackup(t: Trial, people: boolean): Promise<void> {
  const course = await t.course();
  const { key, task, bytes } = await t.backup(people);
  const { archive } = task;
  const check = (expectation: string, holds: boolean, found: unknown) =>
    t.notes.check('start_backup', expectation, holds, found);
  t.notes.same('get_job', `${key}: kind and course`, ['backup', course.id], [task.kind, task.courseid]);
  if (!archive) return t.notes.differ({ function: 'get_job', asked: key, expected: 'an archive', found: 'null' });
  t.notes.same('get_job', 'size of the archive', bytes.length, archive.sizebytes);
  t.notes.same('get_job', 'SHA-256 of the archive', sha256(bytes), archive.sha256);
  check('a file name that ends with .mbz', /^[^/\\]+\.mbz$/.test(archive.filename), archive.filename);

  const path = join(tmpdir(), `${key}.mbz`);
  await writeFile(path, bytes, { mode: 0o600 });
  try {
    const found = await inspect(path);
    t.notes.same('the archive', 'full name', course.fullname, found.fullname);
    t.notes.same('the archive', 'short name', course.shortname, found.shortname);
    t.notes.same('the archive', 'course id', course.id, found.courseId);
    // Of a course that nobody is in, a site may say either.
    if (!people || course.people > 0)
      t.notes.same('the archive', 'people are in it, say its settings', people, found.includesUsers);
    if (!people) t.notes.same('the archive', 'accounts in it', [], found.users);
    else
      t.notes.check(
        'the archive',
        `at least the ${course.people} enrolled`,
        found.users.length >= course.people,
        found.users.length,
      );
    const modules = course.sections.flatMap((section) => section.activities.map(({ module }) => module)).sort();
    t.notes.same('the archive', 'activities by module', modules, found.activities.map(({ module }) => module).sort());
  } finally {
    await rm(path, { force: true });
  }
}
