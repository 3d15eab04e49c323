import { transfer } from '@jouvence/protocol';
import { readRefusal } from './answer.ts';
import type { Download, DownloadRequest } from './client.ts';
import { SiteError, type SiteSaid } from './errors.ts';
import type { Answer, Wire } from './wire.ts';

const name = 'the archive';

/** Opens an archive from a byte onwards. */
export async function download(wire: Wire, request: DownloadRequest): Promise<Download> {
  const { grant, from, ifRange, signal } = request;
  if (from > 0 && ifRange === undefined)
    throw new SiteError('invalid-parameter', wire.site, 'a download can be resumed only with the archive’s SHA-256');
  wire.conceal(grant);
  const answer = await wire.send({
    method: 'GET',
    path: transfer.downloadPath,
    headers: {
      [transfer.grantHeader]: grant,
      // Without If-Range, the end of another archive would be glued to the beginning of this one.
      ...(from > 0 && { range: `bytes=${from}-`, 'if-range': `"${ifRange}"` }),
    },
    signal,
  });
  if (answer.status !== 200 && answer.status !== 206) throw await readRefusal(wire, name, answer, signal);
  try {
    const announced = answer.status === 206 ? readRange(wire, answer, from) : readWhole(wire, answer);
    if (announced.from > 0 && announced.sha256 !== ifRange)
      throw bad(wire, { reason: 'archive-continues', values: {} });
    return { ...announced, body: readBody(wire, answer, announced, signal) };
  } catch (error) {
    answer.body.destroy();
    throw error;
  }
}

type Announced = Omit<Download, 'body'>;

function readWhole(wire: Wire, answer: Answer): Announced {
  const length = answer.header('content-length');
  if (length === undefined) throw bad(wire, { reason: 'archive-no-length', values: {} });
  return { from: 0, sizeBytes: readSize(wire, length), sha256: readSha256(wire, answer) };
}

function readRange(wire: Wire, answer: Answer, from: number): Announced {
  const range = answer.header('content-range') ?? '';
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range);
  const sizeBytes = match ? readSize(wire, match[3]!) : 0;
  if (!match || Number(match[1]) !== from || Number(match[2]) !== sizeBytes - 1)
    throw bad(wire, { reason: 'archive-range', values: { from, quoted: wire.quote(range) } });
  return { from, sizeBytes, sha256: readSha256(wire, answer) };
}

function readSize(wire: Wire, text: string): number {
  const size = Number(text);
  if (!Number.isSafeInteger(size) || size < 0)
    throw bad(wire, { reason: 'archive-size', values: { quoted: wire.quote(text) } });
  return size;
}

function readSha256(wire: Wire, answer: Answer): string {
  const match = /^"([0-9a-f]{64})"$/.exec(answer.header('etag') ?? '');
  if (!match) throw bad(wire, { reason: 'archive-no-checksum', values: {} });
  return match[1]!;
}

/** Neither longer nor shorter than announced, and not at a drip. @throws SiteError */
export async function* readBody(
  wire: Pick<Wire, 'site' | 'limits' | 'translate'>,
  answer: { body: AsyncIterable<Uint8Array> },
  { from, sizeBytes }: Pick<Announced, 'from' | 'sizeBytes'>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { idleMs, trickleBytes } = wire.limits;
  let offset = from;
  // Only the waiting counts: how long the reader takes to write a part down is not the site's fault.
  let waitedMs = 0;
  let cameBytes = 0;
  let askedAt = performance.now();
  try {
    for await (const part of answer.body) {
      waitedMs += performance.now() - askedAt;
      cameBytes += part.length;
      if (waitedMs >= idleMs) {
        if (cameBytes < trickleBytes) throw tooSlow(wire, cameBytes, waitedMs);
        waitedMs = 0;
        cameBytes = 0;
      }
      offset += part.length;
      if (offset > sizeBytes) throw bad(wire, { reason: 'archive-longer', values: { bytes: sizeBytes } });
      yield part;
      askedAt = performance.now();
    }
  } catch (error) {
    throw wire.translate(error, signal);
  }
  if (offset < sizeBytes)
    throw new SiteError('site-unreachable', wire.site, {
      reason: 'archive-broke-off',
      values: { bytes: offset, size: sizeBytes },
    });
}

const tooSlow = (wire: Pick<Wire, 'site'>, bytes: number, ms: number): SiteError =>
  new SiteError('site-timeout', wire.site, {
    reason: 'archive-slow',
    values: { bytes, seconds: Math.round(ms / 1000) },
  });

const bad = (wire: Pick<Wire, 'site'>, why: SiteSaid): SiteError => new SiteError('site-bad-answer', wire.site, why);
