import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Actor } from '../accounts/index.ts';
import type { Modules } from '../compose.ts';
import { isAppError } from '../errors.ts';
import { type Campus, campuses, teachers } from './campuses.ts';
import type { Door } from './door.ts';

/** An account that a person may sign in with: on each campus, or here as an operator. */
export interface DemoAccount {
  username: string;
  password: string;
  operator?: true;
}

const operatorName = 'demo';

export const archivePath = (file: string): string => fileURLToPath(new URL(`../../demo/${file}`, import.meta.url));

const system: Actor = { kind: 'system' };
const accountsPath = (dataDir: string): string => join(dataDir, 'demo.json');

interface Loading {
  dataDir: string;
  port: number;
  door: Door;
  modules: Modules;
  /** Before each course, with how many are done and how many there are; at the end without a file. */
  onCourse?: (done: number, total: number, file: string) => void;
  /** Ends it between two courses; the next loading begins anew. */
  signal?: AbortSignal;
}

/**
 * Makes the demo's campuses, once: a site that is there already is left as it is, one that was left half-made by a
 * kill (its demo.json was never finished) is made anew. Passwords are made here, for this data directory only.
 */
export async function loadDemo(loading: Loading): Promise<DemoAccount[]> {
  const known = readDemoAccounts(loading.dataDir);
  if (known) return known;
  await removeDemo(loading);
  const accounts: DemoAccount[] = teachers.map(({ username }) => ({ username, password: newPassword() }));
  const total = campuses.reduce((sum, campus) => sum + campus.courses.length, 0);
  let done = 0;
  for (const campus of campuses) {
    await makeCampus(campus, loading, accounts);
    for (const { file, category } of campus.courses) {
      loading.signal?.throwIfAborted();
      loading.onCourse?.(done, total, file);
      await loading.door.load(campus.name, category, createReadStream(archivePath(file)));
      done++;
    }
    if (campus.roles.length > 0) await loading.door.call('assignRoles', { site: campus.name }, campus.roles);
    await register(campus, loading);
  }
  loading.onCourse?.(done, total, '');
  const target = campuses.find(({ profile }) => profile === 'target')!;
  for (const { name, profile } of campuses) {
    if (profile === 'source') await loading.modules.sites.pairs.add(system, { source: name, target: target.name });
  }
  accounts.push(await makeOperator(loading));
  // In one stroke: half a file would stop every later start.
  const aside = `${accountsPath(loading.dataDir)}.new`;
  writeFileSync(aside, JSON.stringify(accounts, null, 2), { mode: 0o600 });
  renameSync(aside, accountsPath(loading.dataDir));
  return accounts;
}

/** Null: there is no demo, or not all of it. */
export function readDemoAccounts(dataDir: string): DemoAccount[] | null {
  const path = accountsPath(dataDir);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as DemoAccount[]) : null;
}

/** Takes away the demo's sites, their courses and accounts, and their requests. Returns how many sites went. */
export async function removeDemo({
  dataDir,
  door,
  modules,
}: Pick<Loading, 'dataDir' | 'door' | 'modules'>): Promise<number> {
  const hasOperator = existsSync(accountsPath(dataDir)) && readDemoAccounts(dataDir)!.some(({ operator }) => operator);
  if (hasOperator) await removeOperator(modules);
  rmSync(accountsPath(dataDir), { force: true });
  const registered = (await modules.sites.list()).filter((site) => site.demo);
  const names = new Set(registered.map(({ name }) => name));
  await modules.restores.forget(system, [...names]);
  for (const { source, target } of await modules.sites.pairs.list()) {
    if (names.has(source.name) || names.has(target.name))
      await modules.sites.pairs.remove(system, source.name, target.name);
  }
  for (const name of names) await modules.sites.remove(system, name);
  const { sites } = await door.call('listSites', {});
  const demo = sites.filter((site) => site.demo);
  for (const { name } of demo) await door.call('deleteSite', { site: name });
  return Math.max(registered.length, demo.length);
}

const newPassword = (): string => randomBytes(9).toString('base64url');

/** Of all sites, because the demo is about all that there is. With demo sites Jouvence is reached from this machine only. */
async function makeOperator({ modules: { accounts } }: Loading): Promise<DemoAccount> {
  const operators = await accounts.operators.list();
  if (!operators.some(({ username }) => username === operatorName))
    await accounts.operators.add(system, { username: operatorName, name: 'Demo', role: 'operator', siteIds: null });
  const password = newPassword();
  await accounts.operators.setPassword(system, operatorName, password);
  return { username: operatorName, password, operator: true };
}

/** The only operator of all sites cannot be removed: nobody knows its password from then on. */
async function removeOperator({ accounts }: Modules): Promise<void> {
  try {
    await accounts.operators.remove(system, operatorName);
  } catch (error) {
    if (isAppError(error, 'not-found')) return;
    if (!isAppError(error, 'conflict')) throw error;
    await accounts.operators.setPassword(system, operatorName, newPassword());
  }
}

async function makeCampus(campus: Campus, { door, port }: Loading, accounts: DemoAccount[]): Promise<void> {
  const { name, host, fullname, language, release, branch } = campus;
  await door.call(
    'createSite',
    {},
    { name, host, url: `http://${host}:${port}`, fullname, language, release, branch, demo: true },
  );
  await door.call('addCategories', { site: name }, campus.categories);
  const people = teachers.map((teacher) => ({
    ...teacher,
    email: `${teacher.username}@example.org`,
    language,
    password: accounts.find(({ username }) => username === teacher.username)!.password,
  }));
  await door.call('addPeople', { site: name }, people);
}

/** By a code, as a real Moodle is: so the site knows where we are, and its people come in from there. */
async function register({ name, profile }: Campus, { door, modules }: Loading): Promise<void> {
  const { code } = await door.call('createPairing', { site: name }, { profile });
  await modules.sites.pair(system, { name, code, demo: true });
}
