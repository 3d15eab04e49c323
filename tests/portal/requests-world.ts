import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { localOperator, type OperatorRole } from '../../src/accounts/index.ts';
import { nastyName, sourceAnswers, targetAnswers } from '../../src/api/test/campus.ts';
import { openTestApi } from '../../src/api/testing.ts';
import { recountLines } from '../../src/restores/list.sql.ts';
import { fillRequests } from '../../src/restores/test/fill.ts';
import { openOddSite } from '../../src/sites/test/odd-site.ts';

/** Two sites that answer as they are told, the server with its pages, and whoever looks at them. No worker runs. */
export async function openRequestsWorld() {
  const api = await openTestApi({ pages: join(import.meta.dirname, '../../portal/dist'), checks: [] });
  const opened: AsyncDisposable[] = [];
  const sites: Record<string, { id: number }> = {};
  let rights = true;
  const checkRights: typeof targetAnswers.check_rights = ({ checks }) => ({
    checks: checks.map(({ capability }) => ({ capability, exists: true, allowed: rights })),
  });
  for (const profile of ['source', 'target'] as const) {
    const name = profile === 'source' ? 'old' : 'new';
    const answers = profile === 'source' ? sourceAnswers : { ...targetAnswers, check_rights: checkRights };
    const odd = await openOddSite({ identifier: name, token: `token-of-${name}`, profile, answers });
    opened.push(odd);
    sites[name] = await api.sites.add(localOperator, { name, url: odd.url, token: odd.token, profile });
  }
  await api.sites.pairs.add(localOperator, { source: 'old', target: 'new' });
  await api.settings.set(localOperator, 'requests.oneInstance', false);
  const app = await api.open('public');
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const url = `http://localhost:${port}`;
  let count = 0;
  return {
    api,
    url,
    nastyName,
    /** Between the two sites, as settings are told it. */
    pair: { source: sites.old!.id, target: sites.new!.id },
    /** Of years, without carrying any. */
    fill: (many: number) =>
      fillRequests(api.store, { count: many, people: 40, sources: 1, targets: [sites.new!.id], openPerMille: 40 }),
    /** The same, all of prof.martin. */
    async history(many: number): Promise<void> {
      await fillRequests(api.store, { count: many, people: 1, sources: 1, targets: [sites.new!.id], openPerMille: 0 });
      for (const table of ['restore_requests', 'restore_list'])
        await api.store.query(`update ${table} set target = 'new', person = 'prof.martin'`);
    },
    /** The course of that number, for prof.martin. */
    async send(courseid: number): Promise<string> {
      const items = [{ source: 'old', courseid }];
      return (await api.restores.send(localOperator, { target: 'new', person: 'prof.martin', items }))[0]!.id;
    },
    /** As if a worker had come so far; told to whoever looks on. */
    async becomes(id: string, job: Record<string, unknown>): Promise<void> {
      const names = Object.keys(job);
      const set = names.map((name, index) => `${name} = $${index + 2}`).join(', ');
      await api.store.query(
        `with moved as (update jobs set ${set}, revision = revision + 1 where subject = $1 returning subject)
         select pg_notify('jobs', json_build_object('kind', 'restore', 'subject', subject, 'due', false)::text) from moved`,
        [id, ...Object.values(job)],
      );
    },
    /** Columns of the request itself, before it `becomes` something. */
    async knows(id: string, row: Record<string, unknown>): Promise<void> {
      const names = Object.keys(row);
      const set = names.map((name, index) => `${name} = $${index + 2}`).join(', ');
      await api.store.query(`update restore_requests set ${set} where id = $1`, [id, ...Object.values(row)]);
    },
    async report(id: string, lines: object[]): Promise<void> {
      await api.store.transaction(async (tx) => {
        await tx.query('update restore_requests set report = $2 where id = $1', [id, { restoring: lines }]);
        await recountLines(tx, id);
      });
    },
    /** Whether the target gives people the rights that they need. */
    allow(allowed: boolean): void {
      rights = allowed;
    },
    /** The server as if it had been unplugged; what is given plugs it in again. */
    async loseConnections(): Promise<() => Promise<void>> {
      const closed = once(app.server, 'close');
      app.server.close();
      app.server.closeAllConnections();
      await closed;
      return async () => {
        app.server.listen({ host: '127.0.0.1', port });
        await once(app.server, 'listening');
      };
    },
    clear: () => api.restores.forget(localOperator, ['old', 'new', 'target-1', 'target-2']),
    async operator(role: OperatorRole, name = 'Zoé <b>') {
      const { operators, operatorSessions } = api.accounts;
      const siteIds = role === 'school' ? Object.values(sites).map(({ id }) => id) : null;
      const operator = await operators.add(localOperator, { username: `${role}${++count}`, name, role, siteIds });
      const visit = { address: '127.0.0.1', browser: 'test' };
      const value = await api.store.transaction((tx) => operatorSessions.start(tx, operator, 'password', visit));
      return [{ url, name: '__Host-jouvence-operator', value }];
    },
    async person(username = 'prof.martin') {
      const ticket = { jti: `ticket-${++count}`, until: new Date(Date.now() + 60_000) };
      const person = { kind: 'person' as const, siteId: sites.new!.id, site: 'new', username };
      const value = await api.accounts.sessions.start({ person, language: 'fr', ticket });
      return [{ url, name: '__Host-jouvence-person', value }];
    },
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      for (const each of opened) await each[Symbol.asyncDispose]();
    },
  };
}

export type RequestsWorld = Awaited<ReturnType<typeof openRequestsWorld>>;
