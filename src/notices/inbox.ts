import { createTranslator, type Language } from '@jouvence/i18n';
import type { Actor } from '../accounts/index.ts';
import { nameOf } from '../audit/index.ts';
import { AppError } from '../errors.ts';
import type { Queryable } from '../store/index.ts';
import { ownKindOf } from './address.ts';
import type { AddressBook } from './address-book.ts';
import { composeAdministration } from './compose/administration.ts';
import { composeOwn } from './compose/own.ts';
import { asText } from './compose/render.ts';
import type { AdministrationKind, NoticeFacts, NoticeKind } from './types.ts';

/** As it is listed in Jouvence. */
export interface Notice {
  id: number;
  kind: NoticeKind;
  at: Date;
  read: boolean;
  /** In the language asked for. */
  subject: string;
  text: string;
  /** Of the site that it is of, when it was told. */
  site: string | null;
  request: string | null;
  /** The new course. */
  url: string | null;
}

export interface NoticePage {
  /** Newest first. */
  notices: Notice[];
  unread: number;
  /** Hand it to the next call as `after`; null at the end. */
  next: string | null;
}

interface Row {
  id: number;
  kind: NoticeKind;
  at: Date;
  read: boolean;
  facts: NoticeFacts;
}

/** Whose list it is: a person's own; an operator's own, and what is told of the sites that it looks after. */
function mine(actor: Actor): { where: string; values: unknown[]; reader: string } {
  if (actor.kind === 'person')
    return {
      where: `n.audience = 'person' and n.site_id = $1 and n.name = $2`,
      values: [actor.siteId, actor.username],
      reader: `person ${actor.siteId} ${actor.username}`,
    };
  const siteIds = actor.kind === 'operator' ? actor.siteIds : null;
  return {
    where: `((n.audience = 'operator' and n.name = $1) or (n.audience = 'administrators'
      and ($2::bigint[] is null or n.site_id = any($2))))`,
    values: [nameOf(actor), siteIds],
    reader: `operator ${nameOf(actor)}`,
  };
}

const isRead = (parameter: number) =>
  `exists (select from notice_reads r where r.notice_id = n.id and r.reader = $${parameter})`;

export async function listNotices(
  { db, book }: { db: Queryable; book: AddressBook },
  actor: Actor,
  options: { language: Language; unread?: boolean; limit: number; before: number | null },
): Promise<NoticePage> {
  const { where, values, reader } = mine(actor);
  const { rows } = await db.query<Row>(
    `select n.id, n.kind, e.happened_at as at, e.facts, ${isRead(3)} as read
     from notices n join notice_events e on e.id = n.event_id
     where ${where} and ($4::bigint is null or n.id < $4) and ($5::boolean is not true or not ${isRead(3)})
     order by n.id desc limit $6`,
    [...values, reader, options.before, options.unread ?? null, options.limit + 1],
  );
  const shown = rows.slice(0, options.limit);
  const username = actor.kind === 'person' ? actor.username : null;
  const notices = await Promise.all(shown.map((row) => show(row, { book, username }, options.language)));
  return {
    notices,
    unread: await countUnread(db, actor),
    next: rows.length > shown.length ? String(shown.at(-1)!.id) : null,
  };
}

async function countUnread(db: Queryable, actor: Actor): Promise<number> {
  const { where, values, reader } = mine(actor);
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from notices n where ${where} and not ${isRead(3)}`,
    [...values, reader],
  );
  return rows[0]!.count;
}

/** Marks these as read, or all up to one; how many are left. @throws AppError `not-found` for one that is not theirs */
export async function readNotices(
  tx: Queryable,
  actor: Actor,
  which: { ids: readonly number[] } | { upTo: number },
): Promise<number> {
  const { where, values, reader } = mine(actor);
  if ('ids' in which) {
    const { rows } = await tx.query<{ count: number }>(
      `select count(*)::int as count from notices n where ${where} and n.id = any($3)`,
      [...values, which.ids],
    );
    if (rows[0]!.count < new Set(which.ids).size)
      throw new AppError('not-found', 'one of these notices is not there, or not yours');
  }
  await tx.query(
    `insert into notice_reads (notice_id, reader)
     select n.id, $3 from notices n where ${where} and ${'ids' in which ? 'n.id = any($4)' : 'n.id <= $4'}
     on conflict do nothing`,
    [...values, reader, 'ids' in which ? which.ids : which.upTo],
  );
  return countUnread(tx, actor);
}

async function show(
  { facts, ...row }: Row,
  { book, username }: { book: AddressBook; username: string | null },
  language: Language,
): Promise<Notice> {
  const translator = createTranslator(language);
  const isOwn = facts.kind === 'ended' && row.kind !== 'failure';
  const site = facts.kind === 'ended' ? facts.target : facts.site;
  const content = isOwn
    ? composeOwn([await ownItem(facts, book)], { [row.kind]: 1 }, { translator, username, page: null })
    : composeAdministration(mailOf(facts, row.kind as AdministrationKind), {
        translator,
        why: 'operator',
        page: null,
      });
  const blocks = content.blocks.filter(({ kind }) => kind !== 'aside');
  return {
    id: row.id,
    kind: row.kind,
    at: row.at,
    read: row.read,
    subject: content.subject,
    text: asText({ ...content, blocks, link: null }, Infinity).trimEnd(),
    site: site?.name ?? null,
    request: facts.kind === 'ended' ? facts.request : facts.kind === 'stuck' ? facts.request : null,
    url: facts.kind === 'ended' ? (facts.newCourse?.url ?? null) : null,
  };
}

async function ownItem(facts: NoticeFacts & { kind: 'ended' }, book: AddressBook) {
  const settings = await book.settings({ target: facts.target.id, source: facts.source.id });
  return {
    kind: ownKindOf(facts),
    facts,
    warnings: settings['notices.warnings'],
    sourceAddress: settings['notices.sourceAddress'],
  };
}

function mailOf(facts: NoticeFacts, kind: AdministrationKind) {
  const { source, target, error } = facts.kind === 'ended' ? facts : { source: null, target: null, error: null };
  return facts.kind === 'ended'
    ? {
        failures: [{ source: source!, target: target!, code: error?.code ?? 'internal', count: 1, first: [facts] }],
        others: [],
        counts: { [kind]: 1 },
      }
    : { failures: [], others: [facts], counts: { [kind]: 1 } };
}
