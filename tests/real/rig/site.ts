import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DatabaseKind, type DatabaseServer, ownDirectory } from './databases.ts';
import {
  accountOf,
  daemonPid,
  execute,
  type Output,
  processesIn,
  type RunOptions,
  run,
  startDaemon,
  stopDaemon,
  waitFor,
} from './processes.ts';
import { type Programs, RigError, type Tree } from './programs.ts';
import { freePort, startWeb, stopWeb, usualLimits, type WebLimits } from './web.ts';

const repository = join(import.meta.dirname, '../../..');

/** Moodle's settings that a test machine needs: no mail goes out, and a site may call this machine. */
const usualSettings = {
  noemailever: true,
  noreplyaddress: 'noreply@example.org',
  curlsecurityblockedhosts: '',
  curlsecurityallowedport: '',
  // Everything but deprecations: 4.1 does not know PHP 8.2.
  debug: 6143,
  debugdisplay: 0,
};

export const adminPassword = 'Admin-123';

export interface SiteOptions {
  name: string;
  tree: Tree;
  database: DatabaseKind;
  limits?: Partial<WebLimits>;
  /** Seconds between two runs of cron; 0: none. */
  cronSeconds?: number;
}

/** Where a site's parts are; everything below one directory but its database. */
export interface Place {
  home: string;
  tree: string;
  data: string;
  web: string;
  settings: string;
  seed: string;
}

export const placeOf = (rigHome: string, name: string): Place => {
  const home = join(rigHome, 'sites', name);
  const inside = (what: string) => join(home, what);
  return {
    home,
    tree: inside('tree'),
    data: inside('data'),
    web: inside('web'),
    settings: inside('settings.json'),
    seed: inside('seed'),
  };
};

/** A real Moodle of the rig: installed from a tree, with the agent in it, served, its cron running. */
export class MoodleSite implements AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly release: string;
  readonly database: DatabaseKind;
  readonly place: Place;
  readonly #port: number;
  readonly #programs: Programs;
  readonly #server: DatabaseServer;
  readonly #as = accountOf('www-data');
  #limits: WebLimits;
  #cronSeconds: number;

  constructor(options: SiteOptions, place: Place, port: number, programs: Programs, server: DatabaseServer) {
    this.name = options.name;
    this.release = options.tree.release;
    this.database = options.database;
    this.place = place;
    this.url = `http://127.0.0.1:${port}`;
    this.#port = port;
    this.#programs = programs;
    this.#server = server;
    this.#limits = { ...usualLimits, ...options.limits };
    this.#cronSeconds = options.cronSeconds ?? 5;
  }

  /** Since 5.1 what the web server shows is below `public/`. */
  get root(): string {
    const inner = join(this.place.tree, 'public');
    return existsSync(join(inner, 'version.php')) ? inner : this.place.tree;
  }

  get setUpScript(): string {
    return join(this.root, 'local/jouvence/cli/setup.php');
  }

  async start(): Promise<void> {
    await this.#startWeb();
    if (this.#cronSeconds > 0) await this.startCron();
  }

  async stop(): Promise<void> {
    await this.stopCron();
    await stopWeb(this.place.web);
  }

  /** Other limits of the web server and of PHP, at once. */
  async setLimits(limits: Partial<WebLimits>): Promise<void> {
    this.#limits = { ...usualLimits, ...limits };
    await stopWeb(this.place.web);
    await this.#startWeb();
  }

  #startWeb(): Promise<void> {
    const { place } = this;
    const options = { programs: this.#programs, place: place.web, root: this.root, port: this.#port };
    return startWeb({ ...options, as: this.#as, limits: this.#limits });
  }

  /**
   * Runs cron every so often, each run in a process of its own. In two rows: where it is started by a crontab each
   * minute, whatever the run before is still at, Moodle does several tasks at the same time too. `stays`: as Moodle comes,
   * each looks for tasks for three minutes, every second; else it ends with those that it found.
   */
  async startCron({ stays = false } = {}): Promise<void> {
    const seconds = this.#cronSeconds || 1;
    const cron = `row() { while :; do ${this.cronCommand({ stays })}; sleep ${seconds}; done; }; row & sleep ${seconds / 2}; row`;
    await startDaemon({
      pidFile: join(this.place.home, 'cron.pid'),
      log: join(this.place.home, 'cron.log'),
      command: '/bin/sh',
      args: ['-c', cron],
      as: this.#as,
      cwd: this.place.tree,
    });
  }

  async stopCron(): Promise<void> {
    await stopDaemon(join(this.place.home, 'cron.pid'));
  }

  get isCronRunning(): boolean {
    return daemonPid(join(this.place.home, 'cron.pid')) !== undefined;
  }

  /** 4.1 has no keep-alive and stops on options that it does not know. */
  cronCommand({ stays = false } = {}): string {
    const keepAlive = stays || this.release === '4.1' || this.release === '3.9' ? '' : ' --keep-alive=0';
    return `'${this.#programs.php}' -d memory_limit=${this.#limits.memory} admin/cli/cron.php${keepAlive}`;
  }

  /** The PHP of cron and of the command line that is running now. */
  get phpProcesses(): number[] {
    return processesIn(this.place.tree, 'php');
  }

  /** As a machine that runs out of memory would: no last word. Returns how many it were. */
  killPhp(): number {
    const pids = this.phpProcesses;
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    return pids.length;
  }

  /**
   * What lies in the directories where backups, restores and uploads are made; but for what Moodle itself logs of a run,
   * and where it looks into a finished archive: both it removes after a week.
   */
  leftFiles(): string[] {
    return ['temp/backup', 'temp/local_jouvence'].flatMap((directory) => {
      const path = join(this.place.data, directory);
      if (!existsSync(path)) return [];
      return readdirSync(path, { withFileTypes: true })
        .filter(({ name }) => name !== 'index.html' && !name.endsWith('.log') && !/^info_from_mbz_/.test(name))
        .map(({ name }) => `${this.name} ${name}`);
    });
  }

  /** Runs a script of the tree, or one given by its whole path, as the account of the site. */
  php(args: readonly string[], options: RunOptions = {}): Promise<string> {
    return execute(this.#programs.php, ['-d', 'max_input_vars=5000', ...args], this.#phpOptions(options));
  }

  tryPhp(args: readonly string[], options: RunOptions = {}): Promise<Output> {
    return run(this.#programs.php, ['-d', 'max_input_vars=5000', ...args], this.#phpOptions(options));
  }

  #phpOptions(options: RunOptions): RunOptions {
    const env = { MOODLE_CONFIG: join(this.place.tree, 'config.php'), ...options.env };
    return { as: this.#as, cwd: this.place.tree, ...options, env };
  }

  /** Runs `tests/real/seed/NAME.php` with one JSON document as its input; it answers with one. */
  async seed<T>(name: string, input: unknown = {}): Promise<T> {
    cpSync(join(import.meta.dirname, '../seed'), this.place.seed, { recursive: true });
    const said = await this.php(['-d', 'memory_limit=1G', join(this.place.seed, `${name}.php`)], {
      input: JSON.stringify(input),
    });
    const line = said.trim().split('\n').at(-1) ?? '';
    try {
      return JSON.parse(line) as T;
    } catch {
      throw new RigError(`${this.name}: seed ${name} ended without an answer: ${said.slice(-2000)}`);
    }
  }

  /** Settings of `config.php`: what an administrator can fix there and nobody can change. */
  configure(settings: Record<string, unknown>): void {
    const before = existsSync(this.place.settings)
      ? (JSON.parse(readFileSync(this.place.settings, 'utf8')) as Record<string, unknown>)
      : usualSettings;
    writeFileSync(this.place.settings, JSON.stringify({ ...before, ...settings }));
  }

  async setConfig(name: string, value: string, component?: string): Promise<void> {
    const where = component === undefined ? [] : [`--component=${component}`];
    await this.php(['admin/cli/cfg.php', ...where, `--name=${name}`, `--set=${value}`]);
  }

  query(sql: string): Promise<string[]> {
    return this.#server.query(this.name, sql);
  }

  upgrade(): Promise<string> {
    return this.php(['admin/cli/upgrade.php', '--non-interactive', '--allow-unstable']);
  }

  /** Takes a plugin out: its data, and its files from this site's own copy of the tree. */
  async removePlugin(component: string, directory: string): Promise<void> {
    await this.php(['admin/cli/uninstall_plugins.php', `--plugins=${component}`, '--run']);
    rmSync(join(this.root, directory), { recursive: true });
    // Else Moodle waits for an upgrade, and its cron with it.
    await this.upgrade();
  }

  /** Moodle's own backup of a course. Returns the file. */
  async backup(courseid: number): Promise<string> {
    const directory = ownDirectory(join(this.place.home, 'backups', randomBytes(4).toString('hex')), this.#as);
    const said = await this.php(['admin/cli/backup.php', `--courseid=${courseid}`, `--destination=${directory}`]);
    const name = /Writing (\S+\.mbz)/.exec(said)?.[1];
    const path = name && (name.startsWith('/') ? name : join(directory, name));
    if (!path || !existsSync(path)) throw new RigError(`${this.name}: Moodle's backup said: ${said.slice(-1000)}`);
    return path;
  }

  /** The site's copy of the agent is brought up to the repository's. */
  async installAgent(): Promise<void> {
    for (const [from, to] of [
      ['moodle/local_jouvence', 'local/jouvence'],
      ['moodle/block_jouvence', 'blocks/jouvence'],
    ] as const) {
      if (!existsSync(join(repository, from, 'version.php'))) continue;
      rmSync(join(this.root, to), { recursive: true, force: true });
      cpSync(join(repository, from), join(this.root, to), { recursive: true });
      await execute('chmod', ['-R', 'a+rX', join(this.root, to)]);
    }
    await this.upgrade();
  }

  async remove(): Promise<void> {
    await this.stop();
    await this.#server.drop(this.name);
    rmSync(this.place.home, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.remove();
  }
}

/** Installs a site, or copies one that was installed from the same tree before; not yet started. */
export async function installSite(
  options: SiteOptions,
  rigHome: string,
  programs: Programs,
  server: DatabaseServer,
): Promise<MoodleSite> {
  const { name, tree } = options;
  if (!/^[a-z][a-z0-9]{0,30}$/.test(name)) throw new RigError(`"${name}": a site's name is small letters and digits`);
  const place = placeOf(rigHome, name);
  if (existsSync(place.home)) throw new RigError(`there is a site ${name} in the rig already: take it down first`);
  mkdirSync(place.home, { recursive: true });
  const port = await freePort();
  writeFileSync(join(place.home, 'site.json'), JSON.stringify({ ...options, port }));
  const site = new MoodleSite(options, place, port, programs, server);
  await copyTree(tree.path, place.tree);
  site.configure({});
  writeFileSync(join(place.tree, 'config.php'), configPhp(site, server.config(name)));
  const template = join(rigHome, 'templates', `moodle_${tree.version.replace(/\D/g, '')}_${options.database}`);
  await fillFromTemplate(site, template, server);
  // A copy that kept it would be taken by Moodle for the very same site, and match people by their ids. Not by Moodle's
  // own set_config: what it keeps in `cache/bootstrap.php` and `localcache/bootstrap.php` would go on saying the old one.
  const identifier = `${randomBytes(16).toString('hex')}${name}`;
  await site.query(`update mdl_config set value = '${identifier}' where name = 'siteidentifier'`);
  for (const cache of ['cache', 'localcache', 'muc', 'temp', 'sessions'])
    rmSync(join(place.data, cache), { recursive: true, force: true });
  await site.installAgent();
  return site;
}

async function fillFromTemplate(site: MoodleSite, template: string, server: DatabaseServer): Promise<void> {
  const as = accountOf('www-data');
  const databaseTemplate = template.slice(template.lastIndexOf('/') + 1);
  const done = join(template, 'done');
  if (!existsSync(done) || !(await server.hasTemplate(databaseTemplate))) {
    ownDirectory(site.place.data, as);
    await server.create(site.name);
    const names = ['--fullname=Moodle', '--shortname=moodle', '--adminemail=admin@example.org'];
    const install = ['admin/cli/install_database.php', '--agree-license', `--adminpass=${adminPassword}`, ...names];
    await site.php(install);
    await site.php(['admin/cli/cfg.php', '--name=timezone', '--set=Europe/Paris']);
    rmSync(template, { recursive: true, force: true });
    mkdirSync(template, { recursive: true });
    await execute('cp', ['-a', site.place.data, join(template, 'data')]);
    await server.keep(site.name, databaseTemplate);
    writeFileSync(done, '');
    return;
  }
  await execute('cp', ['-a', join(template, 'data'), site.place.data]);
  await server.copy(databaseTemplate, site.name);
}

/** Hard links where the file system allows them: no copy of 400 MB a site. Nothing ever writes into a tree's files. */
async function copyTree(from: string, to: string): Promise<void> {
  const linked = await run('cp', ['-al', from, to]);
  if (linked.code === 0) return;
  rmSync(to, { recursive: true, force: true });
  await execute('cp', ['-a', '--reflink=auto', from, to]);
}

function configPhp({ url, place }: MoodleSite, database: string): string {
  const at = (path: string) => `'${path}'`;
  return `<?php
unset($CFG);
global $CFG;
$CFG = new stdClass();
${database}
$CFG->wwwroot = ${at(url)};
$CFG->dataroot = ${at(place.data)};
$CFG->admin = 'admin';
foreach (json_decode(file_get_contents(${at(place.settings)}), true) as $name => $value) {
    $CFG->$name = $value;
}
require_once(__DIR__ . '/lib/setup.php');
`;
}

/** Waits until no cron of the site is at work. */
export const cronRests = (site: MoodleSite): Promise<void> =>
  waitFor(`the end of cron on ${site.name}`, () => site.phpProcesses.length === 0);

export const sizeOf = (path: string): number => statSync(path).size;
