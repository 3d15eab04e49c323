import { audit } from '../audit/index.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/index.ts';

const everyMs = 3_600_000;

/**
 * Tells the head of the audit to the log, which is kept elsewhere than the database: when its end has been cut off, or
 * all of it was made anew, `audit verify --head` with one of these lines shows it. Nothing new is not told again.
 */
export function logAuditHead(store: Store, log: Log): { stop(): void } {
  let told: string | null = null;
  const tell = async (): Promise<void> => {
    try {
      const head = await audit.head(store);
      if (head !== null && head !== told) log.info({ head }, 'audit head');
      told = head;
    } catch (err) {
      log.warn({ err }, 'the head of the audit could not be read');
    }
  };
  void tell();
  const timer = setInterval(() => void tell(), everyMs).unref();
  return { stop: () => clearInterval(timer) };
}
