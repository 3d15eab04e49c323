import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Profile, type Result, type Task, transfer } from '@jouvence/protocol';
import { altered } from '../../packages/site-engine/courses/testing-archives.ts';
import type { Caller } from './caller.ts';
import { type Got, send } from './http.ts';
import { type Notes, Stopped } from './notes.ts';

export interface TrialOptions {
  /** A course to back up; without one, one of ours is put on the site, which needs source and target to be one site. */
  course?: number | undefined;
  /** Username of somebody who may be enrolled; without one, the account of the source's service is. */
  person?: string | undefined;
  /** A course in which that person holds a role only by a category above it. */
  inherited?: number | undefined;
  /** How long a task may take before it is given up. */
  patienceMs: number;
  /** Of a pairing code. */
  pairing?: { secret: string } | undefined;
  /** Takes the new token of a profile before the old one ends. */
  keepToken(profile: Profile, token: string): Promise<void>;
}

/**
 * What a name may hold: signs of markup and of SQL, letters of other scripts and beyond the first plane. No whole tag:
 * with one in its name no Moodle restores a course (`restore_course_generic_text_setting` throws `setting_invalid_text`).
 */
export const hostileName = `Statistics: a < b && c > d, O'Brien "é" 🎓 محمد ${'$'}{x} %41`;

/** What any text may hold. */
export const hostile = `<script>alert("1")</script> O'Brien & é 🎓 محمد ${'$'}{x} %41`;

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A run over one site, or a source and a target: what cases share, and what has to go again at the end. */
export class Trial {
  readonly notes: Notes;
  readonly options: TrialOptions;
  readonly callers: Partial<Record<Profile, Caller>>;
  /** Source and target are one site: people are the same there, and courses come back. */
  readonly sameSite: boolean;
  readonly #name = `conformance-${randomBytes(5).toString('hex')}`;
  readonly #cleanup: (() => Promise<void>)[] = [];
  readonly #shared = new Map<string, Promise<unknown>>();
  #counter = 0;

  constructor(
    notes: Notes,
    options: TrialOptions,
    given: { callers: Partial<Record<Profile, Caller>>; sameSite: boolean },
  ) {
    this.notes = notes;
    this.options = options;
    this.callers = given.callers;
    this.sameSite = given.sameSite;
  }

  get source(): Caller {
    return this.callers.source!;
  }

  get target(): Caller {
    return this.callers.target!;
  }

  get fleet(): Caller {
    return this.callers.fleet!;
  }

  /** Some caller, for what every profile may. */
  get any(): Caller {
    return (this.callers.source ?? this.callers.target ?? this.callers.fleet)!;
  }

  /** A key that was never used; whatever is made under it goes at the end. */
  key(by: Caller, what: string): string {
    this.#counter += 1;
    const key = `${this.#name}.${what}.${this.#counter}`;
    const profile = Object.entries(this.callers).find(([, caller]) => caller === by)![0] as Profile;
    // By the token that opens the site then.
    this.#cleanup.push(async () => void (await this.callers[profile]!.call('discard_job', { key })));
    return key;
  }

  /** Done once, whichever case asks first. */
  share<T>(name: string, make: () => Promise<T>): Promise<T> {
    let made = this.#shared.get(name);
    if (!made) {
      made = make();
      this.#shared.set(name, made);
    }
    return made as Promise<T>;
  }

  /** Last made, first gone. */
  async clean(): Promise<void> {
    for (const undo of this.#cleanup.toReversed())
      await undo().catch((error: unknown) => {
        if (!(error instanceof Stopped))
          this.notes.differ({ function: 'cleaning up', asked: '', expected: 'no error', found: String(error) });
      });
  }

  /** Until it has ended; progress never goes back, nor does the state. */
  async follow(by: Caller, key: string): Promise<Task> {
    const { notes } = this;
    const order = ['waiting', 'running', 'done'];
    const until = Date.now() + this.options.patienceMs;
    let before: Task | undefined;
    for (;;) {
      const task = await by.call('get_job', { key });
      // Of what failed or was discarded nobody looks at the progress any more.
      if (before && order.includes(task.state) && task.progress < before.progress)
        notes.differ({
          function: 'get_job',
          asked: key,
          expected: `progress from ${before.progress} on`,
          found: String(task.progress),
        });
      if (before && order.indexOf(task.state) >= 0 && order.indexOf(task.state) < order.indexOf(before.state))
        notes.differ({
          function: 'get_job',
          asked: key,
          expected: `no way back from ${before.state}`,
          found: task.state,
        });
      if (task.state !== 'waiting' && task.state !== 'running') return task;
      before = task;
      if (Date.now() > until)
        notes.stop({
          function: 'get_job',
          asked: key,
          expected: `an end within ${this.options.patienceMs / 1000} s (does the site’s cron run?)`,
          found: `${task.state} at ${task.progress}, ${task.step}`,
        });
      await sleep(250);
    }
  }

  /** A task that must be done, with its end checked. */
  async finish(by: Caller, key: string): Promise<Task> {
    const task = await this.follow(by, key);
    if (task.state !== 'done')
      this.notes.stop({
        function: 'get_job',
        asked: key,
        expected: 'done',
        found: `${task.state}: ${task.error?.code} ${task.error?.message}`,
      });
    this.notes.same('get_job', `${key}: progress at the end`, 1, task.progress);
    this.notes.same('get_job', `${key}: error at the end`, null, task.error);
    return task;
  }

  /** The raw call of `archive.php` or `upload.php`. */
  transfer(by: Caller, path: string, grant: string | undefined, more: TransferCall = {}): Promise<Got> {
    return send(by.url, {
      method: more.method ?? 'GET',
      path: path + (more.query ? `?${more.query}` : ''),
      headers: { ...(grant !== undefined && { [transfer.grantHeader]: grant }), ...more.headers },
      ...(more.body !== undefined && { body: more.body }),
    });
  }

  /** An archive brought to the target, in one part. */
  async upload(archive: Uint8Array, key = this.key(this.target, 'upload')): Promise<string> {
    const digest = sha256(archive);
    const { grant } = await this.target.call('grant_upload', {
      key,
      filename: `${hostile.slice(0, 40)}.mbz`,
      sizebytes: archive.length,
      sha256: digest,
    });
    const got = await this.target.put(grant, archive);
    if (got.status !== 200)
      this.notes.stop({
        function: 'upload.php',
        asked: `all ${archive.length} bytes`,
        expected: 'HTTP 200',
        found: `HTTP ${got.status} ${got.text.slice(0, 200)}`,
      });
    return key;
  }

  /** Restored on the target from an archive; the course goes at the end. */
  async restore(archive: Uint8Array, more: Partial<RestoreParams> = {}): Promise<Task> {
    const uploadkey = await this.upload(archive);
    const key = this.key(this.target, 'restore');
    await this.target.call('start_restore', {
      key,
      uploadkey,
      categoryid: await this.categoryId(),
      people: false,
      enrolments: 'withusers',
      sha256: sha256(archive),
      ...more,
    });
    return this.finish(this.target, key);
  }

  categoryId(): Promise<number> {
    return this.share('category', async () => {
      const site = await this.target.call('get_site', {});
      return site.defaultcategoryid ?? (await this.target.call('list_categories', {})).categories[0]!.id;
    });
  }

  /** The course that is asked about, and carried: the one named, or one of ours with a hostile name. */
  course(): Promise<Result<'get_course'>> {
    return this.share('course', async () => {
      const id = this.options.course ?? (await this.restore(await seed())).courseid!;
      return this.callers.source ? this.source.call('get_course', { courseid: id }) : this.#fromTarget(id);
    });
  }

  #fromTarget(id: number): Promise<Result<'get_course'>> {
    return this.target.call('get_course', { courseid: id });
  }

  /** Who is enrolled, looked for and matched. */
  person(): Promise<Result<'find_people'>['people'][number]> {
    return this.share('person', async () => {
      const by = this.any;
      const username = this.options.person ?? (await by.call('get_connection', {})).username;
      const { people } = await by.call('find_people', { field: 'username', value: username });
      if (people.length !== 1)
        this.notes.stop({
          function: 'find_people',
          asked: `username ${username}`,
          expected: 'one account',
          found: JSON.stringify(people),
        });
      return people[0]!;
    });
  }

  /** A finished backup of the course, and its bytes. */
  backup(people: boolean): Promise<{ key: string; task: Task; bytes: Buffer; grant: string }> {
    return this.share(`backup ${people}`, async () => {
      const key = this.key(this.source, people ? 'backup-people' : 'backup');
      const { id } = await this.course();
      await this.source.call('start_backup', { key, courseid: id, people });
      const task = await this.finish(this.source, key);
      const { grant } = await this.source.call('grant_download', { key });
      const { bytes } = await this.source.fetch(grant);
      return { key, task, bytes, grant };
    });
  }
}

export interface TransferCall {
  method?: string;
  query?: string;
  headers?: Record<string, string>;
  body?: Uint8Array;
}

interface RestoreParams {
  categoryid: number;
  people: boolean;
  enrolments: 'never' | 'withusers' | 'always';
  idnumber: string;
}

/** A small course that Moodle 4.1 made, without people, under a name that hurts. */
function seed(): Promise<Buffer> {
  const name = hostileName.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const rename = (text: string) => text.replaceAll('Statistics for economists</', `${name}</`);
  return altered('mat202-moodle41-users0', { 'course/course.xml': rename, 'moodle_backup.xml': rename });
}
