import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DoorRoute, type DoorSite, doorRoutes } from '@jouvence/protocol';
import type { z } from 'zod';
import { createCategory, deleteCategory, getCategoryId } from './categories.ts';
import { findContext } from './contexts.ts';
import type { Courses } from './courses/index.ts';
import type { Database, Log, Tx } from './database.ts';
import { EngineError, type EngineErrorCode } from './errors.ts';
import { discardRest, readText } from './http/body.ts';
import { sendJson } from './http/respond.ts';
import { listNotices } from './notices.ts';
import { createPairing } from './pairing.ts';
import { hashPassword } from './passwords.ts';
import { findPeople, type NewPerson, savePeople } from './people.ts';
import { type Assignment, assignRoles, defineRole, listRoles, unassignRole } from './roles.ts';
import { endSessionsOf } from './sessions.ts';
import type { Site, Sites } from './sites.ts';
import { createGuestToken, listGuestTokens, revokeGuestToken, revokeGuestTokens } from './strasbourg/index.ts';
import { createToken, revokeTokens } from './tokens.ts';

export interface DoorOptions {
  database: Database;
  sites: Sites;
  courses: Courses;
  doorKey: string;
  log: Log;
}

type Body<R extends DoorRoute> = (typeof doorRoutes)[R]['body'] extends infer B extends z.ZodType ? z.output<B> : null;
type Answer<R extends DoorRoute> = z.output<(typeof doorRoutes)[R]['result']>;
interface DoorCall<R extends DoorRoute> {
  /** Path parameters, decoded. */
  path: Record<string, string>;
  query: URLSearchParams;
  body: Body<R>;
  req: IncomingMessage;
}
type Handlers = { [R in DoorRoute]: (call: DoorCall<R>) => Promise<Answer<R>> };

const prefix = '/engine/v1';

const statusOf: Record<EngineErrorCode, number> = {
  'invalid-parameter': 400,
  unauthorized: 401,
  'not-allowed': 403,
  'not-found': 404,
  conflict: 409,
  quota: 413,
  unsupported: 422,
  busy: 503,
  'site-error': 500,
  configuration: 500,
};

/** The engine's own door: JSON over a unix socket, with the key from the data directory. */
export function createDoor(options: DoorOptions): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const handlers = doorHandlers(options);
  const expected = hashOf(`Bearer ${options.doorKey}`);
  return async (req, res) => {
    try {
      // Hashes, so that neither the time nor the length tells anything.
      if (!timingSafeEqual(hashOf(req.headers.authorization ?? ''), expected))
        throw new EngineError('unauthorized', 'the door needs its key: Authorization: Bearer …');
      const [pathname, query] = req.url!.split('?', 2) as [string, string | undefined];
      const { route, path } = findRoute(req.method!, pathname);
      const body = await readBody(route, req);
      const handle = handlers[route] as (call: DoorCall<DoorRoute>) => Promise<unknown>;
      sendJson(res, 200, await handle({ path, query: new URLSearchParams(query), body: body as never, req }));
    } catch (error) {
      answerError(options.log, req, res, error);
    }
  };
}

function findRoute(method: string, pathname: string): { route: DoorRoute; path: Record<string, string> } {
  const asked = pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length).split('/') : [];
  for (const [route, { method: wanted, path: pattern }] of Object.entries(doorRoutes)) {
    const parts = pattern.split('/');
    if (wanted !== method || parts.length !== asked.length) continue;
    const path: Record<string, string> = {};
    const fits = parts.every((part, index) => {
      if (!part.startsWith(':')) return part === asked[index];
      path[part.slice(1)] = decodePart(asked[index]!);
      return asked[index] !== '';
    });
    if (fits) return { route: route as DoorRoute, path };
  }
  throw new EngineError('not-found', `the door has no ${method} ${pathname}`);
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new EngineError('invalid-parameter', 'the address is not URL-encoded UTF-8');
  }
}

async function readBody(route: DoorRoute, req: IncomingMessage): Promise<unknown> {
  const schema = doorRoutes[route].body;
  if (schema === null) return null;
  const text = await readText(req);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new EngineError('invalid-parameter', 'the body is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new EngineError('invalid-parameter', issues.join('; '));
}

function doorHandlers({ database, sites, courses }: DoorOptions): Handlers {
  const show = async (site: Site): Promise<DoorSite> => {
    const { name, host, url, fullname, state, demo } = site;
    const counts = await database.withSite(site.id, countOf);
    return { name, host, url, fullname, state, demo, counts };
  };
  const within = <T>(path: Record<string, string>, work: (tx: Tx) => Promise<T>): Promise<T> =>
    database.withSite(sites.get(path.site!).id, work);

  return {
    listSites: async () => {
      const shown: DoorSite[] = [];
      for (const site of sites.list()) shown.push(await show(site));
      return { sites: shown };
    },
    createSite: async ({ body }) => show(await sites.create(body)),
    getSite: async ({ path }) => show(sites.get(path.site!)),
    setSite: async ({ path, body }) => show(await sites.change(path.site!, body)),
    deleteSite: async ({ path }) => {
      const site = sites.get(path.site!);
      // From here on nobody starts anything there.
      await sites.change(site.name, { state: 'suspended' });
      await courses.forgetSite(site);
      await sites.delete(site.name);
      return { deleted: true };
    },
    addCategories: ({ path, body }) =>
      within(path, async (tx) => {
        const ids: number[] = [];
        for (const { name, idnumber, parent } of body) {
          const parentId = parent === undefined ? null : await getCategoryId(tx, parent);
          ids.push(await createCategory(tx, { name, idnumber, parentId }));
        }
        return { ids };
      }),
    deleteCategory: ({ path }) =>
      within(path, async (tx) => {
        await deleteCategory(tx, await getCategoryId(tx, path.idnumber!));
        return { deleted: true };
      }),
    addPeople: async ({ path, body }) => {
      const people: NewPerson[] = [];
      for (const { password, ...person } of body)
        people.push({ ...person, password: password === undefined ? null : await hashPassword(password) });
      return within(path, async (tx) => {
        const ids = await savePeople(tx, people);
        // Whoever signed in with the password before is out.
        await endSessionsOf(
          tx,
          ids.filter((_, index) => people[index]!.password !== null),
        );
        return { ids };
      });
    },
    listNotices: ({ path }) =>
      within(path, async (tx) => {
        const [person] = await findPeople(tx, 'username', path.username!);
        if (!person) throw new EngineError('not-found', `there is no account ${path.username}`);
        return { notices: await listNotices(tx, person.id) };
      }),
    defineRoles: ({ path, body }) =>
      within(path, async (tx) => {
        const ids: number[] = [];
        for (const { shortname, capabilities } of body) ids.push(await defineRole(tx, shortname, capabilities));
        return { ids };
      }),
    assignRoles: ({ path, body }) =>
      within(path, async (tx) => ({ assigned: await assignRoles(tx, await resolve(tx, body)) })),
    unassignRoles: ({ path, body }) =>
      within(path, async (tx) => {
        let removed = 0;
        for (const assignment of await resolve(tx, body)) removed += await unassignRole(tx, assignment);
        return { removed };
      }),
    createToken: ({ path, body }) => within(path, (tx) => createToken(tx, body.profile, body.days)),
    createBlockToken: ({ path, body }) => within(path, (tx) => createGuestToken(tx, body)),
    listBlockTokens: ({ path }) => within(path, async (tx) => ({ tokens: await listGuestTokens(tx) })),
    revokeBlockToken: ({ path }) =>
      within(path, async (tx) => ({
        revoked: /^\d{1,15}$/.test(path.id!) && (await revokeGuestToken(tx, Number(path.id))),
      })),
    revokeTokens: ({ path }) =>
      within(path, async (tx) => ({ revoked: (await revokeTokens(tx)) + (await revokeGuestTokens(tx)) })),
    createPairing: ({ path, body }) => within(path, (tx) => createPairing(tx, sites.get(path.site!), body)),
    loadCourse: ({ path, query, req }) => {
      // Refusing before the end must not close the connection that says why.
      const archive = req.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
      return courses.loadCourse(sites.get(path.site!), query.get('category') ?? '', archive);
    },
  };
}

function countOf(tx: Tx): Promise<DoorSite['counts']> {
  return tx.row<DoorSite['counts']>(
    `select (select count(*) from courses where state = 'ready') as courses,
       (select count(*) from people where auth <> 'webservice') as people, f.files, f."fileBytes"
     from (select count(*) as files, coalesce(sum(size_bytes), 0)::bigint as "fileBytes" from course_files) f`,
  ) as Promise<DoorSite['counts']>;
}

/** Names to ids. @throws EngineError `not-found` naming the first that is not there */
async function resolve(tx: Tx, assignments: Body<'assignRoles'>): Promise<Assignment[]> {
  const roles = await listRoles(tx);
  const people = await tx.rows<{ id: number; username: string }>(
    'select id, username from people where username = any($1)',
    [assignments.map((assignment) => assignment.username.toLowerCase())],
  );
  const personIds = new Map(people.map((person) => [person.username, person.id]));
  const resolved: Assignment[] = [];
  for (const { username, role, level, instance } of assignments) {
    const personId = personIds.get(username.toLowerCase());
    if (personId === undefined) throw new EngineError('not-found', `there is no account ${username}`);
    const roleId = roles.get(role)?.id;
    if (roleId === undefined) throw new EngineError('not-found', `there is no role ${role}`);
    const instanceId = level === 'system' ? 0 : await instanceOf(tx, level, instance ?? '');
    const context = await findContext(tx, level, instanceId);
    resolved.push({ personId, roleId, contextId: context!.id });
  }
  return resolved;
}

async function instanceOf(tx: Tx, level: 'category' | 'course', instance: string): Promise<number> {
  if (level === 'category') return getCategoryId(tx, instance);
  const course = await tx.row<{ id: number }>('select id from courses where shortname = $1', [instance]);
  if (!course) throw new EngineError('not-found', `no course has the short name "${instance}"`);
  return course.id;
}

function answerError(log: Log, req: IncomingMessage, res: ServerResponse, error: unknown): void {
  if (res.headersSent) return void res.destroy();
  const known = error instanceof EngineError ? error : undefined;
  const status = known ? statusOf[known.code] : 500;
  if (status >= 500) log('error', 'door-call-failed', { method: req.method, path: req.url, error });
  const message = known?.message ?? 'the engine failed; its log says why';
  sendJson(res, status, { error: { code: known?.code ?? 'site-error', message } });
  discardRest(req);
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
