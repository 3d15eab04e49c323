import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { MbzError } from './errors.ts';
import type { Limits } from './limits.ts';
import { timeOfBackup } from './moodle-backup.ts';
import type { LeftOut } from './people/rewrite.ts';
import { ContentReader } from './rewrite/contents.ts';
import { type ChangedField, prepareDocuments } from './rewrite/documents.ts';
import { layOut } from './rewrite/lay-out.ts';
import type { RewritePlan, RewriteProof } from './rewrite/plan.ts';
import { Spool } from './rewrite/spool.ts';
import { survey } from './rewrite/survey.ts';
import { writeWhole } from './write.ts';

export { type Account, type ArchivePerson, readPeople } from './rewrite/accounts.ts';
export type { RewritePlan, RewriteProof } from './rewrite/plan.ts';
export type { TextFound } from './rewrite/proof.ts';

export interface RewriteOptions {
  readonly signal?: AbortSignal | undefined;
  /** Of the archive's bytes, which are read twice: `total` is twice its size. */
  readonly onProgress?: ((read: number, total: number) => void) | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Where documents are kept meanwhile: beside the destination unless told, for a stream the system's temporary directory. */
  readonly spoolDirectory?: string | undefined;
}

export interface Rewritten {
  readonly sizeBytes: number;
  /** Of the archive as written, in hexadecimal. */
  readonly sha256: string;
  readonly proof: RewriteProof;
  /** What was not known and may hold people, hence left out. */
  readonly leftOut: readonly LeftOut[];
  /** Which fields were given another value or taken out, how often; rows that went with people are not counted. */
  readonly fields: readonly ChangedField[];
}

/**
 * Writes an archive anew: without people, or with people as accounts of the site it goes to, and with other names and dates of the
 * course. tar.gz and zip in, tar.gz out, the same bytes for the same archive and plan.
 *
 * The archive is read twice: first its documents are kept in a temporary file, looked through and rewritten; then everything is
 * written, contents as they come and checked against their SHA-1. A path is written under another name and renamed when it is whole.
 * @throws MbzError
 */
export async function rewrite(
  source: string,
  destination: string | Writable,
  plan: RewritePlan,
  options: RewriteOptions = {},
): Promise<Rewritten> {
  const { signal, limits, onProgress } = options;
  signal?.throwIfAborted();
  if (typeof destination === 'string') refuseSame(source, destination);
  const spool = new Spool(
    options.spoolDirectory ?? (typeof destination === 'string' ? dirname(resolve(destination)) : tmpdir()),
  );
  const reader = new ContentReader(source, { signal, limits, onProgress: half(1, onProgress) });
  try {
    const found = await survey(source, spool, { signal, limits, onProgress: half(0, onProgress) });
    const prepared = await prepareDocuments(found, spool, plan, { signal, limits });
    const members = layOut({
      documents: prepared.documents,
      contents: found.contents,
      keepsContent: prepared.keepsContent,
      openDocument: (document) => spool.open(document),
      openContent: (path, hash, sizeBytes) => reader.read(path, hash, sizeBytes),
    });
    const settings = { modifiedAt: timeOfBackup(found.information), ...(signal && { signal }) };
    const written = await writeWhole(destination, members, settings);
    return { ...written, proof: prepared.proof, leftOut: prepared.leftOut, fields: prepared.fields };
  } finally {
    await reader.close();
    spool.close();
  }
}

function half(turn: 0 | 1, onProgress: RewriteOptions['onProgress']) {
  if (onProgress === undefined) return undefined;
  return (read: number, total: number | undefined) => {
    if (total !== undefined) onProgress(turn * total + read, 2 * total);
  };
}

function refuseSame(source: string, destination: string): void {
  const [from, to] = [source, destination].map((path) => statSync(path, { throwIfNoEntry: false }));
  if (from === undefined || to === undefined || from.ino !== to.ino || from.dev !== to.dev) return;
  throw new MbzError('cannot-write', `${destination} is the archive that is read: it would be lost`, {
    hint: 'Name another file to write to.',
  });
}
