import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { localOperator, type OperatorRole } from '../../src/accounts/index.ts';
import { nastyName, sourceAnswers, targetAnswers } from '../../src/api/test/campus.ts';
import { openTestApi } from '../../src/api/testing.ts';
import { fillRequests } from '../../src/restores/test/fill.ts';
import { openOddSite } from '../../src/sites/test/odd-site.ts';

/** Two sites that answer as they are told, the server with its pages, and whoever looks at them. No worker runs. */
export async function openRequestsWorld() {
  const api = await openTestApi({ pages: join(import.meta.dirname, '../../portal/dist'), checks: [] });
  const opened: AsyncDisposable[] = [];
  const sites: Record<string, { id: number }> = {};
  for (const profile of ['source', 'target'] as const) {
    const name = profile === 'source' ? 'old' : 'new';
    const answers = profile === 'source' ? sourceAnswers : targetAnswers;
    const odd = await openOddSite({ identifier: name, token: `token-of-${name}`, profile, answers });
    opened.push(odd);
    sites[name] = await api.sites.add(localOperator, { name, url: odd.url, token: odd.token, profile });
  }
  await api.sites.pairs.add(localOperator, { source: 'old', target: 'new' });
  await api.settings.set(localOperator, 'requests.oneInstance', false);
  const app = await api.open('public');
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  let count = 0;
  return {
    api,
    url,
    nastyName,
    /** Of years, without carrying any. */
    fill: (many: number) =>
      fillRequests(api.store, { count: many, people: 40, sources: 1, targets: [sites.new!.id], openPerMille: 40 }),
    /** The course of that number, for prof.martin. */
    async send(courseid: number): Promise<string> {
      const items = [{ source: 'old', courseid }];
      return (await api.restores.send(localOperator, { target: 'new', person: 'prof.martin', items }))[0]!.id;
    },
    /** As if a worker had come so far; told to whoever looks on. */
    async becomes(id: string, job: Record<string, unknown>): Promise<void> {
      const names = Object.keys(job);
      const set = names.map((name, index) => `${name} = $${index + 2}`).join(', ');
      await api.store.query(`update jobs set ${set}, updated_at = now() where subject = $1`, [
        id,
        ...Object.values(job),
      ]);
    },
    async report(id: string, lines: object[]): Promise<void> {
      await api.store.query('update restore_requests set report = $2 where id = $1', [id, { restoring: lines }]);
    },
    async operator(role: OperatorRole, name = 'Zoé <b>') {
      const { operators, operatorSessions } = api.accounts;
      const operator = await operators.add(localOperator, { username: `${role}${++count}`, name, role, siteIds: null });
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
