import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { transfer } from '@jouvence/protocol';
import type { Database, Tx } from '../database.ts';
import { EngineError } from '../errors.ts';

export type Direction = 'download' | 'upload';

/** Since it was used last; a transfer that goes on keeps its right, up to a day. */
const idleSeconds = 15 * 60;
const lifeSeconds = 24 * 60 * 60;

const hashOf = (grant: string): Buffer => createHash('sha256').update(grant).digest();

/** 256 bits that open one file of one task in one direction. Its text exists only in the answer. */
export async function giveGrant(
  tx: Tx,
  key: string,
  direction: Direction,
): Promise<{ grant: string; expires: number }> {
  const grant = randomBytes(32).toString('base64url');
  // Old ones go when new ones come: nothing else needs to look for them.
  await tx.run(
    `delete from grants where used_at < now() - make_interval(secs => $1) or created_at < now() - make_interval(secs => $2)`,
    [idleSeconds, lifeSeconds],
  );
  await tx.run('insert into grants (hash, task_key, direction) values ($1, $2, $3)', [hashOf(grant), key, direction]);
  return { grant, expires: Math.floor(Date.now() / 1000) + idleSeconds };
}

/**
 * The key of the task that the request's grant opens; using it keeps it alive.
 * @throws EngineError `invalid-parameter` when there is none, so that one lost on the way is not taken for a wrong one;
 * `not-allowed`, in the same words whatever is wrong with it
 */
export async function redeemGrant(
  database: Database,
  siteId: number,
  req: IncomingMessage,
  direction: Direction,
): Promise<string> {
  const given = req.headers[transfer.grantHeader];
  if (typeof given !== 'string' || given === '')
    throw new EngineError('invalid-parameter', `this ${direction} needs a grant, in the header X-Jouvence-Grant`);
  const row = await database.withSite(siteId, (tx) =>
    tx.row<{ task_key: string }>(
      `update grants set used_at = now()
       where hash = $1 and direction = $2 and used_at > now() - make_interval(secs => $3)
         and created_at > now() - make_interval(secs => $4) returning task_key`,
      [hashOf(given), direction, idleSeconds, lifeSeconds],
    ),
  );
  if (!row) throw new EngineError('not-allowed', `this ${direction} needs a grant that is valid here and not expired`);
  return row.task_key;
}
