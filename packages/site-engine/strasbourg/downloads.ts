import { randomInt } from 'node:crypto';
import type { Tx } from '../database.ts';
import type { Guest } from './tokens.ts';

const lifeSeconds = 15 * 60;
/** A line that breaks this often in a quarter of an hour brings no archive over. */
const mostOpened = 20;

/**
 * An id for an archive that was made for this guest. The block's own is a number of Moodle's table of files, and opens
 * any of them; ours says nothing, opens one archive, and only to the token that asked for it.
 */
export async function giveDownload(
  tx: Tx,
  { hash }: Guest,
  { courseId, taskKey }: { courseId: number; taskKey: string },
): Promise<number> {
  // 48 bits: PHP and JSON both hold it exactly.
  const id = randomInt(1, 2 ** 48 - 1);
  await tx.run('insert into block_downloads (id, token_hash, course_id, task_key) values ($1, $2, $3, $4)', [
    id,
    hash,
    courseId,
    taskKey,
  ]);
  return id;
}

/** The task whose archive it is; undefined for whatever it is that does not open here and now. */
export async function openDownload(tx: Tx, { hash }: Guest, id: number): Promise<string | undefined> {
  const row = await tx.row<{ task_key: string }>(
    `update block_downloads set opened = opened + 1
     where id = $1 and token_hash = $2 and opened < $3 and created_at > now() - make_interval(secs => $4)
     returning task_key`,
    [id, hash, mostOpened, lifeSeconds],
  );
  return row?.task_key;
}

export const endDownload = (tx: Tx, id: number): Promise<number> =>
  tx.run('delete from block_downloads where id = $1', [id]);

/** Keys of archives that nobody came for. */
export async function takeOld(tx: Tx): Promise<string[]> {
  const rows = await tx.rows<{ task_key: string }>(
    'delete from block_downloads where created_at < now() - make_interval(secs => $1) returning task_key',
    [lifeSeconds],
  );
  return rows.map((row) => row.task_key);
}
