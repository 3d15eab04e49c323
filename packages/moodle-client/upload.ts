import { Readable } from 'node:stream';
import { transfer } from '@jouvence/protocol';
import { readRefusal } from './answer.ts';
import type { UploadRequest } from './client.ts';
import { SiteError } from './errors.ts';
import { maxStalls } from './limits.ts';
import type { Answer, Wire } from './wire.ts';

const name = 'the upload';

/**
 * Sends an archive in parts, beginning with what the site does not have yet. The site is always right about how much
 * it has: a part is repeated from there after a lost connection or a wrong offset. A part that is too large for
 * something on the way (413; some proxies just cut the connection) is halved, down to 512 KiB.
 * @throws SiteError `archive-altered` when the site got other bytes than the SHA-256 announces.
 */
export async function upload(wire: Wire, request: UploadRequest): Promise<void> {
  const { grant, sizeBytes, signal } = request;
  wire.conceal(grant);
  let offset = readOffset(wire, String(request.received), sizeBytes);
  let partBytes = Math.max(request.partBytes, transfer.minPartBytes);
  let stalls = 0;
  for (;;) {
    const length = Math.min(partBytes, sizeBytes - offset);
    const outcome = await sendPart(wire, request, offset, length);
    if (outcome === 'complete') return request.onProgress?.(sizeBytes);
    if (outcome === 'too-large') {
      if (length <= transfer.minPartBytes) throw tooSmall(wire);
      partBytes = halve(length);
      continue;
    }
    const reached = outcome === 'lost' ? await askReceived(wire, grant, sizeBytes, signal) : outcome.received;
    if (outcome === 'lost' && reached === offset && length > transfer.minPartBytes) partBytes = halve(length);
    stalls = reached > offset ? 0 : stalls + 1;
    if (stalls >= maxStalls)
      throw new SiteError('site-unreachable', wire.site, {
        reason: 'upload-stuck',
        values: { bytes: reached, size: sizeBytes },
      });
    offset = reached;
    request.onProgress?.(offset);
  }
}

const halve = (length: number): number => Math.max(transfer.minPartBytes, Math.ceil(length / 2));

type PartOutcome = 'complete' | 'too-large' | 'lost' | { received: number };

async function sendPart(wire: Wire, request: UploadRequest, offset: number, length: number): Promise<PartOutcome> {
  const { grant, sizeBytes, sha256, signal } = request;
  const last = offset + length === sizeBytes;
  // An error in reading our own file is not the site's.
  let ownError: { error: unknown } | undefined;
  const body = Readable.from(
    length === 0
      ? []
      : (async function* () {
          try {
            yield* request.open(offset, length);
          } catch (error) {
            ownError = { error };
            throw error;
          }
        })(),
    { objectMode: false },
  );
  let answer: Answer;
  try {
    answer = await wire.send({
      method: 'POST',
      path: `${transfer.uploadPath}?offset=${offset}${last ? `&complete=1&sha256=${sha256}` : ''}`,
      headers: {
        [transfer.grantHeader]: grant,
        'content-type': 'application/octet-stream',
        'content-length': String(length),
      },
      body,
      signal,
    });
  } catch (error) {
    if (ownError) throw ownError.error;
    if (error instanceof SiteError && error.code === 'site-unreachable') return 'lost';
    throw error;
  } finally {
    body.destroy();
  }
  if (answer.status === 413) {
    await answer.body.dump();
    return 'too-large';
  }
  const received = answer.header(transfer.receivedHeader);
  if (answer.status >= 300) {
    const refusal = await readRefusal(wire, name, answer, signal);
    if (answer.status !== 409) throw refusal;
    return readConflict(wire, sizeBytes, last, refusal, received);
  }
  await answer.body.dump();
  if (last) return 'complete';
  return { received: received === undefined ? offset + length : readOffset(wire, received, sizeBytes) };
}

/** Where to go on after a refused part. @throws SiteError when the refusal is about something else than the offset */
function readConflict(
  wire: Wire,
  sizeBytes: number,
  last: boolean,
  refusal: SiteError,
  received?: string,
): PartOutcome {
  if (refusal.code === 'busy' || received === undefined) throw refusal;
  const right = readOffset(wire, received, sizeBytes);
  // The last part is where the whole is checked; a whole with another checksum is thrown away.
  if (last && right === 0) throw uploadAltered(wire.site, refusal);
  return { received: right };
}

/** The site got other bytes than it was told, and says so. */
export const uploadAltered = (site: string, refusal: SiteError): SiteError =>
  new SiteError('archive-altered', site, [{ reason: 'upload-altered', values: {} }, ...refusal.said], {
    cause: refusal,
  });

/** After a lost connection only the site knows how much arrived. */
async function askReceived(wire: Wire, grant: string, sizeBytes: number, signal?: AbortSignal): Promise<number> {
  const answer = await wire.send({
    method: 'HEAD',
    path: transfer.uploadPath,
    headers: { [transfer.grantHeader]: grant },
    signal,
  });
  await answer.body.dump();
  const received = answer.header(transfer.receivedHeader);
  if (answer.status !== 200 || received === undefined)
    throw new SiteError('site-bad-answer', wire.site, { reason: 'upload-status', values: { status: answer.status } });
  return readOffset(wire, received, sizeBytes);
}

function readOffset(wire: Wire, text: string, sizeBytes: number): number {
  const offset = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(offset <= sizeBytes))
    throw new SiteError('site-bad-answer', wire.site, {
      reason: 'upload-offset',
      values: { quoted: wire.quote(text), size: sizeBytes },
    });
  return offset;
}

function tooSmall(wire: Wire): SiteError {
  return new SiteError('unsupported', wire.site, {
    reason: 'parts-refused',
    values: { bytes: transfer.minPartBytes },
  });
}
