import { createTranslator, type Language } from '@jouvence/i18n';
import type { Queryable } from '../store/index.ts';
import type { AddressBook } from './address-book.ts';
import { composeAdministration, type FailureGroup } from './compose/administration.ts';
import type { Content } from './compose/content.ts';
import { composeOwn, type PageAddress } from './compose/own.ts';
import {
  type Item,
  type MessageRow,
  selectCounts,
  selectFailureGroups,
  selectItems,
  type Unwanted,
} from './messages.sql.ts';
import type { AdministrationKind, EndedFacts, NoticeKind, OwnKind } from './types.ts';

export interface WritingTools {
  db: Queryable;
  book: AddressBook;
  /** Where browsers reach us; empty: nowhere. */
  publicUrl: string;
}

/** In one message; the numbers are of all. */
const mostItems = 40;
const mostGroups = 40;

export const languageOf = (tag: string, otherwise: Language = 'en'): Language =>
  /^fr\b|^fr_/i.test(tag) ? 'fr' : /^en\b|^en_/i.test(tag) ? 'en' : otherwise;

/** What a message says to its recipient; null when nothing of it is wanted any more. */
export async function writeMessage(
  tools: WritingTools,
  message: Pick<MessageRow, 'id' | 'stream' | 'recipient'>,
  unwanted: Unwanted,
  language: Language,
): Promise<{ content: Content; kind: NoticeKind; count: number } | null> {
  const counts = await selectCounts(tools.db, message.id, unwanted);
  const kinds = Object.keys(counts) as NoticeKind[];
  if (kinds.length === 0) return null;
  const own = message.stream === 'own';
  const items = await selectItems(tools.db, message.id, unwanted, { limit: mostItems, failures: own });
  const content = own
    ? await writeOwn(tools, message.recipient, items, counts, language)
    : await writeAdministration(tools, message, items, counts, unwanted, language);
  return { content, kind: kinds[0]!, count: Object.values(counts).reduce((sum, each) => sum + each, 0) };
}

async function writeOwn(
  { book, publicUrl }: WritingTools,
  recipient: MessageRow['recipient'],
  items: Item[],
  counts: Partial<Record<NoticeKind, number>>,
  language: Language,
): Promise<Content> {
  const written = await Promise.all(
    items.map(async ({ kind, facts }) => {
      const ended = facts as EndedFacts;
      const settings = await book.settings({ target: ended.target.id, source: ended.source.id });
      const warnings = settings['notices.warnings'];
      return { kind: kind as OwnKind, facts: ended, warnings, sourceAddress: settings['notices.sourceAddress'] };
    }),
  );
  const site = written[0]!.facts.target.name;
  return composeOwn(written, counts as Partial<Record<OwnKind, number>>, {
    translator: createTranslator(language),
    username: recipient.kind === 'person' ? recipient.name : null,
    page: pageOf(publicUrl, recipient.kind === 'person' ? site : null),
  });
}

/** Of a site: its people sign in there on the way, or are signed in already and notice nothing. */
function pageOf(publicUrl: string, site: string | null): PageAddress | null {
  if (publicUrl === '') return null;
  return (path) => (site === null ? publicUrl + path : `${publicUrl}/enter/${site}?next=${encodeURIComponent(path)}`);
}

async function writeAdministration(
  { db, publicUrl }: WritingTools,
  message: Pick<MessageRow, 'id' | 'recipient'>,
  others: Item[],
  counts: Partial<Record<NoticeKind, number>>,
  unwanted: Unwanted,
  language: Language,
): Promise<Content> {
  const failures: FailureGroup[] = counts.failure
    ? await selectFailureGroups(db, message.id, unwanted, mostGroups)
    : [];
  return composeAdministration(
    {
      failures,
      others: others.map(({ facts }) => facts),
      counts: counts as Partial<Record<AdministrationKind, number>>,
    },
    {
      translator: createTranslator(language),
      why: message.recipient.kind,
      // Whoever administers a site is nobody here who might see what others asked for.
      page: message.recipient.kind === 'person' ? null : pageOf(publicUrl, null),
    },
  );
}
