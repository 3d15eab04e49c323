import { type PairAnswer, pairAnswer, pairPath } from '@jouvence/protocol';
import { readResult } from './answer.ts';
import type { SiteClientOptions } from './client.ts';
import { SiteError } from './errors.ts';
import { openWire } from './wire.ts';

export interface PairingExchange extends Omit<SiteClientOptions, 'site' | 'token'> {
  /** For messages; default: the address. */
  site?: string;
  /** 26 letters, as `readPairingCode` gives them. */
  secret: string;
  /** Our own address, where people's tickets come to; empty: none. */
  control: string;
  signal?: AbortSignal;
}

/**
 * A pairing code's secret for a token. Never repeated by itself: the code opens once, and a lost answer needs a new one.
 * @throws SiteError `not-found` when no code is open there, `not-allowed` for a wrong one, `invalid-parameter` for an
 * address that must not be used
 */
export async function exchangePairingCode({
  secret,
  control,
  signal,
  ...options
}: PairingExchange): Promise<PairAnswer> {
  const site = options.site ?? options.url;
  const wire = openWire({ ...options, site, token: '' });
  wire.conceal(secret);
  const timeout = AbortSignal.timeout(wire.limits.callMs);
  const both = signal ? AbortSignal.any([signal, timeout]) : timeout;
  try {
    const answer = await wire.send({
      method: 'POST',
      path: pairPath,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({ secret, control }).toString(),
      signal: both,
    });
    return await readResult(wire, 'pairing', pairAnswer, answer, both);
  } catch (error) {
    if (timeout.aborted && !signal?.aborted)
      throw new SiteError('site-timeout', site, `pairing was not answered within ${wire.limits.callMs} ms`);
    throw error;
  } finally {
    await wire.close();
  }
}
