import { randomBytes } from 'node:crypto';
import type { Result, Task } from '@jouvence/protocol';
import type { Case } from '../case.ts';
import { sha256, type Trial } from '../trial.ts';
import { inOrder } from './backups.ts';

const modes = ['never', 'withusers', 'always'] as const;

/** Long work that puts a course into a site, and takes it back. */
export const restores: Case[] = [
  ...modes.map((enrolments) => ({
    name: `a restore without people, enrolments ${enrolments}`,
    needs: ['source', 'target', 'course'] as const,
    async run(t: Trial) {
      const task = await t.restore((await t.backup(false)).bytes, { enrolments });
      await checkCourse(t, task, { people: 0 });
      await takeBack(t, task);
    },
  })),
  ...modes.map((enrolments) => ({
    name: `a restore with people, enrolments ${enrolments}`,
    needs: ['source', 'target', 'course', 'same-site'] as const,
    async run(t: Trial) {
      const { bytes, person } = await t.share('peopled', () => makePeopled(t));
      const task = await t.restore(bytes, { people: true, enrolments });
      await checkCourse(t, task, { people: 1 });
      const listed = await t.source.call('list_courses', { userid: person, roles: ['editingteacher', 'student'] });
      const found = listed.courses.find(({ id }) => id === task.courseid);
      t.notes.same(
        'list_courses',
        `${enrolments}: the person’s roles in the new course`,
        ['editingteacher'],
        found?.roles,
      );
      await takeBack(t, task);
    },
  })),
  {
    name: 'a restore whose people are not asked for brings none',
    needs: ['source', 'target', 'course', 'same-site'],
    async run(t) {
      const { bytes } = await t.share('peopled', () => makePeopled(t));
      const task = await t.restore(bytes, { people: false, enrolments: 'always' });
      await checkCourse(t, task, { people: 0 });
      await takeBack(t, task);
    },
  },
  {
    name: 'an idnumber is given when it is free, and told when it is not',
    needs: ['source', 'target', 'course'],
    run: idnumbers,
  },
  {
    name: 'a key is one restore',
    needs: ['source', 'target', 'course'],
    async run(t) {
      const { bytes } = await t.backup(false);
      const uploadkey = await t.upload(bytes);
      const key = t.key(t.target, 'twice');
      const params = {
        key,
        uploadkey,
        categoryid: await t.categoryId(),
        people: false,
        enrolments: 'never' as const,
        sha256: sha256(bytes),
      };
      const [first, second] = await Promise.all([
        t.target.call('start_restore', params),
        t.target.call('start_restore', params),
      ]);
      t.notes.same('start_restore', 'twice at once', ['restore', 'restore'], [first.kind, second.kind]);
      const task = await t.finish(t.target, key);
      const again = await t.target.call('start_restore', params);
      t.notes.same(
        'start_restore',
        'again when it is done',
        [task.state, task.courseid],
        [again.state, again.courseid],
      );
      await t.target.refused('start_restore', { ...params, enrolments: 'always' }, 'conflict');
      await t.target.refused('start_restore', { ...params, idnumber: 'other' }, 'conflict');
      await takeBack(t, task);
      const after = await t.target.call('start_restore', params);
      t.notes.same('start_restore', 'the key of a discarded restore', 'discarded', after.state);
    },
  },
  {
    name: 'what is no archive fails, is told, and leaves nothing',
    needs: ['target'],
    async run(t) {
      for (const [what, bytes] of [
        ['noise', randomBytes(20_000)],
        ['the beginning of a gzip', Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), randomBytes(5000)])],
      ] as const) {
        const uploadkey = await t.upload(bytes);
        const key = t.key(t.target, 'broken');
        const before = (await t.target.call('get_site', {})).counts.courses;
        await t.target.call('start_restore', {
          key,
          uploadkey,
          categoryid: await t.categoryId(),
          people: false,
          enrolments: 'never',
          sha256: sha256(bytes),
        });
        const task = await t.follow(t.target, key);
        t.notes.same('get_job', `${what}: end`, 'failed', task.state);
        t.notes.check(
          'get_job',
          `${what}: invalid-parameter or site-error, with a sentence`,
          ['invalid-parameter', 'site-error'].includes(task.error?.code ?? '') &&
            (task.error?.message.length ?? 0) > 10,
          task.error,
        );
        t.notes.same('get_job', `${what}: course`, null, task.courseid);
        t.notes.same(
          'get_site',
          `${what}: courses afterwards`,
          before,
          (await t.target.call('get_site', {})).counts.courses,
        );
        const gone = inOrder(await t.target.call('discard_job', { key }));
        t.notes.same(
          'discard_job',
          `${what}: a failed restore`,
          ['failed', null],
          [gone.before, gone.removed.courseid],
        );
      }
    },
  },
  {
    name: 'a restore is discarded before it has ended, and leaves no course',
    needs: ['source', 'target', 'course'],
    async run(t) {
      const { bytes } = await t.backup(false);
      const uploadkey = await t.upload(bytes);
      const key = t.key(t.target, 'early');
      const idnumber = `${key}`.slice(-60);
      await t.target.call('start_restore', {
        key,
        uploadkey,
        categoryid: await t.categoryId(),
        people: false,
        enrolments: 'never',
        sha256: sha256(bytes),
        idnumber,
      });
      const gone = await t.target.call('discard_job', { key });
      t.notes.check(
        'discard_job',
        'before: waiting, running or done',
        ['waiting', 'running', 'done'].includes(gone.before),
        gone,
      );
      t.notes.same('get_job', 'after it was discarded', 'discarded', (await t.target.call('get_job', { key })).state);
      const left = await t.target.call('find_courses', { field: 'idnumber', value: idnumber });
      t.notes.same(
        'find_courses',
        'courses of a discarded restore',
        [],
        left.courses.map(({ id }) => id),
      );
    },
  },
];

/** A backup with one person in it, who is on the site: the course's own people are nobody's to copy for a test. */
async function makePeopled(t: Trial): Promise<{ bytes: Buffer; person: number }> {
  const { courseid } = await t.restore((await t.backup(false)).bytes);
  const { id: person } = await t.person();
  await t.target.call('enrol_person', { courseid: courseid!, userid: person, role: 'editingteacher' });
  const key = t.key(t.source, 'peopled');
  await t.source.call('start_backup', { key, courseid: courseid!, people: true });
  await t.finish(t.source, key);
  const { grant } = await t.source.call('grant_download', { key });
  const { bytes } = await t.source.fetch(grant);
  return { bytes, person };
}

/** The course of a finished restore against the one that it came from. */
async function checkCourse(t: Trial, task: Task, expected: { people: number }): Promise<void> {
  t.notes.same('get_job', 'kind', 'restore', task.kind);
  if (task.courseid === null)
    return t.notes.stop({ function: 'get_job', asked: task.key, expected: 'a course', found: 'null' });
  const [from, to] = [await t.course(), await t.target.call('get_course', { courseid: task.courseid })];
  t.notes.same('get_course', 'sections and activities of the new course', shape(from), shape(to));
  t.notes.same('get_course', 'people of the new course', expected.people, to.people);
  t.notes.same('get_course', 'category of the new course', await t.categoryId(), to.category.id);
  t.notes.same('get_course', 'dates and format', [from.startdate, from.format], [to.startdate, to.format]);
  t.notes.check(
    'get_course',
    'the same name, or a copy of it',
    to.fullname.startsWith(from.fullname.slice(0, 200)),
    to.fullname,
  );
  if (t.sameSite) {
    t.notes.check('get_course', 'a short name of its own', to.shortname !== from.shortname, to.shortname);
    t.notes.check(
      'get_job',
      'the change of name is told (name-changed)',
      task.warnings.some(({ code }) => code === 'name-changed'),
      task.warnings.map(({ code }) => code),
    );
  }
  t.notes.same('get_course', 'files of the new course', from.files, to.files);
}

const shape = (course: Result<'get_course'>) =>
  course.sections.map(({ number, name, visible, activities }) => [
    number,
    name,
    visible,
    activities.map((activity) => [activity.module, activity.name, activity.visible]),
  ]);

async function takeBack(t: Trial, task: Task): Promise<void> {
  const { key, courseid } = task;
  const gone = inOrder(await t.target.call('discard_job', { key }));
  t.notes.same(
    'discard_job',
    'a finished restore: before and course',
    ['done', courseid],
    [gone.before, gone.removed.courseid],
  );
  await t.target.refused('get_course', { courseid }, 'not-found');
  const again = inOrder(await t.target.call('discard_job', { key }));
  t.notes.same('discard_job', 'again', { before: 'discarded', removed: { archive: false, courseid: null } }, again);
}

async function idnumbers(t: Trial): Promise<void> {
  const { bytes } = await t.backup(false);
  const idnumber = `conformance é ${randomBytes(6).toString('hex')}`;
  const first = await t.restore(bytes, { idnumber });
  const has = async (task: Task) => (await t.target.call('get_course', { courseid: task.courseid! })).idnumber;
  t.notes.same('start_restore', 'an idnumber that is free', idnumber, await has(first));
  const found = await t.target.call('find_courses', { field: 'idnumber', value: idnumber });
  t.notes.same(
    'find_courses',
    'by that idnumber',
    [first.courseid],
    found.courses.map(({ id }) => id),
  );
  const second = await t.restore(bytes, { idnumber });
  t.notes.same('start_restore', 'an idnumber that is taken', '', await has(second));
  const told = second.warnings.find(({ code }) => code === 'idnumber-taken');
  t.notes.same('get_job', 'the warning idnumber-taken', ['warning', idnumber], [told?.severity, told?.what]);
  await takeBack(t, second);
  await takeBack(t, first);
}
