import { randomBytes } from 'node:crypto';
import { type probeHead, type SiteClient, SiteError } from '@jouvence/moodle-client';
import { type Profile, transfer } from '@jouvence/protocol';
import type { Find, Finding } from './findings.ts';

/** Enough to meet the limits that stand in the way in practice (1 MB by nginx's default), and soon sent. */
const mostBytes = 4 * 1024 * 1024;

export interface TransferContext {
  partBytes: number;
  /** HEAD of a path, by a grant that opens nothing; absent: there is no path. */
  probe?: (path: string) => ReturnType<typeof probeHead>;
  signal: AbortSignal;
}

export interface TransferCheck {
  findings: Finding[];
  /** Largest part that arrived; null when none was sent. */
  partBytes: number | null;
}

/**
 * Whether archives would pass: asks for one, and sends a part of one, with a grant that opens nothing. Only the agent's
 * own refusal will do; a page that asks for a password, or a firewall's, shows that something stands between.
 */
export async function checkTransfers(
  find: Find,
  client: SiteClient,
  profile: Profile,
  { partBytes, probe, signal }: TransferContext,
): Promise<TransferCheck> {
  if (profile === 'fleet') return { findings: [], partBytes: null };
  const checked = await checkBody(find, client, profile, { partBytes, signal });
  // What is blocked altogether need not be said twice.
  if (!probe || checked.findings.some(({ severity }) => severity === 'error')) return checked;
  const path = profile === 'source' ? transfer.downloadPath : transfer.uploadPath;
  const findings = [...checked.findings, ...(await checkHead(find, path, profile, probe))];
  return { ...checked, findings };
}

async function checkBody(
  find: Find,
  client: SiteClient,
  profile: 'source' | 'target',
  { partBytes, signal }: Omit<TransferContext, 'probe'>,
): Promise<TransferCheck> {
  const grant = randomBytes(32).toString('base64url');
  if (profile === 'source') {
    const refusal = await refusalOf(async () => {
      const { body } = await client.download({ grant, from: 0, signal });
      for await (const _ of body) break;
    });
    return { findings: judgeRefusal(find, transfer.downloadPath, profile, refusal), partBytes: null };
  }
  const asked = Math.max(transfer.minPartBytes, Math.min(partBytes, mostBytes));
  let sent = asked;
  const refusal = await refusalOf(() =>
    client.upload({
      grant,
      received: 0,
      // Twice: so that this part is not the last, which would announce the whole.
      sizeBytes: asked * 2,
      sha256: '0'.repeat(64),
      partBytes: asked,
      open(_, length) {
        sent = length;
        return zeros(length);
      },
      signal,
    }),
  );
  const findings = judgeRefusal(find, transfer.uploadPath, profile, refusal);
  const small = findings.length === 0 && sent < asked;
  return {
    findings: small ? [find('parts-small', transfer.uploadPath, { asked, taken: sent }, profile)] : findings,
    partBytes: findings.length === 0 ? sent : null,
  };
}

async function refusalOf(work: () => Promise<void>): Promise<SiteError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof SiteError) return error;
    throw error;
  }
}

/** @throws what says more of the site than of transfers */
function judgeRefusal(find: Find, path: string, profile: Profile, refusal: SiteError | undefined): Finding[] {
  if (!refusal)
    return [find('transfer-blocked', path, { said: 'it was let in by a grant that opens nothing' }, profile)];
  switch (refusal.code) {
    case 'not-allowed':
      return [];
    // So the agent answers when there is no grant at all.
    case 'invalid-parameter':
      return [find('grant-lost', path, {}, profile)];
    // Parts as small as they get are still refused on the way.
    case 'unsupported':
      return [find('parts-refused', path, { bytes: transfer.minPartBytes }, profile)];
    case 'site-unreachable':
    case 'site-timeout':
    case 'busy':
      throw refusal;
    default:
      return [find('transfer-blocked', path, { said: refusal.message.replace(`${refusal.site}: `, '') }, profile)];
  }
}

/** How much of an upload has arrived is asked by HEAD. */
async function checkHead(
  find: Find,
  path: string,
  profile: Profile,
  probe: NonNullable<TransferContext['probe']>,
): Promise<Finding[]> {
  const refusal = await refusalOf(async () => {
    const { status, isJson } = await probe(path);
    if (status === 403 && isJson) return;
    throw new SiteError('site-bad-answer', '', `status ${status}`);
  });
  return refusal
    ? [find('head-blocked', path, { said: refusal.message.replace(`${refusal.site}: `, '') }, profile)]
    : [];
}

async function* zeros(length: number): AsyncGenerator<Uint8Array> {
  const piece = Buffer.alloc(65_536);
  for (let left = length; left > 0; left -= piece.length) yield left < piece.length ? piece.subarray(0, left) : piece;
}
