import type { NoticeKind } from '@jouvence/protocol';
import type { Tx } from './database.ts';
import { EngineError } from './errors.ts';

/** What a person was told, in their language. */
export interface Notice {
  id: number;
  kind: NoticeKind;
  subject: string;
  text: string;
  url: string | null;
  urlname: string | null;
  /** Unix seconds. */
  created: number;
  read: boolean;
}

/** Of each person, the newest; older ones go when another comes. */
const keptOfEach = 200;

/** @throws EngineError `conflict` when the key belongs to a notice of another person or kind */
export async function requireOwnKey(tx: Tx, personId: number, { key, kind }: { key: string; kind: NoticeKind }) {
  const before = await tx.row<{ person_id: number; kind: string }>(
    'select person_id, kind from notices where key = $1',
    [key],
  );
  if (before && (before.person_id !== personId || before.kind !== kind))
    throw new EngineError('conflict', `the key ${key} belongs to another notice`);
}

/** The same key again changes nothing. */
export async function keepNotice(
  tx: Tx,
  personId: number,
  notice: Pick<Notice, 'kind' | 'subject' | 'text'> & { key: string; url?: string; urlname?: string },
): Promise<void> {
  await tx.run(
    `insert into notices (person_id, key, kind, subject, body, url, url_name) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (site_id, key) do nothing`,
    [
      personId,
      notice.key,
      notice.kind,
      notice.subject,
      notice.text,
      notice.url ?? null,
      notice.url === undefined ? null : (notice.urlname ?? notice.url),
    ],
  );
  await tx.run(
    `delete from notices where person_id = $1
       and id <= (select id from notices where person_id = $1 order by id desc offset $2 limit 1)`,
    [personId, keptOfEach],
  );
}

/** Newest first. */
export function listNotices(tx: Tx, personId: number): Promise<Notice[]> {
  return tx.rows<Notice>(
    `select id, kind, subject, body as text, url, url_name as urlname,
       extract(epoch from created_at)::bigint as created, read_at is not null as read
     from notices where person_id = $1 order by id desc`,
    [personId],
  );
}

export async function countUnread(tx: Tx, personId: number): Promise<number> {
  const row = await tx.row<{ unread: number }>(
    'select count(*) as unread from notices where person_id = $1 and read_at is null',
    [personId],
  );
  return row!.unread;
}

/** Those up to this one: what came meanwhile has not been seen. */
export async function markRead(tx: Tx, personId: number, upTo: number): Promise<void> {
  await tx.run('update notices set read_at = now() where person_id = $1 and id <= $2 and read_at is null', [
    personId,
    upTo,
  ]);
}
