import type { AuditAction } from '@jouvence/i18n';
import type { Actor } from '../accounts/index.ts';
import { type Migration, type Queryable, readMigrations } from '../store/index.ts';

export interface AuditEntry {
  actor: Actor;
  /** Noun and verb, as in the API: `sites.add`. */
  action: AuditAction;
  /** What it was done to: `site campus-2024`, `request 12`. */
  object: string;
  /** Name of the site concerned. */
  site?: string;
  /** As it was, as it is: what can be shown, never a secret. */
  before?: unknown;
  after?: unknown;
}

/** Written in the transaction of what it speaks of: both happen or neither. It is sealed when that commits. */
export async function writeLine(tx: Queryable, entry: AuditEntry): Promise<void> {
  const { actor, action, object, site, before, after } = entry;
  const operator = actor.kind === 'operator' ? actor : undefined;
  await tx.query(
    `insert into audit (actor_kind, actor_name, token_id, operator_id, action, object, site, before, after)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      actor.kind,
      nameOf(actor),
      operator?.tokenId ?? null,
      operator?.operatorId ?? null,
      action,
      object,
      site ?? null,
      asJson(before),
      asJson(after),
    ],
  );
}

/** As people call them: an operator by name, somebody of a site by username and site. */
export function nameOf(actor: Actor): string {
  if (actor.kind === 'operator') return actor.name;
  return actor.kind === 'person' ? `${actor.username} (${actor.site})` : 'jouvence';
}

export const migrations: readonly Migration[] = readMigrations(new URL('./migrations/', import.meta.url));

/** Whatever a module hands over by mistake: these never stand in a line. */
const secretNames = /^(password|secret|token|code|cookie|key|authorization)$/i;

function asJson(value: unknown): string | null {
  if (value === undefined) return null;
  return JSON.stringify(value, (name, inner) =>
    typeof inner === 'string' && secretNames.test(name) ? '[hidden]' : inner,
  );
}
