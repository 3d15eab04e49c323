import { toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Store, Transaction } from '../store/index.ts';
import type { AddressBook } from './address-book.ts';
import {
  type Audience,
  countEnded,
  type EventRow,
  insertNotice,
  markAddressed,
  postponeEvent,
  takeEvent,
} from './events.sql.ts';
import { holdAdministration, holdOwn } from './hold.ts';
import { enqueue, type Line, lastSentAgoMs, release } from './messages.sql.ts';
import { type Owner, readPreferences } from './preferences.ts';
import type { EndedFacts, NoticeFacts, NoticeKind, OwnKind, Recipient, Who } from './types.ts';

export interface AddressTools {
  store: Store;
  book: AddressBook;
  log: Log;
}

const firstPauseMs = 5_000;
const longestPauseMs = 600_000;

/**
 * Finds out whom the next thing that happened concerns, and by which ways each is told: the notices, the messages that
 * will carry them, and that this has been done, in one transaction, so that it happens once however often it is tried.
 * False when nothing is left to address.
 */
export async function addressNext({ store, book, log }: AddressTools): Promise<boolean> {
  let taken: EventRow | undefined;
  try {
    return await store.transaction(async (tx) => {
      taken = await takeEvent(tx);
      if (!taken) return false;
      taken = { ...taken, facts: await withTitles(book, taken.facts) };
      await addressEvent(tx, book, taken);
      await markAddressed(tx, taken.id, taken.facts);
      return true;
    });
  } catch (thrown) {
    if (!taken) throw thrown;
    const { code, message } = toAppError(thrown);
    log.error({ err: thrown, event: taken.id }, 'a notice could not be addressed; it is tried again');
    await postponeEvent(store, taken.id, { code, message }, Math.min(firstPauseMs * 2 ** taken.tries, longestPauseMs));
    return true;
  }
}

/** Whoever told of it knew the sites by name; they may be gone when it is read. */
async function withTitles(book: AddressBook, facts: NoticeFacts): Promise<NoticeFacts> {
  if (facts.kind === 'ended')
    return { ...facts, source: await book.named(facts.source), target: await book.named(facts.target) };
  return facts.site === null ? facts : ({ ...facts, site: await book.named(facts.site) } as NoticeFacts);
}

/** One audience after the other, and recipients in order: two that address at once never wait for each other in a ring. */
async function addressEvent(tx: Transaction, book: AddressBook, event: EventRow): Promise<void> {
  const others = await othersUnderWay(tx, event);
  const audiences = audiencesOf(event.facts, event.siteId);
  for (const audience of audiences) {
    const notice = await insertNotice(tx, event.id, audience);
    if (audience.audience === 'administrators') await tellAdministrators(tx, book, audience, notice);
    else await tellOne(tx, book, audience, notice, others);
  }
  // Who withdrew the last of a send is told nothing of that, but of the rest now.
  if (event.facts.kind === 'ended' && event.batch !== null && !others) await releaseHeld(tx, event.facts);
}

async function othersUnderWay(tx: Transaction, { facts, batch, id }: EventRow): Promise<boolean> {
  if (facts.kind !== 'ended' || !facts.batch || batch === null) return false;
  return (await countEnded(tx, batch, id)) < facts.batch.size;
}

/** Whom it concerns; nobody is told what they did themselves. */
export function audiencesOf(facts: NoticeFacts, siteId: number | null): Audience[] {
  const administrators = (kind: NoticeKind): Audience => ({ audience: 'administrators', siteId, name: null, kind });
  if (facts.kind !== 'ended') return [administrators(facts.kind)];
  const kind = ownKindOf(facts);
  const told = facts.outcome === 'cancelled' ? facts.cancelledBy : null;
  return [
    ...ownersOf(facts)
      .filter((who) => !told || !isSame(who, told))
      .map((who) => ({ ...ownAudience(who, facts.target.id), kind })),
    ...(facts.outcome === 'failed' ? [administrators('failure')] : []),
  ];
}

/** The person for whom it was asked, and who asked. */
function ownersOf({ person, requester }: EndedFacts): Who[] {
  const first: Who[] = person === null ? [] : [{ kind: 'person', username: person }];
  return first.some((who) => isSame(who, requester)) ? first : [...first, requester];
}

export function ownKindOf({ outcome, report }: Pick<EndedFacts, 'outcome' | 'report'>): OwnKind {
  if (outcome !== 'done') return outcome;
  return report.some(({ severity }) => severity !== 'info') ? 'partly' : 'done';
}

function isSame(one: Who, other: Who): boolean {
  if (one.kind === 'person') return other.kind === 'person' && one.username === other.username;
  return other.kind === 'operator' && one.name === other.name;
}

function ownAudience(who: Who, siteId: number): Pick<Audience, 'audience' | 'siteId' | 'name'> {
  if (who.kind === 'person') return { audience: 'person', siteId, name: who.username };
  return { audience: 'operator', siteId: null, name: who.name };
}

const recipientOf = ({ audience, siteId, name }: Pick<Audience, 'audience' | 'siteId' | 'name'>): Recipient =>
  audience === 'person'
    ? { kind: 'person', siteId: siteId!, name: name! }
    : { kind: 'operator', siteId: null, name: name! };

async function tellOne(tx: Transaction, book: AddressBook, to: Audience, notice: number, others: boolean) {
  const recipient = recipientOf(to);
  const bad = to.kind === 'failed' || to.kind === 'refused';
  for (const line of await linesOf(tx, book, recipient, to.kind)) {
    const ago = await lastSentAgoMs(tx, line);
    await enqueue(tx, line, notice, holdOwn({ lastSentAgoMs: ago, othersUnderWay: others, bad }));
  }
}

/** The ways by which somebody wants to be told of their own. */
async function linesOf(tx: Transaction, book: AddressBook, recipient: Recipient, kind: NoticeKind): Promise<Line[]> {
  const line = (way: Line['way']): Line => ({ way, recipient, stream: 'own' });
  if (recipient.kind === 'person') {
    const owner: Owner = { owner: 'person', siteId: recipient.siteId, name: recipient.name };
    const wanted = await readPreferences(tx, owner, await book.defaults(recipient.siteId));
    return wanted.filter((each) => each.kind === kind && each.wanted).map(({ way }) => line(way));
  }
  // An operator by name only, such as a program's token, reads of it in Jouvence.
  const operator = await book.operator(recipient.name);
  if (!operator?.email || !(await wantsMail(tx, recipient.name, kind))) return [];
  return [line('mail')];
}

export async function wantsMail(tx: Parameters<typeof readPreferences>[0], name: string, kind: NoticeKind) {
  const owner: Owner = { owner: 'operator', siteId: null, name };
  const preferences = await readPreferences(tx, owner, { site: false, mail: true });
  return preferences.some((each) => each.kind === kind && each.way === 'mail' && each.wanted);
}

async function tellAdministrators(tx: Transaction, book: AddressBook, to: Audience, notice: number): Promise<void> {
  const { 'notices.digestMinutes': digestMinutes } = await book.settings({});
  const accounts = (await book.accounts(to.siteId)).map((each): Recipient => ({ kind: 'person', ...each }));
  for (const recipient of [...(await administratorsOf(tx, book, to)), ...accounts]) {
    const way = recipient.kind === 'person' ? 'site' : 'mail';
    const line: Line = { way, recipient, stream: 'administration' };
    await enqueue(tx, line, notice, holdAdministration(await lastSentAgoMs(tx, line), digestMinutes));
  }
}

/** One address, one mail: an operator whose address the settings name too is told as an operator. */
async function administratorsOf(tx: Transaction, book: AddressBook, { siteId, kind }: Audience): Promise<Recipient[]> {
  const operators = await book.operators(siteId);
  const reached = new Set(operators.map(({ email }) => email.toLowerCase()));
  const willing: Recipient[] = [];
  for (const { name } of operators)
    if (await wantsMail(tx, name, kind)) willing.push({ kind: 'operator', siteId: null, name });
  const addresses = (await book.addresses(siteId)).filter((address) => !reached.has(address.toLowerCase()));
  const plain = addresses.map((name): Recipient => ({ kind: 'address', siteId: null, name }));
  return [...willing, ...plain].sort((a, b) => (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1));
}

async function releaseHeld(tx: Transaction, facts: EndedFacts): Promise<void> {
  for (const who of ownersOf(facts)) {
    const recipient = recipientOf(ownAudience(who, facts.target.id));
    for (const way of ['site', 'mail'] as const) {
      const line: Line = { way, recipient, stream: 'own' };
      const hold = holdOwn({ lastSentAgoMs: await lastSentAgoMs(tx, line), othersUnderWay: false, bad: false });
      await release(tx, line, hold);
    }
  }
}

/**
 * Somebody could not be told on the site: the same notices go into a mail, unless they said that they want none, or it
 * goes there anyway.
 */
export async function tellByMail(
  tx: Transaction,
  book: AddressBook,
  line: Line,
  items: readonly { id: number; kind: NoticeKind }[],
) {
  const { recipient } = line;
  // Administrators who want mail have their address in the settings.
  if (recipient.kind !== 'person' || line.stream !== 'own') return;
  const owner: Owner = { owner: 'person', siteId: recipient.siteId, name: recipient.name };
  const settings = await book.settings({ target: recipient.siteId });
  if (!settings['notices.mail']) return;
  const preferences = await readPreferences(tx, owner, await book.defaults(recipient.siteId));
  for (const { id, kind } of items) {
    const mail = preferences.find((each) => each.kind === kind && each.way === 'mail')!;
    if (!mail.own && !mail.wanted) await enqueue(tx, { ...line, way: 'mail' }, id, 0);
  }
}
