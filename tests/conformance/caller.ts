import { createHash } from 'node:crypto';
import { type CodeBase, createCommandClient, createSiteClient, type SiteClient } from '@jouvence/moodle-client';
import {
  agentException,
  decodeBrackets,
  encodeBrackets,
  type FunctionName,
  functions,
  type Params,
  type Profile,
  type ProtocolErrorCode,
  type Result,
  transfer,
  wireName,
} from '@jouvence/protocol';
import { asGot, sendCommand, startCommand } from './command.ts';
import { type Got, send } from './http.ts';
import type { Notes } from './notes.ts';

/**
 * What a refusal must say. A code of the protocol's own comes from the agent. The others are Moodle's: its REST layer
 * speaks before the agent does, with its own exceptions, and the embedded engine says what Moodle would.
 */
export type Refusal = ProtocolErrorCode | keyof typeof moodleRefusals;

const moodleRefusals = {
  /** Moodle's check of parameters; where its types are too coarse to see it, the agent's own `invalid-parameter`. */
  invalid: { exception: /(^|\\)invalid_parameter_exception$/, errorcode: 'invalidparameter' },
  /** The function is not in the service of this token. */
  access: { exception: /(^|\\)(webservice_access_exception|access_exception)$/, errorcode: 'accessexception' },
  /** No function has that name: Moodle looks for its row, and finds none. */
  unknown: { exception: /(^|\\)dml_missing_record_exception$/, errorcode: 'invalidrecord' },
  token: { exception: /(^|\\)moodle_exception$/, errorcode: 'invalidtoken' },
} as const;

/** How a site is reached, and what opens it. */
export type Door = { url: string; token: string } | { codeBase: CodeBase };

export interface Caller {
  readonly url: string;
  /** Empty: it is reached by the command line, which needs none. */
  readonly token: string;
  readonly codeBase?: CodeBase;
  /** The whole archive that a grant opens. */
  fetch(grant: string): Promise<Got>;
  /** A whole archive, under a grant. */
  put(grant: string, archive: Uint8Array): Promise<Got>;
  /** The product's own, of this site and profile. */
  client(): SiteClient;
  /** Any form, as it is. */
  post(pairs: [string, string][]): Promise<Got>;
  /** Parameters need not be right. */
  ask(name: string, params?: Record<string, unknown>): Promise<Got>;
  /** The result, read by the protocol's schema; a difference, and the end of the case, when it is none. */
  call<F extends FunctionName>(name: F, params: Params<F>): Promise<Result<F>>;
  refused(name: FunctionName, params: Record<string, unknown>, refusal: Refusal): Promise<void>;
}

/** Through the site's own code. */
export async function openCommandCaller(codeBase: CodeBase, profile: Profile, notes: Notes): Promise<Caller> {
  const answer = async (request: object): Promise<Got> => {
    const call = startCommand(codeBase, { request: { profile, ...request } });
    // A process that runs a task goes on after its answer.
    const { value } = await call.lines.next();
    void drain(call.lines);
    const got = asGot(value ?? undefined, true);
    const { grant } = (got.json ?? {}) as Record<string, unknown>;
    if (typeof grant === 'string') notes.conceal(grant);
    return got;
  };
  const ask = (name: string, params: Record<string, unknown>) =>
    // Brackets there and back: absent values and empty lists travel as they would in a form, all others as texts.
    answer({ function: name, params: decodeBrackets(encodeBrackets(params)) });
  const url = String(((await ask(wireName('get_site'), {})).json as { url?: string } | undefined)?.url ?? '');
  return {
    ...callsOf(ask, notes),
    url,
    token: '',
    codeBase,
    async fetch(grant) {
      const { lines, bytes } = await sendCommand(codeBase, { request: { profile, transfer: 'download', grant } });
      return lines[0]?.archive ? { ...asGot(undefined, false), bytes } : asGot(lines[0], false);
    },
    async put(grant, archive) {
      const request = { profile, transfer: 'upload', grant };
      const { lines } = await sendCommand(codeBase, { request, body: (received) => archive.subarray(received) });
      return asGot(lines.at(-1), false);
    },
    client: () => createCommandClient({ site: profile, codeBase, profile, cacheDir: null }),
    post: () => Promise.reject(new Error('the command line takes no forms')),
  };
}

async function drain(lines: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of lines);
}

export function createCaller(url: string, token: string, notes: Notes): Caller {
  notes.conceal(token);
  const post = async (pairs: [string, string][]) => {
    const got = await send(url, {
      method: 'POST',
      path: '/webservice/rest/server.php',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(pairs).toString(),
    });
    // Also where an answer was not expected: what opens something stands in no line.
    const { token: made, grant } = (got.json ?? {}) as Record<string, unknown>;
    for (const secret of [made, grant]) if (typeof secret === 'string') notes.conceal(secret);
    return got;
  };
  const askWire = (wsfunction: string, params: Record<string, unknown>) =>
    post([['wstoken', token], ['wsfunction', wsfunction], ['moodlewsrestformat', 'json'], ...encodeBrackets(params)]);
  return {
    ...callsOf(askWire, notes),
    url,
    token,
    post,
    fetch: (grant) => send(url, { path: transfer.downloadPath, headers: { [transfer.grantHeader]: grant } }),
    put: (grant, archive) =>
      send(url, {
        method: 'POST',
        path: `${transfer.uploadPath}?offset=0&complete=1&sha256=${createHash('sha256').update(archive).digest('hex')}`,
        headers: { [transfer.grantHeader]: grant, 'content-type': 'application/octet-stream' },
        body: archive,
      }),
    client: () => createSiteClient({ site: 'site', url, token }),
  };
}

type Calls = Pick<Caller, 'ask' | 'call' | 'refused'>;

/** Calls and what is expected of them, whatever the way. */
function callsOf(askWire: (name: string, params: Record<string, unknown>) => Promise<Got>, notes: Notes): Calls {
  const calls: Calls = {
    ask: (name, params = {}) => askWire(Object.hasOwn(functions, name) ? wireName(name as FunctionName) : name, params),
    async call(name, params) {
      const got = await calls.ask(name, params as Record<string, unknown>);
      const asked = JSON.stringify(params);
      if (got.status !== 200 || got.json === undefined || isError(got.json))
        return notes.stop({ function: name, asked, expected: 'a result', found: describe(got) });
      const parsed = functions[name].result.safeParse(got.json);
      if (parsed.success) return parsed.data as never;
      const issue = parsed.error.issues[0]!;
      const place = issue.path.join('.') || 'the result';
      const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], got.json);
      return notes.stop({
        function: name,
        asked,
        expected: `${place}: ${issue.message}`,
        found: JSON.stringify(value) ?? 'nothing',
      });
    },
    async refused(name, params, refusal) {
      checkRefusal(notes, name, JSON.stringify(params), await calls.ask(name, params), refusal);
    },
  };
  return calls;
}

/** Errors over REST: HTTP 200, JSON, exactly these keys, and a sentence for people. */
export function checkRefusal(notes: Notes, name: string, asked: string, got: Got, refusal: Refusal): void {
  const expected = `HTTP 200, refused: ${refusal}`;
  const found = describe(got);
  const where = { function: name, asked, expected };
  const right = got.status === 200 && isError(got.json) && isExpected(got.json, refusal);
  if (right) checkErrorForm(notes, name, asked, got);
  else notes.differ({ ...where, found });
}

/** Keys, types and header of an error, wherever it comes from. */
function checkErrorForm(notes: Notes, name: string, asked: string, got: Got): void {
  const { message, debuginfo: _, ...rest } = got.json as Record<string, unknown>;
  const keys = Object.keys(rest).sort().join(' ');
  notes.same(name, `${asked}: keys of the error`, 'errorcode exception', keys);
  notes.check(name, `${asked}: a sentence for people`, typeof message === 'string' && message.length > 2, message);
  const type = String(got.headers['content-type'] ?? '');
  notes.check(name, `${asked}: content-type is application/json`, type.startsWith('application/json'), type);
}

export function isError(value: unknown): value is { exception: string; errorcode: string | null } {
  return typeof value === 'object' && value !== null && 'exception' in value;
}

function isExpected({ exception, errorcode }: { exception: string; errorcode: string | null }, refusal: Refusal) {
  if (!Object.hasOwn(moodleRefusals, refusal)) return exception === agentException && errorcode === refusal;
  const known = moodleRefusals[refusal as keyof typeof moodleRefusals];
  if (known.exception.test(exception) && errorcode === known.errorcode) return true;
  return refusal === 'invalid' && exception === agentException && errorcode === 'invalid-parameter';
}

/** What came, short enough for a line. */
export function describe({ status, json, text }: Got): string {
  if (isError(json)) {
    const { exception, errorcode, message } = json as Record<string, unknown>;
    return `HTTP ${status} ${exception} ${errorcode}: ${message}`;
  }
  return `HTTP ${status} ${json === undefined ? `no JSON: ${text.slice(0, 200)}` : text.slice(0, 200)}`;
}
