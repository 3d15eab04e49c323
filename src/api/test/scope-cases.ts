import type { Operation } from '@jouvence/contract';
import { localOperator } from '../../accounts/index.ts';
import type { openWorld } from './world.ts';

/*
 * Whose is what an operation is about? Each operation of the contract has a line here, and `scope.test.ts` calls it as
 * everybody: nobody, people, auditors, operators of these sites and of others. Who adds a route adds its line. A call is
 * about things of the sites `old` and `new`, of the pair between them, and of `prof.martin` of `new`, and says by
 * `scope` who has to do with that:
 *
 *   anyone  no caller is refused
 *   public  the same, and everybody is told the same, of sites too: what that is, a setting of each site decides
 *   self    only the caller: whoever gets in at all (`who` of the route) is answered
 *   cut     a list: whoever gets in is answered, and sees nothing of others
 *   site    whoever has the sites: an operator of others must not learn that it is there
 *   person  the same, and of people only prof.martin of `new`
 *   elsewhere  the caller's own session, of which `sign-in.test.ts` speaks: here only who gets in at all
 *   machine  nobody from the network, whoever it is
 *   all     Jouvence as a whole: refused to whoever is limited to some sites
 *
 * Several cases where it depends on what is sent.
 */
export interface ScopeCase {
  scope: 'anyone' | 'public' | 'elsewhere' | 'self' | 'cut' | 'site' | 'person' | 'machine' | 'all';
  /** Made anew for each call: what is used up by one must be there for the next. */
  send?: (world: World) => Promise<Sent> | Sent;
  /** How it is refused; default: 404, and 403 for `all`. 200: an empty answer. */
  refused?: { people?: 403 | 404; operators?: 200 | 403 | 404 };
}

export type World = Awaited<ReturnType<typeof openWorld>>;
export interface Sent {
  params?: Record<string, string | number>;
  query?: Record<string, string | number | boolean>;
  body?: object;
}

const target = { target: 'new' };
const martin = { target: 'new', person: 'prof.martin' };
const site = { params: { site: 'new' } };
async function byOperator({ api, fresh }: World): Promise<Sent> {
  const username = fresh('operator');
  await api.accounts.operators.add(localOperator, { username, role: 'auditor', siteIds: null });
  return { params: { username } };
}
const byRequest = ({ request }: World): Sent => ({ params: { id: request } });

export const scopeCases: Record<Operation, ScopeCase | readonly ScopeCase[]> = {
  health: { scope: 'anyone' },
  ready: { scope: 'anyone' },
  status: { scope: 'cut' },

  'sites.list': { scope: 'cut' },
  'sites.show': { scope: 'site', send: () => site },
  'sites.categories': { scope: 'site', send: () => site },
  'sites.check': { scope: 'site', send: () => ({ ...site, body: {} }) },
  'sites.rotate': { scope: 'site', send: () => ({ ...site, body: {} }) },
  'sites.setToken': {
    scope: 'site',
    send: ({ target }) => ({ params: { site: 'new', profile: 'target' }, body: { token: target.token } }),
  },
  'sites.add': {
    scope: 'all',
    send: async ({ source }) => ({ body: { name: 'old', url: source.url, profile: 'source', token: source.token } }),
  },
  'sites.pair': {
    scope: 'all',
    send: () => ({ body: { name: 'gone', code: `http://127.0.0.1:9#${'a'.repeat(26)}`, private: true } }),
  },
  'sites.addCodeBase': { scope: 'machine', send: () => ({ body: { name: 'here', codeBase: '/srv/moodle' } }) },
  'sites.pause': { scope: 'site', send: () => ({ ...site, body: { reason: 'x' } }) },
  'sites.resume': { scope: 'site', send: () => ({ ...site, body: {} }) },
  'sites.remove': { scope: 'all', send: async (world) => ({ params: { site: await world.spareSite() } }) },

  'blockTokens.list': { scope: 'site', send: () => site },
  'blockTokens.create': { scope: 'site', send: () => ({ ...site, body: { name: 'x' } }) },
  'blockTokens.revoke': { scope: 'site', send: () => ({ params: { site: 'new', id: 1 } }) },

  'pairs.list': { scope: 'cut' },
  'pairs.add': { scope: 'site', send: () => ({ body: { source: 'old', target: 'new' } }) },
  'pairs.remove': {
    scope: 'site',
    send: async ({ api }) => {
      await api.sites.pairs.add(localOperator, { source: 'older', target: 'new' });
      return { params: { source: 'older', target: 'new' } };
    },
  },

  'entrances.list': { scope: 'public' },

  'session.signIn': { scope: 'elsewhere' },
  'session.show': { scope: 'self' },
  'session.end': { scope: 'elsewhere' },
  'session.password': { scope: 'elsewhere' },
  'sessions.list': { scope: 'self' },
  'sessions.end': { scope: 'elsewhere', send: () => ({ params: { id: 999_999 } }) },

  'operators.list': { scope: 'cut' },
  'operators.show': { scope: 'all', refused: { operators: 404 }, send: byOperator },
  'operators.add': {
    scope: 'all',
    send: ({ fresh }) => ({ body: { username: fresh('operator'), role: 'auditor' } }),
  },
  'operators.change': {
    scope: 'all',
    send: async (world) => ({ ...(await byOperator(world)), body: { language: 'fr' } }),
  },
  'operators.disable': { scope: 'all', send: byOperator },
  'operators.enable': { scope: 'all', send: byOperator },
  'operators.remove': { scope: 'all', send: byOperator },
  'operators.invite': { scope: 'all', send: byOperator },
  'operators.password': {
    scope: 'all',
    send: async (world) => ({ ...(await byOperator(world)), body: { password: 'sept lampes au grenier' } }),
  },

  'audit.list': { scope: 'cut' },
  'audit.verify': { scope: 'all' },

  'tokens.list': { scope: 'cut' },
  'tokens.create': [
    { scope: 'self', send: ({ fresh }) => ({ body: { name: fresh('token'), days: 1 } }) },
    {
      scope: 'site',
      send: ({ fresh }) => ({ body: { name: fresh('token'), days: 1, role: 'school', sites: ['new'] } }),
    },
    {
      scope: 'all',
      send: ({ fresh }) => ({ body: { name: fresh('token'), days: 1, role: 'operator' } }),
    },
  ],
  'tokens.revoke': {
    scope: 'all',
    refused: { operators: 404 },
    send: async ({ api, fresh }) => {
      const name = fresh('token');
      await api.token(name);
      return { params: { name } };
    },
  },

  'people.forOthers': [
    { scope: 'site', refused: { people: 403 }, send: () => ({ query: target }) },
    { scope: 'person', refused: { people: 403 }, send: () => ({ query: martin }) },
  ],
  'courses.list': { scope: 'person', refused: { people: 403 }, send: () => ({ query: martin }) },
  'courses.search': { scope: 'site', send: () => ({ params: { site: 'old' } }) },
  'courses.show': [
    {
      scope: 'person',
      refused: { people: 403 },
      send: () => ({ params: { source: 'old', courseid: 1 }, query: martin }),
    },
  ],

  'requests.send': {
    scope: 'person',
    refused: { people: 403 },
    send: ({ fresh }) => ({ body: { ...martin, key: fresh('key'), items: [{ source: 'old', courseid: 1 }] } }),
  },
  'requests.check': {
    scope: 'person',
    refused: { people: 403 },
    send: () => ({ body: { ...martin, items: [{ source: 'old', courseid: 1 }] } }),
  },
  'requests.enrol': { scope: 'person', send: (world) => ({ ...byRequest(world), body: { person: 'prof.martin' } }) },
  'requests.register': {
    scope: 'site',
    send: () => ({ body: { target: 'new', courses: [{ source: 'old', courseid: 1, course: 1 }], dryRun: true } }),
  },
  'requests.counts': { scope: 'cut' },
  'requests.list': [
    { scope: 'cut' },
    { scope: 'person', refused: { people: 403, operators: 200 }, send: () => ({ query: martin }) },
  ],
  'requests.show': { scope: 'person', send: byRequest },
  'requests.cancel': { scope: 'person', send: byRequest },
  'requests.retry': { scope: 'person', send: byRequest },
  'requests.report': { scope: 'person', send: byRequest },
  'requests.deal': {
    scope: 'person',
    send: async (world) => {
      const { id, line } = await world.endedRequest();
      return { params: { id, line }, body: {} };
    },
  },
  'requests.category': {
    scope: 'site',
    send: ({ request }) => ({ params: { id: request }, body: { category: { kind: 'default' } } }),
  },
  'requests.delete': { scope: 'site', send: async (world) => ({ params: { id: (await world.endedRequest()).id } }) },
  // Of each request it says by itself whether it is the caller's.
  'requests.bulk': {
    scope: 'cut',
    send: () => ({ body: { action: 'retry', filter: { person: 'prof.martin' }, count: 100 } }),
  },

  'notices.list': { scope: 'cut' },
  'notices.read': { scope: 'self', send: () => ({ body: { upTo: 1 } }) },
  'notices.preferences': { scope: 'self' },
  'notices.setPreferences': {
    scope: 'self',
    send: () => ({ body: { preferences: [{ kind: 'done', way: 'mail', wanted: null }] } }),
  },
  'notices.outbox': { scope: 'cut' },
  'notices.retry': { scope: 'site', send: async (world) => ({ params: { id: await givenUp(world) } }) },
  'people.export': { scope: 'all', send: () => ({ params: { site: 'new', username: 'somebody.gone' } }) },
  'people.erase': { scope: 'all', send: () => ({ params: { site: 'new', username: 'somebody.gone' }, body: {} }) },
  'notices.test': { scope: 'all', send: () => ({ body: { address: 'me@example.org' } }) },

  'live.requests': [
    { scope: 'cut' },
    { scope: 'person', refused: { people: 403, operators: 200 }, send: () => ({ query: martin }) },
  ],

  'settings.list': [{ scope: 'self' }, { scope: 'site', send: () => ({ query: target }) }],
  'settings.set': [
    { scope: 'all', send: () => ({ params: { key: 'enrol.requester' }, body: { value: true } }) },
    { scope: 'site', send: () => ({ params: { key: 'enrol.requester' }, body: { value: true, ...target } }) },
  ],
  'settings.unset': [
    { scope: 'all', send: () => ({ params: { key: 'enrol.requester' } }) },
    { scope: 'site', send: () => ({ params: { key: 'enrol.requester' }, query: target }) },
  ],
  'settings.import': {
    scope: 'site',
    send: () => ({ body: { ...target, text: 'onlyoneremoteinstance\t1', dryRun: true } }),
  },
};

/** A message to prof.martin of `new` that nobody took. */
async function givenUp({ api, fresh }: World): Promise<number> {
  const { id: siteId } = await api.sites.get('new');
  const { rows } = await api.store.query<{ id: number }>(
    `insert into notice_messages (way, recipient, site_id, name, stream, key, state, next_at, closed_at)
     values ('site', 'person', $1, 'prof.martin', 'own', $2, 'given-up', now(), now()) returning id`,
    [siteId, fresh('message')],
  );
  return rows[0]!.id;
}
