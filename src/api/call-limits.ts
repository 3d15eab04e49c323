import { createHash } from 'node:crypto';
import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { cookies, readCookie } from './cookies.ts';

/** As many are remembered; whoever is forgotten is a stranger for one call. */
const mostKnown = 50_000;
const knownForMs = 3_600_000;

/**
 * How many calls are answered in a minute: of each browser that is signed in, and of each token, so that a university
 * behind one address does not shut itself out; of all others, of each address. A credential counts once it has proved
 * right: by what is made up, nobody gets a limit of its own, and nothing is looked up for it.
 */
export async function limitCalls(app: FastifyInstance, callsPerMinute: number): Promise<void> {
  const known = new KnownCredentials();
  await app.register(rateLimit, {
    global: false,
    max: callsPerMinute,
    timeWindow: 60_000,
    cache: mostKnown,
    // A page is some thirty files.
    allowList: (request) => request.url === '/health' || request.url.startsWith('/assets/'),
    keyGenerator: (request) => known.keyOf(request) ?? `address ${normalizeIP(request.ip)}`,
    errorResponseBuilder: (request, { after }) =>
      new AppError(
        'busy',
        `Too many calls from this ${known.keyOf(request) ? 'browser or token' : 'address'}: again in ${after}.`,
      ),
  });
  // Of everything, and first: a route's own limit would come after it has asked the database who calls.
  app.addHook('onRequest', app.rateLimit());
  app.addHook('preHandler', async (request) => {
    if (request.actor) known.add(credentialOf(request));
  });
  // Who has just come in: the page that follows makes a dozen calls at once.
  app.addHook('onSend', async (_, reply) => {
    for (const credential of givenBy(reply)) known.add(credential);
  });
}

class KnownCredentials {
  /** In the order in which they were last used. */
  readonly #until = new Map<string, number>();

  add(credential: string | undefined): void {
    if (credential === undefined) return;
    const key = hash(credential);
    this.#until.delete(key);
    this.#until.set(key, Date.now() + knownForMs);
    if (this.#until.size > mostKnown) this.#until.delete(this.#until.keys().next().value!);
  }

  /** Undefined: nobody that is known. */
  keyOf(request: FastifyRequest): string | undefined {
    const credential = credentialOf(request);
    const key = credential && hash(credential);
    return key && (this.#until.get(key) ?? 0) > Date.now() ? key : undefined;
  }
}

/** What decides who somebody is, in the order of `authenticateCaller`. */
function credentialOf(request: FastifyRequest): string | undefined {
  return request.headers.authorization ?? readCookie(request, cookies.operator) ?? readCookie(request, cookies.person);
}

function givenBy(reply: FastifyReply): string[] {
  const set = [reply.getHeader('set-cookie') ?? []].flat().map(String);
  return [cookies.operator, cookies.person].flatMap(({ name }) =>
    set.flatMap((line) => new RegExp(`^${name}=([^;]+)`).exec(line)?.[1] ?? []),
  );
}

const hash = (credential: string): string => createHash('sha256').update(credential).digest('base64url');
