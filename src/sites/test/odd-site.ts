import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  agentException,
  decodeBrackets,
  type FunctionName,
  functions,
  type Params,
  type Profile,
  profiles,
  type Result,
  transfer,
  wireName,
} from '@jouvence/protocol';

type Answers = { [F in FunctionName]?: (params: Params<F>) => Result<F> | Promise<Result<F>> };

/**
 * Sites that the embedded engine cannot be: clones, campuses with two people of one address, services that lack a
 * function, sites that fall silent. Spoken to over real HTTP; what it is asked and what it answers must satisfy the
 * protocol.
 */
export async function openOddSite(options: {
  identifier?: string;
  token?: string;
  profile?: Profile;
  /** Functions that its service lacks. */
  lacking?: FunctionName[];
  timezone?: string;
  answers?: Answers;
}) {
  const { token = 'odd-token-0001', profile = 'source' } = options;
  const site = {
    identifier: options.identifier ?? 'odd',
    token,
    answers: options.answers ?? {},
    /** Put over what it answers otherwise. */
    change: {} as { [F in FunctionName]?: Partial<Result<F>> },
    lacking: options.lacking ?? [],
    /** Takes over from everything above while it is set. */
    misbehave: undefined as RequestListener | undefined,
    /** Functions called, in order. */
    calls: [] as string[],
    url: '',
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };

  const answer = async (name: string, params: Record<string, unknown>): Promise<unknown> => {
    if (name === 'core_webservice_get_site_info') {
      const lacking = site.lacking.map(wireName);
      const offered = profiles[profile].map(wireName).filter((each) => !lacking.includes(each));
      return {
        sitename: 'Odd',
        siteurl: site.url,
        release: '4.5.6 (Build: 20250811)',
        version: '2024100706',
        userid: 2,
        username: 'ws',
        functions: offered.map((each) => ({ name: each, version: '1' })),
      };
    }
    const short = name.replace('local_jouvence_', '') as FunctionName;
    const { params: schema, result } = functions[short];
    const read = schema.parse(params);
    const own = site.answers[short] as ((params: unknown) => unknown) | undefined;
    const answer = own ? await own(read) : standard[short]?.();
    return result.parse(site.change[short] ? { ...(answer as object), ...site.change[short] } : answer);
  };

  /** What it answers unless it is told otherwise. */
  const standard: Partial<Record<FunctionName, () => unknown>> = {
    get_site: () => describe(),
    get_connection: () => ({
      profile,
      userid: 2,
      username: 'ws',
      tokenexpires: 0,
      iprestriction: '',
      address: '127.0.0.1',
      secure: false,
      capabilities: [],
      assignableroles: [],
      waiting: { tasks: 0, since: 0 },
    }),
    get_trust: () => ({ kid: 'key-of-odd', alg: 'EdDSA', publickey: 'none' }),
    list_roles: () => ({
      roles: ['manager', 'editingteacher', 'teacher'].map((archetype, index) => ({
        id: index + 1,
        shortname: archetype,
        name: '',
        archetype,
        levels: ['course' as const],
        assignable: true,
      })),
    }),
  };

  const describe = (): Result<'get_site'> => ({
    identifier: site.identifier,
    name: 'Odd campus',
    url: site.url,
    kind: 'moodle',
    release: '4.5.6 (Build: 20250811)',
    branch: 405,
    php: '8.2',
    database: 'pgsql',
    agent: '1',
    protocol: { min: 1, max: 1 },
    lastcron: 0,
    maintenance: false,
    counts: { courses: 0, people: 0 },
    filebytes: 0,
    timezone: options.timezone ?? 'Europe/Paris',
    language: 'fr',
    clock: 1_763_700_000,
    uploadpartbytes: 1_048_576,
    identityfields: ['username', 'email', 'idnumber'],
    defaultcategoryid: 1,
  });

  const server = createServer(async (request, response) => {
    if (site.misbehave) return void site.misbehave(request, response);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (!request.url!.startsWith('/webservice/')) {
      // No archive is here: whoever asks for one has a grant that opens nothing.
      const [status, errorcode] = request.headers[transfer.grantHeader]
        ? [403, 'not-allowed']
        : [400, 'invalid-parameter'];
      response.writeHead(status as number, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify({ exception: agentException, errorcode, message: 'no' }));
    }
    const {
      wstoken,
      wsfunction,
      moodlewsrestformat: _,
      ...params
    } = decodeBrackets(new URLSearchParams(Buffer.concat(parts).toString())) as Record<string, string>;
    const body =
      wstoken === site.token
        ? await answer(wsfunction!, params)
        : { exception: 'moodle_exception', errorcode: 'invalidtoken', message: 'Invalid token' };
    site.calls.push(wsfunction!.replace('local_jouvence_', ''));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A name of its own: a port comes back soon, and with it the address of a site that another test has left.
  site.url = `http://odd-${randomUUID()}.localhost:${(server.address() as AddressInfo).port}`;
  return site;
}
