import type { IncomingMessage, ServerResponse } from 'node:http';
import { agentException, type ProtocolErrorCode, pairRequest } from '@jouvence/protocol';
import type { Database } from '../database.ts';
import { EngineError } from '../errors.ts';
import { redeemPairing } from '../pairing.ts';
import type { Site } from '../sites.ts';
import { discardRest, parseForm, readText } from './body.ts';
import { sendJson } from './respond.ts';

/** A secret and an address. */
const maxFormBytes = 8 * 1024;

/** `pair.php`: a pairing code's secret for a token. The secret is in the body, never in an address that is logged. */
export async function handlePair(
  { database }: { database: Database },
  req: IncomingMessage,
  res: ServerResponse,
  site: Site,
): Promise<void> {
  const refuse = (status: number, errorcode: ProtocolErrorCode, message: string) => {
    sendJson(res, status, { exception: agentException, errorcode, message });
    discardRest(req);
  };
  if (req.method !== 'POST') return refuse(405, 'invalid-parameter', 'a pairing code is exchanged by POST');
  let fields: [string, string][];
  try {
    fields = parseForm(await readText(req, maxFormBytes));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return refuse(error.code === 'quota' ? 413 : 400, 'invalid-parameter', error.message);
  }
  const parsed = pairRequest.safeParse(Object.fromEntries(fields));
  const control = parsed.success ? readControl(parsed.data.control) : undefined;
  if (!parsed.success || control === undefined)
    return refuse(
      400,
      'invalid-parameter',
      'expected: secret, 26 letters; control, an https address without query and without / at its end, or empty',
    );
  const { secret } = parsed.data;
  const outcome = await database.withSite(site.id, (tx) => redeemPairing(tx, site, { secret, control }));
  if (outcome === 'closed') return refuse(404, 'not-found', 'no pairing code is open here: make a new one on the site');
  if (outcome === 'wrong') return refuse(403, 'not-allowed', 'this is not a pairing code that is open here');
  sendJson(res, 200, outcome);
}

/** Tickets are sent there by browsers: only an address on whose way nobody reads along, and none that hides what it is. */
function readControl(text: string): string | undefined {
  if (text === '') return '';
  const url = URL.parse(text);
  const plain = url && !url.username && !url.password && !url.search && !url.hash;
  const local = /(^|\.)localhost$|^127(\.\d{1,3}){3}$|^\[::1\]$/.test(url?.hostname ?? '');
  const isPrivate = url?.protocol === 'https:' || (url?.protocol === 'http:' && local);
  return plain && isPrivate && !text.endsWith('/') ? text : undefined;
}
