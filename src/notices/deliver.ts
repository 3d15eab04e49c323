import type { Language } from '@jouvence/i18n';
import { type ErrorCode, toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Sites } from '../sites/index.ts';
import type { Queryable, Store } from '../store/index.ts';
import { tellByMail, wantsMail } from './address.ts';
import type { AddressBook } from './address-book.ts';
import { asHtml, asText } from './compose/render.ts';
import { findContact, Unreachable } from './contacts.ts';
import { type Mailer, MailFailure } from './mail.ts';
import { hasItems, type MessageEnd, type MessageRow, markInstead, selectSites, type Unwanted } from './messages.sql.ts';
import { readPreferences } from './preferences.ts';
import { concernsSite, passes, sendOnSite } from './site-message.ts';
import { administrationKinds, type NoticeKind, noticeKinds } from './types.ts';
import { languageOf, writeMessage } from './writing.ts';

export interface DeliveryTools {
  store: Store;
  book: AddressBook;
  sites: Sites;
  mailer: Mailer | null;
  publicUrl: string;
  log: Log;
  /** It did not answer just now, and is not asked for a while. */
  isAway: (siteId: number) => boolean;
}

/** What became of one try, and whether the whole way is closed just now: for one site, or for every mail. */
export interface Outcome extends MessageEnd {
  closed?: { way: 'mail' } | { way: 'site'; siteId: number };
}

/** Told later than this it would be no news; whoever looks after it finds it in the outbox. */
const oldestMs = 3 * 86_400_000;
const firstWaitMs = 30_000;
const longestWaitMs = 1_800_000;
/** When the site does not take a message for that long, a mail tells it. */
const insteadAfterMs = 1_800_000;

/** Sends one message once. Whatever happens is an outcome: nothing is thrown. */
export async function deliver(tools: DeliveryTools, message: MessageRow, signal: AbortSignal): Promise<Outcome> {
  try {
    return message.way === 'site' ? await onSite(tools, message, signal) : await byMail(tools, message, signal);
  } catch (thrown) {
    return tryAgainOrGiveUp(tools, message, thrown);
  }
}

const sent: Outcome = { state: 'sent', error: null };
const dropped: Outcome = {
  state: 'dropped',
  error: { code: 'cancelled', message: 'nothing of it is wanted any more, or it was erased' },
};

async function onSite(tools: DeliveryTools, message: MessageRow, signal: AbortSignal): Promise<Outcome> {
  const { sites } = tools;
  const recipient = message.recipient;
  if (recipient.kind !== 'person') throw new Unreachable('an operator has no account on a site');
  const unwanted = await unwantedBy(tools, message);
  // Before the site is asked: what nobody wants is not worth a call.
  if (!(await hasItems(tools.store, message.id, unwanted))) return dropped;
  const contact = await findContact(tools, recipient, 'site', signal);
  const language = await readerLanguage(tools, recipient.siteId, contact.language);
  const written = await writeMessage(writing(tools), message, unwanted, language);
  if (!written) return dropped;
  const client = await sites.client(recipient.siteId, 'target');
  await sendOnSite(
    client,
    { ...written, stream: message.stream, key: message.key, userid: contact.userid!, language },
    signal,
  );
  return sent;
}

async function byMail(tools: DeliveryTools, message: MessageRow, signal: AbortSignal): Promise<Outcome> {
  const { mailer } = tools;
  if (!mailer) throw new MailFailure('server', 'mail.url is empty: no mail goes out');
  const unwanted = await unwantedBy(tools, message);
  if (!(await hasItems(tools.store, message.id, unwanted))) return dropped;
  const { to, language } = await mailboxOf(tools, message, signal);
  const written = await writeMessage(writing(tools), message, unwanted, language);
  if (!written) return dropped;
  const { content } = written;
  await mailer.send(
    {
      to,
      subject: content.subject,
      text: asText(content),
      html: asHtml(content, { language, whole: true }),
      key: message.key,
      date: message.closedAt ?? new Date(),
      language,
    },
    signal,
  );
  return sent;
}

const writing = ({ store, book, publicUrl }: DeliveryTools) => ({ db: store, book, publicUrl });

async function mailboxOf(
  tools: DeliveryTools,
  { recipient, id }: MessageRow,
  signal: AbortSignal,
): Promise<{ to: string; language: Language }> {
  const { book, store } = tools;
  if (recipient.kind === 'person') {
    const { email, language } = await findContact(tools, recipient, 'mail', signal);
    if (email.trim() === '') throw new Unreachable(`${recipient.name} has no e-mail address on the site`);
    return { to: email, language: await readerLanguage(tools, recipient.siteId, language) };
  }
  if (recipient.kind === 'operator') {
    const operator = await book.operator(recipient.name);
    if (!operator?.email) throw new Unreachable(`the operator ${recipient.name} has no e-mail address any more`);
    return { to: operator.email, language: languageOf(operator.language) };
  }
  const site = (await selectSites(store, id)).find((each) => each !== null);
  return { to: recipient.name, language: await readerLanguage(tools, site ?? null, '') };
}

async function readerLanguage({ book }: DeliveryTools, target: number | null, tag: string): Promise<Language> {
  const settings = await book.settings(target === null ? {} : { target });
  return languageOf(tag, settings['notices.language']);
}

/** Looked at again when it goes out: preferences, rights and settings may have changed since it was written. */
async function unwantedBy(tools: DeliveryTools, message: MessageRow): Promise<Unwanted> {
  const { store, book } = tools;
  const { recipient, way, stream } = message;
  if (stream === 'administration' && recipient.kind !== 'operator')
    return { kinds: (await namesStill(store, book, message)) ? [] : administrationKinds, sites: null };
  if (recipient.kind === 'person') {
    // What goes by mail instead of the site is not what the settings would have chosen: only a "no" of one's own counts.
    const owner = { owner: 'person', siteId: recipient.siteId, name: recipient.name } as const;
    const preferences = await readPreferences(store, owner, await book.defaults(recipient.siteId));
    const settings = await book.settings({ target: recipient.siteId });
    const noMail = !settings['notices.mail'];
    const off = preferences.filter(
      (each) => each.way === way && !each.wanted && (each.own || way === 'site' || noMail),
    );
    return { kinds: off.map(({ kind }) => kind), sites: null };
  }
  if (recipient.kind === 'operator') {
    const operator = await book.operator(recipient.name);
    if (!operator) return { kinds: noticeKinds, sites: null };
    const off: NoticeKind[] = [];
    for (const kind of noticeKinds) if (!(await wantsMail(store, recipient.name, kind))) off.push(kind);
    return { kinds: off, sites: stream === 'administration' ? operator.siteIds : null };
  }
  return { kinds: noticeKinds, sites: null };
}

/** Whether the settings still name this address, or this account, for one of the sites that the message speaks of. */
async function namesStill(db: Queryable, book: AddressBook, { id, recipient }: MessageRow): Promise<boolean> {
  const { name, siteId } = recipient;
  for (const site of await selectSites(db, id)) {
    if (recipient.kind === 'address' && (await book.addresses(site)).includes(name)) return true;
    if (
      recipient.kind === 'person' &&
      (await book.accounts(site)).some((each) => each.siteId === siteId && each.name === name)
    )
      return true;
  }
  return false;
}

async function tryAgainOrGiveUp(tools: DeliveryTools, message: MessageRow, thrown: unknown): Promise<Outcome> {
  const { code, message: text } = describe(thrown);
  const error = { code, message: text };
  const final = thrown instanceof MailFailure ? thrown.trouble === 'never' : !passes(thrown);
  // As the database counts it: the clock of this machine may have jumped.
  const { ageMs } = message;
  if (message.way === 'site' && (final || ageMs > insteadAfterMs)) await mailInstead(tools, message, thrown);
  if (final || ageMs > oldestMs) return { state: 'given-up', error };
  const afterMs = Math.min(firstWaitMs * 2 ** Math.min(message.tries - 1, 10), longestWaitMs);
  return { state: 'waiting', error, afterMs, ...closedBy(message, thrown) };
}

function closedBy({ recipient }: MessageRow, thrown: unknown): Pick<Outcome, 'closed'> {
  if (thrown instanceof MailFailure) return thrown.trouble === 'server' ? { closed: { way: 'mail' } } : {};
  if (recipient.kind !== 'person' || !concernsSite(thrown)) return {};
  // A mail whose address the site could not tell says nothing of the mail server.
  return { closed: { way: 'site', siteId: recipient.siteId } };
}

/** Once: another try of the same message finds that it was done. A person who is gone is told by nothing. */
async function mailInstead({ store, book, log }: DeliveryTools, message: MessageRow, thrown: unknown): Promise<void> {
  if (thrown instanceof Unreachable && !thrown.otherwise) return;
  try {
    // Before the transaction, which finds them remembered: it must not wait for a second connection.
    if (message.recipient.kind === 'person') {
      await book.settings({ target: message.recipient.siteId });
      await book.defaults(message.recipient.siteId);
    }
    await store.transaction(async (tx) => {
      if (!(await markInstead(tx, message.id))) return;
      const { rows } = await tx.query<{ id: number; kind: NoticeKind }>(
        `select n.id, n.kind from notice_message_items i join notices n on n.id = i.notice_id
         where i.message_id = $1 order by n.id`,
        [message.id],
      );
      await tellByMail(tx, book, message, rows);
    });
  } catch (error) {
    log.warn({ err: error, message: message.id }, 'no mail could be written instead of a message on the site');
  }
}

export function describe(thrown: unknown): { code: ErrorCode; message: string } {
  if (thrown instanceof MailFailure)
    return { code: thrown.trouble === 'never' ? 'mail-refused' : 'mail-unavailable', message: thrown.message };
  if (thrown instanceof Unreachable) return { code: 'not-found', message: thrown.message };
  const { code, message } = toAppError(thrown);
  return { code, message: message.slice(0, 1000) };
}
