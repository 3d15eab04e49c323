import { localOperator, type OperatorRole } from '../../accounts/index.ts';
import { openOddSite } from '../../sites/test/odd-site.ts';
import { openTestApi } from '../testing.ts';
import { sourceAnswers, targetAnswers } from './campus.ts';

export const publicUrl = 'https://jouvence.example';

/** What stands in no answer to whoever has only `old` and `new`, and the other way round. */
export const names = { here: ['"new"', '"old"'], far: ['canary-far', 'canary-old'] };

/** Two schools on one Jouvence, each with a source, a target, a pair and a request of its prof.martin. */
export async function openWorld() {
  const api = await openTestApi({ publicUrl, ownNames: ['jouvence.example'], callsPerMinute: 100_000 });
  const opened: AsyncDisposable[] = [];
  let count = 0;
  const fresh = (word: string): string => `${word}-${++count}`;
  async function site(name: string, profile: 'source' | 'target') {
    const giveToken = () => {
      odd.token = fresh(`token-of-${name}`);
      return { token: odd.token, expires: 0 };
    };
    const answers = { ...(profile === 'source' ? sourceAnswers : targetAnswers), rotate_token: giveToken };
    const odd = await openOddSite({ identifier: name, token: `token-of-${name}`, profile, answers });
    opened.push(odd);
    const { id } = await api.sites.add(localOperator, { name, url: odd.url, token: odd.token, profile });
    return Object.assign(odd, { id });
  }
  async function school(oldName: string, newName: string) {
    const [source, target] = [await site(oldName, 'source'), await site(newName, 'target')];
    await api.sites.pairs.add(localOperator, { source: source.id, target: target.id });
    const wish = { target: newName, person: 'prof.martin', items: [{ source: oldName, courseid: 1 }] };
    const [request] = await api.restores.send(localOperator, wish);
    return { source, target, request: request!.id as string, siteIds: [source.id, target.id] };
  }
  // Each case asks for the same course anew.
  await api.settings.set(localOperator, 'requests.oneInstance', false);
  const here = await school('old', 'new');
  const far = await school('canary-old', 'canary-far');
  here.siteIds.push((await site('older', 'source')).id);
  return {
    api,
    ...here,
    far,
    fresh,
    spareSite: async (): Promise<string> => {
      const name = fresh('spare');
      await site(name, 'source');
      return name;
    },
    /** A request of prof.martin to `new` that has ended, with a line in its report. */
    async endedRequest(): Promise<{ id: string; line: string }> {
      const wish = { target: 'new', person: 'prof.martin', items: [{ source: 'old', courseid: 1 }] };
      const { id } = (await api.restores.send(localOperator, wish))[0]!;
      const line = { code: 'x', severity: 'warning', what: 'x', why: 'x', todo: '' };
      await api.store.query('update restore_requests set report = $2 where id = $1', [id, { restoring: [line] }]);
      await api.store.query("update jobs set outcome = 'cancelled' where subject = $1", [id]);
      return { id, line: (await api.restores.get(id)).report[0]!.key };
    },
    /** The cookie of somebody who entered from a site. */
    async enter({ id: siteId }: { id: number }, username: string): Promise<string> {
      const { name } = await api.sites.get(siteId);
      const ticket = { jti: fresh('ticket'), until: new Date(Date.now() + 60_000) };
      const person = { kind: 'person' as const, siteId, site: name, username };
      return `__Host-jouvence-person=${await api.accounts.sessions.start({ person, language: 'fr', ticket })}`;
    },
    /** The cookie of an operator who signed in; `ended`: and was signed out since. */
    async signIn(role: OperatorRole, sites: number[] | null, { ended = false } = {}): Promise<string> {
      const { operators, operatorSessions } = api.accounts;
      const operator = await operators.add(localOperator, { username: fresh(role), role, siteIds: sites });
      const visit = { address: '127.0.0.1', browser: 'test' };
      const key = await api.store.transaction((tx) => operatorSessions.start(tx, operator, 'password', visit));
      if (ended) await operatorSessions.end(key);
      return `__Host-jouvence-operator=${key}`;
    },
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      for (const each of opened) await each[Symbol.asyncDispose]();
    },
  };
}
