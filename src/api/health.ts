import type { Actor } from '../accounts/index.ts';
import { hasSite } from '../accounts/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Handlers } from './routing.ts';

/** One thing without which courses cannot be carried; `ask` throws when it is not there. */
export interface Check {
  name: 'database' | 'schema' | 'worker' | 'engine' | 'key';
  ask(signal: AbortSignal): Promise<void>;
}

/** A check that hangs is a check that fails. */
const checkTimeoutMs = 2000;
/** However many load balancers and people ask: the database is asked once in that time. */
const answerLastsMs = 1000;

interface Answered {
  name: Check['name'];
  ok: boolean;
  ms: number;
  /** Only for operators: it may name paths, addresses and sites. */
  why: string | null;
  late: boolean;
}

/**
 * `health`: this process answers, and asks nobody. `ready`: courses can be carried; for anyone, and so without a reason.
 * `status`: the same for operators, with reasons, and what is wrong with sites.
 */
export function healthHandlers(
  version: string,
  checks: readonly Check[],
  sites: Pick<Sites, 'list'>,
): Handlers<'health' | 'ready' | 'status'> {
  let last: { answers: Promise<Answered[]>; until: number } | undefined;
  const runChecks = (): Promise<Answered[]> => {
    if (!last || performance.now() >= last.until)
      last = { answers: Promise.all(checks.map(runCheck)), until: performance.now() + answerLastsMs };
    return last.answers;
  };
  const uptimeSeconds = () => Math.round(process.uptime());
  return {
    async health() {
      return { status: 'ok', version, uptimeSeconds: uptimeSeconds() };
    },
    async ready() {
      const answers = await runChecks();
      return {
        ready: answers.every(({ ok }) => ok),
        checks: answers.map(({ name, ok, ms, late }) => {
          const message = late ? 'no answer in time' : 'not available';
          return { name, ok, ms, message: ok ? null : message };
        }),
      };
    },
    async status({ actor }) {
      const answers = await runChecks();
      const ready = answers.every(({ ok }) => ok);
      // Without the database there are no sites to speak of, and the check says so.
      const known = answers.some(({ name, ok }) => name === 'database' && !ok)
        ? []
        : await sites.list().catch(() => []);
      return {
        version,
        uptimeSeconds: uptimeSeconds(),
        ready,
        checks: answers.map(({ name, ok, ms, why }) => ({
          name,
          ok,
          ms,
          message: why && withoutForeign(actor, name, why),
        })),
        sites: known.flatMap(({ id, name, health: { state, lastError } }) =>
          hasSite(actor, id) && (state === 'failing' || state === 'expired')
            ? [{ name, state, message: lastError?.message ?? null }]
            : [],
        ),
      };
    },
  };
}

/** Of the key, the reason names sites: for a school's operator perhaps not its own. */
function withoutForeign(actor: Actor, name: Check['name'], why: string): string {
  const all = actor.kind === 'operator' && actor.siteIds === null;
  return all || name !== 'key' ? why : 'the key of the stored tokens is missing';
}

async function runCheck({ name, ask }: Check): Promise<Answered> {
  const started = performance.now();
  const signal = AbortSignal.timeout(checkTimeoutMs);
  const answer = (why: string | null): Answered => ({
    name,
    ok: why === null,
    ms: Math.round(performance.now() - started),
    why,
    late: signal.aborted,
  });
  try {
    await Promise.race([ask(signal), aborted(signal)]);
    return answer(null);
  } catch (error) {
    return answer(signal.aborted ? 'no answer in time' : (error as Error).message);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
