import { type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { localOperator } from '../../src/accounts/index.ts';
import { openTestApi } from '../../src/api/testing.ts';
import { openEmbeddedSites } from '../../src/catalogue/test/embedded-sites.ts';
import { type Mischief, openGate } from '../../src/restores/test/gate.ts';

/** Asked again soon, and given up soon. */
const patience = {
  firstMs: 50,
  longestMs: 200,
  tries: 3,
  taskSilenceMs: 20_000,
  cronMs: 300,
  cronLimitMs: 2500,
  queueLimitMs: 20_000,
  goneMs: 1500,
};

/** Two embedded sites behind a gate where everything can go wrong, a real course, a worker with little patience, and the pages. */
export async function openFailuresWorld() {
  const campuses = await openEmbeddedSites();
  const { url: inner } = await campuses.create('unused', 'source');
  const gate = await openGate(passTo(Number(new URL(inner).port)));
  const api = await openTestApi({
    pages: join(import.meta.dirname, '../../portal/dist'),
    restoresOptions: { patience },
    callsPerMinute: 100_000,
  });
  for (const [name, profile, fullname] of [
    ['campus-2024', 'source', 'Moodle 2024, Faculté des lettres'],
    ['campus-2026', 'target', 'Moodle 2026'],
  ] as const) {
    const url = `http://${name}.localhost:${gate.port}`;
    const site = await campuses.create(name, profile, { url, fullname });
    await api.sites.add(localOperator, { ...site, url });
  }
  await api.sites.pairs.add(localOperator, { source: 'campus-2024', target: 'campus-2026' });
  await api.settings.set(localOperator, 'requests.oneInstance', false);
  const people = [{ username: 'prof.martin', email: 'prof.martin@example.org', firstname: 'A', lastname: 'Martin' }];
  for (const site of ['campus-2024', 'campus-2026'])
    await campuses.door('POST', `/sites/${site}/people`, JSON.stringify(people));
  const role = JSON.stringify([{ username: 'prof.martin', role: 'coursecreator', level: 'system' }]);
  const give = () => campuses.door('POST', '/sites/campus-2026/roles', role);
  await give();
  const archive = join(import.meta.dirname, '../../demo/his110-moodle45-users1.mbz');
  const { courseid } = await campuses.load('campus-2024', archive);
  const app = await api.open('public');
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  const worker = await api.work();
  return {
    api,
    url,
    gate,
    campuses,
    archive,
    giveRole: give,
    takeRole: () => campuses.door('DELETE', '/sites/campus-2026/roles', role),
    /** Sends the course while that goes wrong, and waits until it has failed. */
    async fail(mischief: Mischief, wish: object = {}, person: string | null = 'prof.martin'): Promise<string> {
      gate.mischief = mischief;
      const items = [{ source: 'campus-2024', courseid, ...wish }];
      const [sent] = await api.restores.send(localOperator, { target: 'campus-2026', person, items });
      for await (const { state } of api.restores.watch({ ids: [sent!.id] }, new AbortController().signal))
        if (['done', 'failed', 'refused', 'cancelled'].includes(state)) break;
      gate.mischief = null;
      // How a site was is not what the next is told.
      await api.store.query('delete from restore_standing');
      return sent!.id;
    },
    async operator(role: 'operator' | 'auditor' = 'operator') {
      const { operators, operatorSessions } = api.accounts;
      const operator = await operators.add(localOperator, { username: `zoe-${Date.now()}`, role, siteIds: null });
      const visit = { address: '127.0.0.1', browser: 'test' };
      const value = await api.store.transaction((tx) => operatorSessions.start(tx, operator, 'password', visit));
      return [{ url, name: '__Host-jouvence-operator', value }];
    },
    async [Symbol.asyncDispose]() {
      await worker[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
      await gate.close();
      await campuses.close();
    },
  };
}

export type FailuresWorld = Awaited<ReturnType<typeof openFailuresWorld>>;

/** To the engine, whichever of its sites is meant. */
const passTo =
  (port: number): RequestListener =>
  (req, res) => {
    const { method, url, headers } = req;
    const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      res.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(res);
      res.on('close', () => answer.destroy());
    });
    onward.on('error', () => res.destroy());
    req.pipe(onward);
  };
