import { randomUUID } from 'node:crypto';
import { type Clock, Rest } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/index.ts';
import { type AddressTools, addressNext } from './address.ts';
import { type DeliveryTools, deliver, type Outcome } from './deliver.ts';
import { channel } from './events.sql.ts';
import { claimMessages, type MessageRow, nextDueInMs, settleMessage } from './messages.sql.ts';
import type { NoticeWay } from './types.ts';

/*
 * A message is
 *
 *   waiting   open: what follows soon is added, until its time has come
 *             closed: from its first claim on it is what it is; a try that failed puts it off, ever longer
 *   sent      the site, or the mail server, has taken it
 *   given-up  nobody will take it (no such account, no address, refused for good), or it was tried for three days
 *   dropped   nothing of it was wanted any more when its time had come, or it was erased
 *
 * It is claimed for the lease, which is longer than a try may last, and each claim raises the fence. A worker that is
 * killed between sending and writing so leaves a message that is sent a second time, with the same Message-ID, or the
 * same key for the site, by which both are known to be one. Someone may try a message again that was given up.
 *
 * Both ways have slots of their own, so that a mail server that hangs keeps no message from a site, nor the reverse. A
 * way that is closed (the server is down, it refuses the password, the site is away) is left alone for a while: one
 * message finds out, and not ten thousand.
 */

export interface CourierOptions extends AddressTools, Omit<DeliveryTools, 'isAway'> {
  store: Store;
  clock: Clock;
  log: Log;
  /** Longer than a try may last. Default 90 s. */
  leaseMs?: number;
  /** Each hour and when it starts: what is old goes. */
  sweep: () => Promise<void>;
  /** Each minute: looks at what nobody tells of by itself. */
  watch: () => Promise<void>;
}

export interface Courier {
  stop(): Promise<void>;
}

const slots: Record<NoticeWay, number> = { site: 4, mail: 4 };
const pollMs = 1000;
const shortestRestMs = 20;
const watchEveryMs = 60_000;
const sweepEveryMs = 3_600_000;
const firstClosedMs = 10_000;
const longestClosedMs = 300_000;
/** Events addressed before looking at messages again: a flood of one must not keep the other waiting. */
const addressedAtOnce = 10;

export async function startCourier(options: CourierOptions): Promise<Courier> {
  const running = new RunningCourier(options);
  await running.start();
  return running;
}

class RunningCourier implements Courier {
  readonly #options: CourierOptions;
  readonly #id = `${process.pid}/${randomUUID().slice(0, 8)}`;
  readonly #stopping = new AbortController();
  readonly #underWay: Record<NoticeWay, Set<Promise<void>>> = { site: new Set(), mail: new Set() };
  readonly #closed = new Map<string, { untilMs: number; times: number }>();
  #schema = 0;
  readonly #rest: Rest;
  #looping: Promise<void> | undefined;
  #unlisten: (() => Promise<void>) | undefined;
  #watchAtMs = 0;
  #sweepAtMs = 0;

  constructor(options: CourierOptions) {
    this.#options = options;
    this.#rest = new Rest(options.clock);
  }

  async start(): Promise<void> {
    const { store } = this.#options;
    const { rows } = await store.query<{ count: number }>('select count(*)::int as count from schema_migrations');
    this.#schema = rows[0]!.count;
    this.#unlisten = await store.listen(channel, (what) => {
      // Somebody says that it works again.
      if (what === 'retry') this.#closed.clear();
      this.#rest.wake();
    });
    this.#looping = this.#loop();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#rest.wake();
    await this.#looping;
    await Promise.all([...this.#underWay.site, ...this.#underWay.mail]);
    await this.#unlisten?.();
  }

  async #loop(): Promise<void> {
    const { log } = this.#options;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#occasionally();
        for (let left = addressedAtOnce; left > 0 && !this.#stopping.signal.aborted; left--) {
          if (!(await addressNext(this.#options))) break;
          if (left === 1) this.#rest.wake();
        }
        for (const way of ['site', 'mail'] as const) await this.#send(way);
      } catch (error) {
        log.error({ err: error }, 'no notices could be looked at');
        // Not at once: the database may be away.
        await this.#options.clock.sleep(pollMs, this.#stopping.signal).catch(() => {});
        continue;
      }
      await this.#rest.atMost(await this.#untilNext());
    }
  }

  /** Things that fail by themselves, and keep nothing else from being done. */
  async #occasionally(): Promise<void> {
    const { clock, log, watch, sweep } = this.#options;
    const now = clock.nowMs();
    // A clock that was set back must not put these off for as long as it went back.
    if (now >= this.#watchAtMs || now < this.#watchAtMs - watchEveryMs) {
      this.#watchAtMs = now + watchEveryMs;
      await watch().catch((error: unknown) => log.warn({ err: error }, 'nobody looked for trouble to tell'));
    }
    if (now >= this.#sweepAtMs || now < this.#sweepAtMs - sweepEveryMs) {
      this.#sweepAtMs = now + sweepEveryMs;
      await sweep().catch((error: unknown) => log.warn({ err: error }, 'old notices were not removed'));
    }
  }

  async #send(way: NoticeWay): Promise<void> {
    const { store, leaseMs = 90_000 } = this.#options;
    const free = slots[way] - this.#underWay[way].size;
    if (free <= 0 || this.#isClosed(way)) return;
    const messages = await claimMessages(store, {
      way,
      limit: this.#trying(way) ? 1 : free,
      worker: this.#id,
      leaseMs,
      schema: this.#schema,
      notOf: way === 'site' ? this.#closedSites() : [],
    });
    for (const message of messages) this.#start(way, message);
  }

  #start(way: NoticeWay, message: MessageRow): void {
    const work = this.#work(message).finally(() => {
      this.#underWay[way].delete(work);
      this.#rest.wake();
    });
    this.#underWay[way].add(work);
  }

  async #work(message: MessageRow): Promise<void> {
    const { store, log } = this.#options;
    const about = { message: message.id, way: message.way, tries: message.tries };
    try {
      const { closed, ...end } = await deliver(
        { ...this.#options, isAway: (siteId) => this.#isClosed(`site ${siteId}`) },
        message,
        this.#stopping.signal,
      );
      this.#note(message, end, closed);
      // Let go of, and due at once for the next worker.
      const stopped = this.#stopping.signal.aborted && end.state === 'waiting';
      await settleMessage(store, message, stopped ? { ...end, afterMs: 0 } : end);
      if (end.state === 'given-up') log.error({ ...about, err: end.error }, 'a notice is given up');
      else if (end.error) log.warn({ ...about, state: end.state, err: end.error }, 'a notice was not sent');
    } catch (error) {
      // What became of it is not written: it is tried again when the lease has run out.
      log.error({ ...about, err: error }, 'what became of a notice could not be written');
    }
  }

  #note(message: MessageRow, end: { state: string }, closed: Outcome['closed']): void {
    if (this.#stopping.signal.aborted) return;
    const { clock } = this.#options;
    if (!closed) {
      if (end.state !== 'sent') return;
      this.#closed.delete(message.way);
      if (message.way === 'site') this.#closed.delete(`site ${message.recipient.siteId}`);
      return;
    }
    const key = closed.way === 'mail' ? 'mail' : `site ${closed.siteId}`;
    const now = clock.nowMs();
    const before = this.#closed.get(key);
    // Several that were under way when it closed find out the same thing.
    if (before && before.untilMs > now && before.untilMs <= now + longestClosedMs) return;
    const times = before?.times ?? 0;
    this.#closed.set(key, { untilMs: now + Math.min(firstClosedMs * 2 ** times, longestClosedMs), times: times + 1 });
  }

  #isClosed(key: string): boolean {
    const found = this.#closed.get(key);
    const now = this.#options.clock.nowMs();
    return found !== undefined && found.untilMs > now && found.untilMs <= now + longestClosedMs;
  }

  /** It was closed, and nothing has gone through since: one finds out. */
  #trying = (way: NoticeWay): boolean => this.#closed.has(way);

  #closedSites(): number[] {
    return [...this.#closed.keys()]
      .filter((key) => key.startsWith('site ') && this.#isClosed(key))
      .map((key) => Number(key.slice('site '.length)));
  }

  async #untilNext(): Promise<number> {
    const { store } = this.#options;
    const ms = await nextDueInMs(store).catch(() => null);
    // What is due and cannot go just now is looked at again with the next poll.
    return ms === null || ms <= 0 ? pollMs : Math.min(Math.max(ms, shortestRestMs), pollMs);
  }
}
