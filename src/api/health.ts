import type { Handlers } from './routing.ts';

/** One thing without which courses cannot be carried; `ask` throws when it is not there. */
export interface Check {
  name: 'database' | 'worker' | 'engine';
  ask(signal: AbortSignal): Promise<void>;
}

/** A check that hangs is a check that fails. */
const checkTimeoutMs = 2000;

export function healthHandlers(version: string, checks: readonly Check[]): Handlers<'health' | 'ready'> {
  return {
    async health() {
      return { status: 'ok', version, uptimeSeconds: Math.round(process.uptime()) };
    },
    async ready() {
      const answers = await Promise.all(checks.map(runCheck));
      return { ready: answers.every(({ ok }) => ok), checks: answers };
    },
  };
}

async function runCheck({ name, ask }: Check) {
  const started = performance.now();
  const signal = AbortSignal.timeout(checkTimeoutMs);
  let message: string | null = null;
  try {
    await Promise.race([ask(signal), aborted(signal)]);
  } catch (error) {
    // `/ready` is for anyone: that it fails, and not why, which may name paths and addresses.
    message = signal.aborted ? 'no answer in time' : 'not available';
    void error;
  }
  return { name, ok: message === null, ms: Math.round(performance.now() - started), message };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
