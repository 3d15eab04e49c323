import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Log } from '../log.ts';

type Listen = (channel: string, fn: (payload: string) => void) => Promise<() => Promise<void>>;

const retryMs = 500;

/**
 * One connection for all channels, taken when the first is asked for. When it is lost a new one is taken, listens to
 * the same channels, and every listener is called once with '' because something may have been said meanwhile.
 */
export function openListener(pool: pg.Pool, log: Log): { listen: Listen; close(): Promise<void> } {
  const channels = new Map<string, Set<(payload: string) => void>>();
  const ending = new AbortController();
  let connecting: Promise<pg.PoolClient> | undefined;

  async function connect(): Promise<pg.PoolClient> {
    const client = await pool.connect();
    client.on('notification', ({ channel, payload }) => {
      for (const fn of channels.get(channel) ?? []) fn(payload ?? '');
    });
    client.once('end', () => {
      if (ending.signal.aborted) return;
      client.release(true);
      connecting = undefined;
      void reconnect();
    });
    try {
      for (const channel of channels.keys()) await client.query(`listen ${client.escapeIdentifier(channel)}`);
    } catch (error) {
      client.removeAllListeners('end');
      client.release(true);
      throw error;
    }
    return client;
  }

  async function reconnect(): Promise<void> {
    while (!ending.signal.aborted && channels.size > 0) {
      try {
        connecting ??= connect();
        await connecting;
        for (const fns of channels.values()) for (const fn of fns) fn('');
        return;
      } catch (error) {
        connecting = undefined;
        log.warn({ err: error }, 'listening to the database');
        await sleep(retryMs, undefined, { signal: ending.signal }).catch(() => {});
      }
    }
  }

  return {
    async listen(channel, fn) {
      const fns = channels.get(channel) ?? new Set();
      channels.set(channel, fns.add(fn));
      try {
        connecting ??= connect();
        const client = await connecting;
        await client.query(`listen ${client.escapeIdentifier(channel)}`);
      } catch (error) {
        connecting = undefined;
        fns.delete(fn);
        throw error;
      }
      return async () => {
        fns.delete(fn);
        if (fns.size > 0 || ending.signal.aborted || channels.get(channel) !== fns) return;
        channels.delete(channel);
        // A connection that is lost listens to nothing any more.
        await connecting
          ?.then((client) => client.query(`unlisten ${client.escapeIdentifier(channel)}`))
          .catch(() => {});
      };
    },
    async close() {
      ending.abort();
      const client = await connecting?.catch(() => undefined);
      client?.release(true);
      channels.clear();
    },
  };
}
