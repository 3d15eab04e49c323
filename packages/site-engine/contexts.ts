import type { Tx } from './database.ts';
import { EngineError } from './errors.ts';

/** Moodle's context levels. */
export const contextLevels = { system: 10, category: 40, course: 50 } as const;
export type ContextLevel = keyof typeof contextLevels;

export interface Context {
  id: number;
  level: 10 | 40 | 50;
  /** Of the category or course; 0 for the system. */
  instanceId: number;
  /** Context ids from the system down to this one. */
  path: number[];
}

const columns = 'id, level, instance_id as "instanceId", path';

/** The context of a category or course, or of the system (instance 0); undefined when the thing is gone. */
export function findContext(tx: Tx, level: ContextLevel, instanceId: number): Promise<Context | undefined> {
  return tx.row<Context>(`select ${columns} from contexts where level = $1 and instance_id = $2`, [
    contextLevels[level],
    level === 'system' ? 0 : instanceId,
  ]);
}

/** @throws EngineError `not-found` */
export async function getContext(tx: Tx, level: ContextLevel, instanceId: number): Promise<Context> {
  const context = await findContext(tx, level, instanceId);
  if (!context) throw new EngineError('not-found', `there is no ${level} ${instanceId}`);
  return context;
}

/** `parent`: none only for the system. */
export async function createContext(
  tx: Tx,
  level: ContextLevel,
  instanceId: number,
  parent?: Context,
): Promise<Context> {
  const context = await tx.row<Context>(
    `with made as (select nextval(pg_get_serial_sequence('contexts', 'id')) as id)
     insert into contexts (id, level, instance_id, path) overriding system value
     select id, $1, $2, $3::bigint[] || id from made returning ${columns}`,
    [contextLevels[level], instanceId, parent?.path ?? []],
  );
  return context!;
}

/** Takes its role assignments and overrides with it. */
export async function deleteContext(tx: Tx, level: ContextLevel, instanceId: number): Promise<void> {
  await tx.run('delete from contexts where level = $1 and instance_id = $2', [contextLevels[level], instanceId]);
}
