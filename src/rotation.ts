import { sealedValues } from './compose.ts';
import { AppError } from './errors.ts';
import type { Log } from './log.ts';
import { keysInUse } from './safekeeping.ts';
import { type Key, newKey, openKeyRing, openSecrets, type Queryable, type Store, writeKeyFile } from './store/index.ts';

/*
 * A new key for the secrets, while everything runs. The key file has one key a line: the first seals, all of them open.
 *
 *   1  the new key is written before the old one. Processes that run see that the file has changed, with the next secret
 *      that they touch: from then on they seal with the new one, and open with both
 *   2  what the old one has sealed is sealed anew, some at a time, each batch in its own transaction
 *   3  after a while in which every transaction that began under the old key has ended (a transaction of ours that idles
 *      for ten seconds is ended by the database), what was sealed meanwhile is sealed anew too
 *   4  when nothing needs the old key, it leaves the file
 *
 * Killed anywhere, both keys are in the file and open all there is; the same command goes on where it was. On more than
 * one machine the file must be everywhere before the new key seals: then step 1 is two. `--prepare` writes the new key
 * behind the old one, as one that only opens; the file is copied; and the rotation then puts it first.
 */

export interface RotationOptions {
  dataDir: string;
  store: Store;
  log: Log;
  env?: NodeJS.ProcessEnv;
  /** Only writes the new key, behind the old one. */
  prepare?: boolean;
  /** This host, as workers call it. */
  host: string;
  /** Step 3. Default 15 s. */
  settleMs?: number;
  onStep?: (text: string) => void;
}

export interface Rotation {
  state: 'prepared' | 'done';
  keyId: string;
  /** Values that were sealed anew. */
  resealed: number;
  /** What opens with none of the keys that are here. */
  lost: number;
}

const batch = 100;

/** @throws AppError `conflict` (other machines have to have the new key first), `config-invalid` (it is the environment's) */
export async function rotateKey(options: RotationOptions): Promise<Rotation> {
  const { dataDir, store, env = process.env, prepare = false, settleMs = 15_000, onStep = () => {} } = options;
  const ring = openKeyRing(dataDir, env);
  const { file } = ring;
  if (file === null) return resealOnly(options);
  const keys = ring.readOrMake();
  const prepared = keys.find(({ next }) => next);
  // Killed before the old one left: it goes on with the new one that is there.
  const unfinished = !prepared && keys.length > 1;
  if (prepare) {
    if (unfinished) throw new AppError('conflict', 'a rotation is not finished: run "jouvence secrets rotate" first');
    const next = prepared ?? newKey();
    if (!prepared) writeKeyFile(file, [...keys, { ...next, next: true }]);
    return { state: 'prepared', keyId: next.id, resealed: 0, lost: 0 };
  }
  if (!prepared && !unfinished) await refuseOtherHosts(store, options.host, file);
  const { id, bytes } = unfinished ? keys[0]! : (prepared ?? newKey());
  const current: Key = { id, bytes };
  const old = keys.filter((key) => key.id !== id);
  if (!unfinished) writeKeyFile(file, [current, ...old]);
  onStep(`key ${current.id} seals from now on; ${old.map(({ id }) => id).join(', ')} still opens`);
  return finish(options, file, current, old, settleMs);
}

async function finish(
  options: RotationOptions,
  file: string,
  current: Key,
  old: readonly Key[],
  settleMs: number,
): Promise<Rotation> {
  const { store, onStep = () => {} } = options;
  let resealed = await resealAll(options, current.id);
  onStep(`${resealed} secrets sealed anew; waiting for whoever was just sealing one`);
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  resealed += await resealAll(options, current.id);
  const inUse = await keysInUse(store);
  const needed = old.filter(({ id }) => inUse.has(id));
  writeKeyFile(file, [current, ...needed]);
  if (needed.length > 0)
    throw new AppError(
      'busy',
      `key ${needed.map(({ id }) => id).join(', ')} is still needed: a process without the new key seals with it. Start every process anew, and run the same command again`,
    );
  const lost = [...inUse].filter(([id]) => id !== current.id).reduce((sum, [, count]) => sum + count, 0);
  return { state: 'done', keyId: current.id, resealed, lost };
}

/** The key is the environment's: what changes there is the operator's to say, with the old key behind the new one. */
async function resealOnly(options: RotationOptions): Promise<Rotation> {
  const { dataDir, store, env = process.env } = options;
  const [current, ...old] = openSecrets(dataDir, env).keyIds();
  if (options.prepare || old.length === 0)
    throw new AppError(
      'config-invalid',
      'the key is in JOUVENCE_SECRET_KEY, which only you can change: set it to the new key, a comma and the old one ("openssl rand -base64 32" makes one), start every process anew, and run the same command again',
    );
  const resealed = await resealAll(options, current!);
  const inUse = await keysInUse(store);
  const lost = [...inUse].filter(([id]) => id !== current).reduce((sum, [, count]) => sum + count, 0);
  return { state: 'done', keyId: current!, resealed, lost };
}

/** In batches: who waits for one of these rows waits for no more than a moment. */
async function resealAll({ dataDir, store, env, log }: RotationOptions, keyId: string): Promise<number> {
  const secrets = openSecrets(dataDir, env);
  let all = 0;
  for (const values of sealedValues) {
    for (;;) {
      const count = await store.transaction((tx) => values.reseal(tx, secrets, keyId, batch));
      all += count;
      if (count < batch) break;
      log.debug({ count: all }, 'secrets sealed anew');
    }
  }
  return all;
}

/** A worker of another machine that has not the new key could open nothing any more. */
async function refuseOtherHosts(db: Queryable, host: string, file: string): Promise<void> {
  const { rows } = await db.query<{ host: string }>(
    "select host from job_hosts where host <> $1 and seen_at > now() - interval '1 minute' order by host",
    [host],
  );
  if (rows.length === 0) return;
  throw new AppError(
    'conflict',
    `workers run on other machines (${rows.map((row) => row.host).join(', ')}), and need the new key before it seals anything: run "jouvence secrets rotate --prepare", copy ${file} to all of them, and then rotate`,
    { details: { hosts: rows.map((row) => row.host) } },
  );
}

export interface KeyState {
  origin: string;
  /** The first seals. */
  keys: { id: string; values: number }[];
  /** Keys that are not here and that something needs. */
  missing: { id: string; values: number }[];
}

/** Which keys there are, and what each has sealed. */
export async function keyState(dataDir: string, store: Store, env = process.env): Promise<KeyState> {
  const ring = openKeyRing(dataDir, env);
  const inUse = await keysInUse(store);
  const here = ring.read().map(({ id }) => id);
  return {
    origin: ring.origin,
    keys: here.map((id) => ({ id, values: inUse.get(id) ?? 0 })),
    missing: [...inUse].filter(([id]) => !here.includes(id)).map(([id, values]) => ({ id, values })),
  };
}
