import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  agentException,
  component,
  decodeBrackets,
  type FunctionName,
  functions,
  type Profile,
  profiles,
  type WireError,
  wireName,
} from '@jouvence/protocol';
import { getContext } from '../contexts.ts';
import type { Database, Tx } from '../database.ts';
import { EngineError, MoodleError } from '../errors.ts';
import type { Implementations } from '../functions/call.ts';
import { moodleVersion } from '../moodle/plugins.ts';
import { escapeHtml } from '../pages/html.ts';
import { getPerson } from '../people.ts';
import { hasCapability } from '../roles.ts';
import type { Site } from '../sites.ts';
import {
  answerGuest,
  comesFrom,
  findGuest,
  type Guest,
  PlainException,
  type StrasbourgOptions,
} from '../strasbourg/index.ts';
import { accessException, type Token, useToken } from '../tokens.ts';
import { addressOf } from './address.ts';
import { BodyTooLarge, parseForm, parseMultipart, readText } from './body.ts';
import { sendJson } from './respond.ts';

export interface RestOptions extends StrasbourgOptions {
  implementations: Implementations<FunctionName>;
}

const siteInfoName = 'core_webservice_get_site_info';

/**
 * `webservice/rest/server.php`, in Moodle's order: token, site and account, function, parameters, call, result. Errors
 * are HTTP 200 with a body that names them; one that is thrown on is the engine's own trouble.
 */
export async function handleRest(
  options: RestOptions,
  req: IncomingMessage,
  res: ServerResponse,
  site: Site,
): Promise<void> {
  const query = req.url!.slice(`${req.url!.split('?', 1)[0]}?`.length);
  let body = '';
  try {
    if (req.method === 'POST') body = await readBody(req);
    const left = new AbortController();
    res.once('close', () => left.abort());
    sendAsMoodle(
      res,
      await answer(options, site, readPairs(query, body, req.headers['content-type']), {
        address: addressOf(req),
        signal: left.signal,
      }),
    );
  } catch (error) {
    const wire = wireError(site, error);
    if (!wire) throw error;
    if (formatOf(query, body) === 'json') sendAsMoodle(res, wire);
    else sendXmlError(res, wire);
  }
}

async function answer(
  options: RestOptions,
  site: Site,
  pairs: Map<string, string>,
  { address, signal }: { address: string; signal: AbortSignal },
): Promise<unknown> {
  const { database, implementations } = options;
  const token = await enter(database, site, pairs.get('wstoken') ?? '', address);
  if (pairs.get('moodlewsrestformat') !== 'json')
    throw new EngineError('unsupported', 'this site answers with moodlewsrestformat=json only');
  const called = pairs.get('wsfunction') ?? '';
  if (called === '') throw invalidParameter('Missing function name');
  if ('people' in token) {
    const call = { site, guest: token, address, signal };
    return answerGuest(options, call, called, new Map(ownParameters(pairs)));
  }
  const { profile, callerId } = token;
  if (called === siteInfoName) return siteInfo(database, site, profile, callerId);
  const name = functionOf(called);
  if (!(profiles[profile] as readonly string[]).includes(name))
    throw accessException(`Access to the function ${called}() is not allowed.`);

  const params = readParameters(name, pairs);
  const call = { site, database, profile, callerId, token, address };
  // The table is typed by name; which name it is, the caller says.
  const implementation = implementations[name] as (given: typeof call, params: unknown) => Promise<unknown>;
  const result = functions[name].result.safeParse(await implementation(call, params));
  if (!result.success)
    throw new MoodleError(
      'invalid_response_exception',
      'invalidresponse',
      'Invalid response value detected',
      result.error.message,
    );
  return result.data;
}

async function readBody(req: IncomingMessage): Promise<string> {
  try {
    return await readText(req);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'invalid-parameter') throw invalidParameter(error.message);
    throw error;
  }
}

/** Query and body together, as PHP gives them to Moodle: the body wins. */
function readPairs(query: string, body: string, contentType = ''): Map<string, string> {
  try {
    const form = /^multipart\/form-data\b/i.test(contentType) ? parseMultipart(body, contentType) : parseForm(body);
    const both = [parseForm(query), form];
    for (const pairs of both) {
      const names = new Set<string>();
      for (const [name] of pairs) {
        if (names.has(name)) throw invalidParameter(`parameter ${name.slice(0, 80)} is given twice`);
        names.add(name);
      }
    }
    return new Map(both.flat());
  } catch (error) {
    if (error instanceof EngineError && error.code === 'invalid-parameter') throw invalidParameter(error.message);
    throw error;
  }
}

/** Also when the rest of the form is unreadable: who asked for JSON is refused in JSON. */
function formatOf(query: string, body: string): 'json' | 'xml' {
  const asked = (form: string) => /(?:^|&)moodlewsrestformat=([a-z]*)(?:&|$)/.exec(form)?.[1];
  return (asked(body) ?? asked(query)) === 'json' ? 'json' : 'xml';
}

/** Whose token it is, if it opens this site now: Moodle's `authenticate_user`. */
async function enter(database: Database, site: Site, tokenText: string, address: string): Promise<Token | Guest> {
  // A refusal is returned, not thrown: it must not undo that an expired token is deleted.
  const outcome = await database.withSite(site.id, async (tx) => {
    const token = await useToken(tx, tokenText);
    if (!(token instanceof MoodleError)) return (await refusal(tx, site, token.callerId)) ?? token;
    const guest = await findGuest(tx, tokenText);
    if (!guest) return token;
    if (!comesFrom(guest, address))
      return accessException(`Invalid service - IP:${address} is not supported - check this allowed user`);
    return site.state === 'maintenance' ? inMaintenance() : guest;
  });
  if (outcome instanceof MoodleError) throw outcome;
  return outcome;
}

async function refusal(tx: Tx, site: Site, callerId: number): Promise<MoodleError | undefined> {
  const system = await getContext(tx, 'system', 0);
  const may = (capability: string) => hasCapability(tx, callerId, capability, system);
  if (site.state === 'maintenance' && !(await may('moodle/site:maintenanceaccess'))) return inMaintenance();
  const account = await getPerson(tx, callerId);
  if (account?.suspended) {
    const message = `Refused web service access for suspended username: ${account.username}`;
    return new MoodleError('moodle_exception', 'wsaccessusersuspended', message);
  }
  if (await may('webservice/rest:use')) return undefined;
  return accessException('You are not allowed to use the rest protocol (missing capability: webservice/rest:use)');
}

const inMaintenance = () =>
  new MoodleError(
    'moodle_exception',
    'sitemaintenance',
    'The site is undergoing maintenance and is currently not available',
  );

function functionOf(called: string): FunctionName {
  const name = called.slice(component.length + 1);
  if (called === `${component}_${name}` && Object.hasOwn(functions, name)) return name as FunctionName;
  // Core functions exist on every Moodle, and no service of ours holds them.
  if (/^(core|mod|enrol|tool|gradereport)_[a-z_]+$/.test(called))
    throw accessException(`Access to the function ${called}() is not allowed.`);
  throw new MoodleError(
    'dml_missing_record_exception',
    'invalidrecord',
    "Can't find data record in database table external_functions.",
  );
}

const ownParameters = (pairs: Map<string, string>): [string, string][] =>
  [...pairs].filter(
    ([key]) => !['wstoken', 'wsfunction', 'moodlewsrestformat'].includes(key) && !key.startsWith('moodlewssetting'),
  );

function readParameters(name: FunctionName, pairs: Map<string, string>): unknown {
  let decoded: Record<string, unknown>;
  try {
    decoded = decodeBrackets(ownParameters(pairs));
  } catch (error) {
    throw invalidParameter((error as Error).message);
  }
  const parsed = functions[name].params.safeParse(decoded);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw invalidParameter(`${issue.path.join('.') || 'parameters'}: ${issue.message}`);
}

async function siteInfo(database: Database, site: Site, profile: Profile, callerId: number): Promise<unknown> {
  const account = (await database.withSite(site.id, (tx) => getPerson(tx, callerId)))!;
  const version = moodleVersion(site.branch);
  return {
    sitename: site.fullname,
    username: account.username,
    firstname: account.firstname,
    lastname: account.lastname,
    fullname: `${account.firstname} ${account.lastname}`,
    lang: account.language,
    userid: callerId,
    siteurl: site.url,
    functions: [
      ...profiles[profile].map((name) => ({ name: wireName(name), version: agentVersionNumber })),
      { name: siteInfoName, version },
    ],
    downloadfiles: 0,
    uploadfiles: 0,
    release: site.release,
    version,
    siteid: 1,
    userissiteadmin: false,
  };
}

/** As a plugin's `$plugin->version` would be. */
const agentVersionNumber = '2026112703';

const invalidParameter = (why: string) =>
  new MoodleError('invalid_parameter_exception', 'invalidparameter', 'Invalid parameter value detected', why);

/** Since Moodle 4.5 these live in a namespace, and `get_class` says so. */
const namespaced = new Set([
  'moodle_exception',
  'invalid_parameter_exception',
  'invalid_response_exception',
  'required_capability_exception',
  'coding_exception',
]);

/** How an error travels; undefined for what is none of a caller's business. */
function wireError(site: Site, error: unknown): WireError | undefined {
  if (error instanceof MoodleError) {
    const { exception, errorcode, message, debuginfo } = error;
    return {
      exception: site.branch >= 405 && namespaced.has(exception) ? `core\\exception\\${exception}` : exception,
      errorcode,
      message,
      ...(debuginfo !== undefined && errorcode === 'invalidparameter' && { debuginfo }),
    };
  }
  if (error instanceof PlainException) return { exception: 'Exception', message: error.message } as WireError;
  if (error instanceof BodyTooLarge) return undefined;
  if (error instanceof EngineError) return { exception: agentException, errorcode: error.code, message: error.message };
  return undefined;
}

function sendAsMoodle(res: ServerResponse, value: unknown): void {
  sendJson(res, 200, value, { 'cache-control': 'private, must-revalidate, max-age=0', 'accept-ranges': 'none' });
}

function sendXmlError(res: ServerResponse, { exception, errorcode, message }: WireError): void {
  const body = `<?xml version="1.0" encoding="UTF-8" ?>\n<EXCEPTION class="${escapeHtml(exception)}">\n<ERRORCODE>${escapeHtml(errorcode ?? '')}</ERRORCODE>\n<MESSAGE>${escapeHtml(message)}</MESSAGE>\n</EXCEPTION>\n`;
  res.writeHead(200, { 'content-type': 'application/xml; charset=utf-8', 'x-content-type-options': 'nosniff' });
  res.end(body);
}
