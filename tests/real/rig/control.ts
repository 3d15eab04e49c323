import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, writeFileSync } from 'node:fs';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { Request, SourceCourses } from '@jouvence/contract';
import type { Difference } from '@jouvence/mbz';
import { socketPath } from '../../../src/store/index.ts';
import { type Finished, jouvence, makeDataDir, type Serving, serveOn } from '../../cli/product.ts';
import type { Account } from './processes.ts';
import { RigError } from './programs.ts';
import type { MoodleSite } from './site.ts';

export interface SendOptions {
  source: string;
  courseid: number;
  target: string;
  person?: string;
  people?: boolean;
  enrolments?: 'never' | 'withusers' | 'always';
  category?: string;
  more?: string[];
}

/** A request that was refused or failed gives the exit code of its error. */
const anyCode = Array.from({ length: 20 }, (_, code) => code);

/** Jouvence itself, as somebody has it who cloned the repository: a server on an empty data directory, its command line. */
export class Control implements AsyncDisposable {
  readonly dataDir: string;
  readonly #directory: Disposable;
  #serving: Serving;
  readonly #as: Account;

  private constructor(dataDir: string, directory: Disposable, serving: Serving, as: Account) {
    this.dataDir = dataDir;
    this.#directory = directory;
    this.#serving = serving;
    this.#as = as;
  }

  /**
   * `prepare` is given the data directory before the server starts, for a configuration file; `as` is the account of the
   * server and of the commands.
   */
  static async start(args: string[] = [], prepare?: (dataDir: string) => void, as?: Account): Promise<Control> {
    const directory = makeDataDir();
    prepare?.(String(directory));
    if (as) chownSync(String(directory), as.uid, as.gid);
    return new Control(String(directory), directory, await serveOn(String(directory), args, {}, as), as);
  }

  get url(): string {
    return this.#serving.url;
  }

  run(args: string[]): Promise<Finished> {
    return jouvence([...args, '--data', this.dataDir], {}, this.#as);
  }

  /** A verb's JSON document. @throws RigError with what the command said, unless it ended with one of `codes` */
  async json<T>(args: string[], codes: number[] = [0]): Promise<T> {
    const { code, stdout, stderr } = await this.run([...args, '--json']);
    if (code !== null && codes.includes(code)) return JSON.parse(stdout) as T;
    throw new RigError(`jouvence ${args.join(' ')} ended with ${code}: ${stderr || stdout}`);
  }

  /** As two administrators do it: one prints a pairing code on the site, the other gives it to Jouvence. */
  async addSite(site: MoodleSite, profile: 'source' | 'target' | 'fleet', setup: string[] = []): Promise<void> {
    const said = await site.php([site.setUpScript, `--profile=${profile}`, ...setup]);
    const code = /https?:\/\/\S+#\S+/.exec(said)?.[0];
    if (!code) throw new RigError(`${site.name}: setup.php printed no pairing code: ${said}`);
    await this.json(['sites', 'add', site.name, '--code-file', this.#secretFile(code)]);
  }

  /** By the directory of its code: nothing is done on the site by hand, and it needs no web server. */
  async addCodeBase(site: MoodleSite, profile: 'source' | 'target' | 'fleet', more: string[] = []): Promise<void> {
    const args = ['sites', 'add', site.name, '--codebase', site.place.tree, '--profile', profile];
    const people = profile === 'target' ? ['--create-people'] : [];
    await this.json([...args, ...people, ...more]);
  }

  /** A token made by hand, as for an embedded site. With its address the site is added, without it is known already. */
  async giveToken(site: string, url: string | undefined, profile: 'source' | 'target', token: string): Promise<void> {
    const file = this.#secretFile(token);
    const verb = url === undefined ? ['set-token', site] : ['add', site, url];
    await this.json(['sites', ...verb, '--profile', profile, '--token-file', file]);
  }

  /** A site with only Strasbourg's block, by the token of its account. */
  async giveBlockToken(site: string, url: string, token: string): Promise<void> {
    await this.json(['sites', 'add', site, url, '--strasbourg', '--token-file', this.#secretFile(token)]);
  }

  #secretFile(secret: string): string {
    const file = join(this.dataDir, `secret-${randomBytes(4).toString('hex')}`);
    writeFileSync(file, `${secret}\n`, { mode: 0o600 });
    if (this.#as) chownSync(file, this.#as.uid, this.#as.gid);
    return file;
  }

  async addPair(source: string, target: string, more: string[] = []): Promise<void> {
    await this.json(['pairs', 'add', source, target, ...more]);
    // Tests and benchmarks carry one course as often as they like.
    await this.json(['settings', 'set', 'requests.oneInstance', 'false']);
  }

  /** Sends a course and waits for its end, whatever it is: done, refused or failed. */
  async send(options: SendOptions): Promise<Request> {
    return this.ended((await this.ask(options)).id);
  }

  async ended(id: string): Promise<Request> {
    const { requests } = await this.json<{ requests: Request[] }>(['requests', 'watch', id], anyCode);
    return requests[0]!;
  }

  /** Sends a course and does not wait. */
  async ask({ source, courseid, target, person = 'prof.martin', ...options }: SendOptions): Promise<Request> {
    const { people, enrolments, category, more = [] } = options;
    const { requests } = await this.json<{ requests: Request[] }>([
      'requests',
      'send',
      `${source}:${courseid}`,
      ...['--target', target, '--person', person],
      ...(people ? ['--people'] : []),
      ...(enrolments ? ['--enrolments', enrolments] : []),
      ...(category ? ['--category', category] : []),
      ...more,
    ]);
    return requests[0]!;
  }

  /** Sends courses of one source, at once, and waits for the end of all. */
  async sendAll(all: SendOptions[]): Promise<Request[]> {
    const [{ target, person = 'prof.martin' }] = all as [SendOptions];
    const courses = all.map(({ source, courseid }) => `${source}:${courseid}`);
    const args = ['requests', 'send', ...courses, '--target', target, '--person', person, '--wait'];
    return (await this.json<{ requests: Request[] }>(args, anyCode)).requests;
  }

  /** Short names of somebody's courses on all sources of a target. */
  async coursesOf(target: string, person: string): Promise<string[]> {
    const args = ['courses', 'list', '--target', target, '--person', person, '--refresh'];
    const { sources } = await this.json<{ sources: SourceCourses[] }>(args, anyCode);
    return sources.flatMap(({ courses }) => courses.map(({ shortname }) => shortname)).sort();
  }

  async show(id: string): Promise<Request> {
    return await this.json<Request>(['requests', 'show', id]);
  }

  /** As `show`, without a process of its own: for whoever waits for what lasts only a moment. */
  async look(id: string): Promise<Request> {
    const call = httpGet({
      socketPath: socketPath(this.dataDir, 'api.sock'),
      path: `/api/v1/requests/${id}`,
      agent: false,
    });
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    return (await json(response)) as Request;
  }

  async diff(before: string, after: string): Promise<Difference[]> {
    const { code, stdout, stderr } = await jouvence(['mbz', 'diff', before, after, '--json']);
    if (code !== 0 && code !== 1) throw new RigError(`jouvence mbz diff ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as Difference[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#serving[Symbol.asyncDispose]();
    this.#directory[Symbol.dispose]();
  }
}
