import { accountsUpkeep } from './accounts/index.ts';
import { audit } from './audit/index.ts';
import type { Clock } from './clock.ts';
import type { Modules } from './compose.ts';
import { pruneHosts } from './jobs/index.ts';
import { pruneKept, pruneRequests, pruneTimes } from './restores/index.ts';
import type { Chore } from './upkeep/index.ts';

const dayMs = 86_400_000;
const hostDays = 30;

/** What goes by itself, table by table; notices see to theirs by themselves. */
export function choresOf({ store, settings, jobs, metrics }: Modules, clock: Clock): Chore[] {
  const before = (days: number): Date => new Date(clock.nowMs() - days * dayMs);
  const retention = () => settings.at();
  const opensNothing = (run: (typeof accountsUpkeep)['usedTickets']) => (limit: number) =>
    run(store, clock.now(), limit);
  return [
    { table: 'person_sessions', run: opensNothing(accountsUpkeep.personSessions) },
    { table: 'used_tickets', run: opensNothing(accountsUpkeep.usedTickets) },
    { table: 'operator_sessions', run: opensNothing(accountsUpkeep.operatorSessions) },
    { table: 'operator_invitations', run: opensNothing(accountsUpkeep.invitations) },
    { table: 'sign_in_waits', run: opensNothing(accountsUpkeep.signInWaits) },
    {
      table: 'api_tokens',
      run: async (limit) => accountsUpkeep.tokens(store, before((await retention())['retention.tokenDays']), limit),
    },
    {
      table: 'restore_requests',
      async run(limit) {
        const end = before((await retention())['retention.requestDays']);
        return store.transaction(async (tx) => {
          const ids = await pruneRequests(tx, end, limit);
          await jobs.forget(tx, 'restore', ids);
          return ids.length;
        });
      },
    },
    { table: 'restore_kept', run: (limit) => pruneKept(store, limit) },
    {
      table: 'restore_times',
      run: async (limit) => pruneTimes(store, before((await retention())['retention.requestDays']), limit),
    },
    { table: 'job_hosts', whole: true, run: () => pruneHosts(store, before(hostDays)) },
    { table: 'process_metrics', whole: true, run: () => metrics.prune() },
    {
      // Its own rule says what may go so that the rest can still be verified; it takes all of it at once.
      table: 'audit',
      whole: true,
      async run() {
        const end = before((await retention())['retention.auditDays']);
        return store.transaction((tx) => audit.prune(tx, end));
      },
    },
  ];
}
