import { createTranslator, type Language } from '@jouvence/i18n';
import type { Actor } from '../accounts/index.ts';
import { audit, nameOf } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Queryable, Store } from '../store/index.ts';
import { openAddressBook } from './address-book.ts';
import { asHtml, asText } from './compose/render.ts';
import { rememberContact } from './contacts.ts';
import { type Courier, startCourier } from './courier.ts';
import { describe } from './deliver.ts';
import { insertEvent, wake } from './events.sql.ts';
import { listNotices, type NoticePage, readNotices } from './inbox.ts';
import { type Mailer, type MailOptions, openMailer } from './mail.ts';
import { countMessages, type MessageRow, reopenMessage, selectMessages } from './messages.sql.ts';
import {
  choicesOf,
  type Owner,
  type Preference,
  readPreferences,
  type SiteDefaults,
  writePreference,
} from './preferences.ts';
import { erasePerson, exportPerson, type PersonKey, removeOld } from './privacy.ts';
import type { MessageState, NoticeFacts, NoticeKind, NoticeWay, OperatorContact } from './types.ts';
import { tellOfTokens } from './watch.ts';

export interface NoticesOptions {
  store: Store;
  settings: Settings;
  sites: Sites;
  log: Log;
  clock: Clock;
  mail: MailOptions;
  /** Where browsers reach us; empty: nowhere, and no message leads there. */
  publicUrl: string;
  operators: (db?: Queryable) => Promise<OperatorContact[]>;
}

/** A message as administrators see it: to whom and how, never what it says. */
export interface OutboxMessage {
  id: number;
  way: NoticeWay;
  /** `username (site)`, an operator's name, or an address. */
  recipient: string;
  kinds: NoticeKind[];
  /** How many notices are in it. */
  notices: number;
  state: MessageState;
  createdAt: Date;
  /** When it is tried next; null when it has ended. */
  nextAt: Date | null;
  endedAt: Date | null;
  tries: number;
  error: { code: string; message: string } | null;
}

export interface Outbox {
  /** Newest first. */
  messages: OutboxMessage[];
  next: string | null;
  /** Whether mail goes out at all. */
  mail: boolean;
  counts: Record<MessageState | 'failing' | 'unaddressed', number>;
}

export interface Notices {
  /**
   * Writes down, in the transaction of the state that it speaks of, what is to be told. One statement; whom it concerns
   * is found out later. What was told once already (the same outage, the same token) is not told again.
   */
  tell(tx: Queryable, facts: NoticeFacts): Promise<void>;
  /** How somebody was said to be reached, for when their site cannot be asked; kept for three days. */
  remember(
    db: Queryable,
    contact: { siteId: number; username: string; email: string; language: string },
  ): Promise<void>;
  list(
    actor: Actor,
    options: { language: Language; unread?: boolean; limit?: number; after?: string },
  ): Promise<NoticePage>;
  /** How many are unread then. @throws AppError `not-found` for one that is not theirs */
  read(actor: Actor, which: { ids: readonly number[] } | { upTo: number }): Promise<number>;
  preferences(actor: Actor): Promise<Preference[]>;
  /** `wanted` null: as the settings say. @throws AppError `invalid-parameter` for what there is not to choose */
  setPreferences(
    actor: Actor,
    changes: readonly { kind: NoticeKind; way: NoticeWay; wanted: boolean | null }[],
  ): Promise<Preference[]>;
  /** What goes out to those of the sites that the caller has to do with. */
  outbox(
    filter: { state?: MessageState[]; failing?: boolean; sites: readonly number[] | null },
    page?: { limit?: number; after?: string },
  ): Promise<Outbox>;
  /** Sends it once more, now. @throws AppError `not-found`, `conflict` when it was sent, or is being sent */
  retry(actor: Actor, id: number): Promise<OutboxMessage>;
  /** Sends a mail to this address at once; what the server said. @throws AppError `config-invalid`, `mail-…` */
  test(actor: Actor, address: string, language: Language): Promise<{ response: string }>;
  /** Everything that is kept here of somebody of a site. */
  exportPerson(db: Queryable, person: PersonKey): ReturnType<typeof exportPerson>;
  /** Returns how many rows there were. */
  erasePerson(tx: Queryable, person: PersonKey): Promise<number>;
  /** Removes what is older than `retention.noticeDays`; the courier does it each hour. */
  sweep(): Promise<number>;
  /** Addresses and delivers, until it is stopped; any number of processes may. `watch`: more to look at each minute. */
  startCourier(options?: { leaseMs?: number; watch?: () => Promise<void> }): Promise<Courier>;
}

const mostListed = 200;

export function createNotices(options: NoticesOptions): Notices {
  const { store, settings, sites, log, clock, publicUrl, operators } = options;
  const hasMail = options.mail.url !== '';
  const book = openAddressBook({ settings, sites, operators, hasMail, nowMs: () => clock.nowMs() });

  /** A token speaks for the operator who made it: whose notices and preferences are meant. */
  async function behind(actor: Actor): Promise<Actor> {
    if (actor.kind !== 'operator' || actor.operatorId === undefined || actor.tokenId === undefined) return actor;
    const owner = (await operators()).find(({ id }) => id === actor.operatorId);
    return owner ? { ...actor, name: owner.name } : actor;
  }

  async function defaultsOf(owner: Owner): Promise<SiteDefaults> {
    return owner.owner === 'person' ? book.defaults(owner.siteId) : { site: false, mail: hasMail };
  }

  const siteNames = async () => new Map((await sites.list()).map(({ id, name }) => [id, name]));

  function show(
    rows: (MessageRow & { notices: number; kinds: NoticeKind[] })[],
    names: ReadonlyMap<number, string>,
  ): OutboxMessage[] {
    return rows.map((row) => ({
      id: row.id,
      way: row.way,
      recipient:
        row.recipient.kind === 'person'
          ? `${row.recipient.name} (${names.get(row.recipient.siteId) ?? row.recipient.siteId})`
          : row.recipient.name,
      kinds: row.kinds,
      notices: row.notices,
      state: row.state,
      createdAt: row.createdAt,
      nextAt: row.state === 'waiting' ? row.nextAt : null,
      endedAt: row.endedAt,
      tries: row.tries,
      error: row.error,
    }));
  }

  async function sweep(): Promise<number> {
    const { 'retention.noticeDays': days } = await settings.at();
    return removeOld(store, days);
  }

  return {
    tell: async (tx, facts) => void (await insertEvent(tx, facts)),
    remember: rememberContact,

    list: async (actor, { limit = 50, after, ...rest }) =>
      listNotices({ db: store, book }, await behind(actor), {
        ...rest,
        limit: Math.min(Math.max(1, limit), mostListed),
        before: readAfter(after),
      }),

    async read(actor, which) {
      const reader = await behind(actor);
      return store.transaction((tx) => readNotices(tx, reader, which));
    },
    async preferences(actor) {
      const owner = ownerOf(await behind(actor));
      return readPreferences(store, owner, await defaultsOf(owner));
    },

    async setPreferences(actor, changes) {
      const whose = await behind(actor);
      const owner = ownerOf(whose);
      const defaults = await defaultsOf(owner);
      return store.transaction(async (tx) => {
        const choices = choicesOf(owner);
        for (const change of changes) {
          if (!choices.some(({ kind, way }) => kind === change.kind && way === change.way))
            throw new AppError('invalid-parameter', `there is nothing to choose for ${change.kind} by ${change.way}`);
          await writePreference(tx, owner, change);
        }
        await audit.write(tx, {
          actor,
          action: 'notices.setPreferences',
          // A person is named as everywhere, so that whoever is erased is found.
          object: whose.kind === 'person' ? `person ${whose.username}` : `preferences of ${nameOf(whose)}`,
          ...(actor.kind === 'person' && { site: actor.site }),
          after: changes,
        });
        return readPreferences(tx, owner, defaults);
      });
    },

    async outbox(filter, { limit = 50, after } = {}) {
      const most = Math.min(Math.max(1, limit), mostListed);
      const rows = await selectMessages(store, filter, { limit: most + 1, before: readAfter(after) });
      const shown = rows.slice(0, most);
      return {
        messages: show(shown, await siteNames()),
        next: rows.length > most ? String(shown.at(-1)!.id) : null,
        mail: hasMail,
        counts: await countMessages(store, filter.sites),
      };
    },

    async retry(actor, id) {
      // Not inside: a transaction that waits for a second connection can wait for ever.
      const names = await siteNames();
      return store.transaction(async (tx) => {
        const find = () =>
          selectMessages(tx, { sites: actor.kind === 'operator' ? actor.siteIds : null }, { limit: 1, before: id + 1 });
        const [row] = await find();
        if (row?.id !== id) throw new AppError('not-found', `there is no message ${id}`);
        if (!(await reopenMessage(tx, id)))
          throw new AppError('conflict', `message ${id} was sent, or is being sent just now`);
        await audit.write(tx, { actor, action: 'notices.retry', object: `message ${id}` });
        await wake(tx, 'retry');
        return show(await find(), names)[0]!;
      });
    },

    test: (actor, address, language) => sendTest(options, actor, address, language),
    exportPerson,
    erasePerson,
    sweep,

    async startCourier({ leaseMs, watch } = {}) {
      const mailer = openMailerOrNone(options);
      const courier = await startCourier({
        store,
        book,
        sites,
        mailer,
        publicUrl,
        log,
        clock,
        ...(leaseMs !== undefined && { leaseMs }),
        sweep: async () => void (await sweep()),
        async watch() {
          await tellOfTokens({ store, sites, clock });
          await watch?.();
        },
      });
      return {
        async stop() {
          await courier.stop();
          mailer?.close();
        },
      };
    },
  };
}

/** A worker carries courses whether or not its mail can be understood. */
function openMailerOrNone({ mail, log }: NoticesOptions): Mailer | null {
  try {
    return openMailer(mail);
  } catch (error) {
    log.error({ err: error }, 'no mail goes out');
    return null;
  }
}

/** Whose preferences an actor sets: an operator's go with its name. */
function ownerOf(actor: Actor): Owner {
  if (actor.kind === 'person') return { owner: 'person', siteId: actor.siteId, name: actor.username };
  return { owner: 'operator', siteId: null, name: nameOf(actor) };
}

function readAfter(after: string | undefined): number | null {
  if (after === undefined) return null;
  const before = Number(after);
  if (Number.isSafeInteger(before) && before > 0) return before;
  throw new AppError('invalid-parameter', `"${after}" is not what an earlier page gave as next`);
}

async function sendTest(
  { store, mail, clock }: NoticesOptions,
  actor: Actor,
  address: string,
  language: Language,
): Promise<{ response: string }> {
  const mailer = openMailer(mail);
  if (!mailer) throw new AppError('config-invalid', 'mail.url is empty: no mail goes out. See: jouvence config show');
  const { t } = createTranslator(language);
  const content = {
    subject: t('notice.test.subject'),
    blocks: [{ kind: 'text' as const, sentence: [t('notice.test.text', { actor: nameOf(actor) })] }],
    link: null,
  };
  try {
    const response = await mailer.send({
      to: address,
      subject: content.subject,
      text: asText(content),
      html: asHtml(content, { language, whole: true }),
      key: `test-${crypto.randomUUID()}`,
      date: clock.now(),
      language,
    });
    await audit.write(store, { actor, action: 'notices.test', object: 'mail' });
    return { response };
  } catch (error) {
    const { code, message } = describe(error);
    throw new AppError(code, message, { cause: error });
  } finally {
    mailer.close();
  }
}
