import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { AppError, failure, type Said, toAppError } from '../errors.ts';
import type { Step, StepContext, StepResult } from '../jobs/index.ts';
import { backUpInOneCall, leaveBackup } from './block-backup.ts';
import { discardTask, followTask, linesOf } from './follow-task.ts';
import { asReason, refuse } from './refuse.ts';
import { resetRequest, type SourceArchive, setReport, updateRequest } from './requests.sql.ts';
import { type Ends, restoreStep, type Tools } from './restore-step.ts';
import { asColumns, decideAgain } from './rules/again.ts';
import { claimInstance, withInstance } from './rules/instances.ts';
import { tooLarge } from './rules/sizes.ts';
import { roomFor } from './spool.ts';

/** The rules as they are now; the first attempt may come long after the request was sent. */
export function queued(tools: Tools): Step {
  return restoreStep(tools, {
    async run(context, ends) {
      const { request, source, target } = ends;
      if (source.pausedAt || target.pausedAt) {
        // In the moment between its turn and now.
        await tools.queue.giveBack(request.id);
        return { park: { for: 'turn' } };
      }
      const ruling = await decideAgain(tools, ends, 'asked', context.signal);
      const take = await claimInstance(tools, request, context.signal);
      await withInstance(tools, target.id, request, () =>
        context.write(async (tx) => {
          await take?.(tx);
          await resetRequest(tx, request.id);
          await updateRequest(tx, request.id, { person_id: ruling.person?.id ?? null, ...asColumns(ruling.options) });
          await setReport(tx, request.id, 'queued', ruling.lines);
        }),
      );
    },
  });
}

export function backingUp(tools: Tools): Step {
  return restoreStep(tools, {
    async run(context, ends) {
      const { request, sourceClient } = ends;
      const client = await sourceClient();
      await context.guard();
      if (client.block) return void (await backUpInOneCall(tools, context, ends, client.block));
      // Without the signal: a start that is under way is never abandoned, or it could arrive after it was discarded.
      await client.call(
        'start_backup',
        { key: context.key, courseid: request.courseid, people: request.people },
        { retry: true },
      );
      const task = await followTask(tools, context, client, context.key);
      if (!task.archive) {
        const { site } = client;
        throw failure('site-bad-answer', { reason: 'backup-without-archive', values: { site } }, { details: { site } });
      }
      const { filename, sizebytes: sizeBytes, sha256 } = task.archive;
      await context.write(async (tx) => {
        await updateRequest(tx, request.id, { archive: { filename, sizeBytes, sha256 }, prepared: null });
        await setReport(tx, request.id, 'backing-up', linesOf(task, request.source));
      });
    },
    async undo(context, ends) {
      if (ends.source.abilities.discards) await discardTask(await ends.sourceClient(), context);
      else await leaveBackup(context, ends);
      return 'undone';
    },
  });
}

export function fetching(tools: Tools): Step {
  const { spool } = tools;
  return restoreStep(tools, {
    async run(context, ends) {
      const { request, source } = ends;
      const backupKey = context.keyOf('backing-up');
      if (!request.archive || !backupKey) return { goto: 'backing-up' };
      const archive = request.archive;
      const values = await tools.settings.at({ target: request.targetId, source: request.sourceId });
      const large = tooLarge(archive.sizeBytes, values);
      if (large)
        return refuse('too-large', {
          reason: 'archive-too-large',
          values: { site: source.name, ...large.values },
        });
      const roomBytes = roomFor(archive.sizeBytes);
      if (roomBytes > spool.limitBytes) {
        const values = { size: archive.sizeBytes, room: roomBytes, limit: spool.limitBytes };
        return refuse('quota', { reason: 'spool-small', values });
      }
      await context.bindHost(true);
      if (!(await spool.reserve(context.host, request.id, roomBytes))) return waitForRoom(tools, context, roomBytes);
      if (await hasFetched(tools, ends)) return undefined;
      try {
        await fetchInto(tools, context, ends, archive, backupKey);
        return undefined;
      } catch (error) {
        const { code } = toAppError(error);
        // The site has cleared the backup away meanwhile; if it does so each time, that is an error.
        if (code === 'not-found' && context.attempt <= mostAttempts) return { goto: 'backing-up' };
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
          throw new AppError('spool-full', undefined, { cause: error });
        throw error;
      }
    },
    async undo(context, { request }) {
      await spool.release(context.host, request.id);
      return 'undone';
    },
  });
}

/** How soon to look again for room. */
const roomMs = 5000;

/** Room comes when another request ends; which host has it first does not matter. */
async function waitForRoom(tools: Tools, context: StepContext, roomBytes: number): Promise<StepResult> {
  await context.bindHost(false);
  const afterMs = Math.min(roomMs, tools.patience.longestMs);
  const error = asReason('spool-full', { reason: 'spool-waits', values: { bytes: roomBytes } });
  return { wait: { for: 'spool', afterMs, error } };
}

/** The archive is on this host. It may have gone with a host, or with whoever made room by hand. */
export const hasFetched = ({ spool }: Tools, { request }: Ends): Promise<boolean> =>
  isThere(spool.fetched(request.id), request.archive);

/** The same of the one that is made of it. */
export const hasPrepared = ({ spool }: Tools, { request }: Ends): Promise<boolean> =>
  isThere(spool.prepared(request.id), request.prepared);

async function isThere(path: string, archive: { sizeBytes: number } | null): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true && found.size === archive?.sizeBytes;
}

/** How often a site may lose what was made there before that counts as an error. */
export const mostAttempts = 3;

/** How often the lease is looked at while bytes flow. */
const guardEveryBytes = 8 * 1024 * 1024;

/** Where an archive comes from: opened from a byte on, and what it must be in the end. */
interface Remote {
  site: string;
  /** Null: nothing but its size is known before it is here; what it holds is examined next. */
  checksum: { algorithm: 'sha256' | 'sha1'; hex: string } | null;
  /** Throws when it is another one. */
  open(from: number): Promise<{ from: number; sizeBytes: number; body: AsyncIterable<Uint8Array> }>;
}

/** By a grant for the task that made it; of Strasbourg's block, by the number that it gave. */
async function findRemote(
  { signal, guard }: StepContext,
  { sourceClient }: Ends,
  archive: SourceArchive,
  backupKey: string,
): Promise<Remote> {
  const client = await sourceClient();
  const { site, block } = client;
  await guard();
  if (archive.block && block) {
    const { fileid, etag } = archive.block;
    // Moodle's own hash of the contents, when it says it.
    const sha1 = /^"([0-9a-f]{40})"$/.exec(etag ?? '')?.[1];
    return {
      site,
      checksum: sha1 ? { algorithm: 'sha1', hex: sha1 } : null,
      open: (from) => block.open({ fileid, from, etag, signal }),
    };
  }
  const { grant } = await client.call('grant_download', { key: backupKey }, { signal, retry: true });
  const sha256 = archive.sha256!;
  return {
    site,
    checksum: { algorithm: 'sha256', hex: sha256 },
    async open(from) {
      const download = await client.download({ grant, from, ...(from > 0 && { ifRange: sha256 }), signal });
      if (download.sha256 === sha256) return download;
      throw altered(site, { reason: 'archive-another', values: { site } });
    },
  };
}

/**
 * Goes on where the last worker was stopped. Bytes are written at their own place, never appended: should a worker
 * that lost its lease still hold the file, both write the same bytes to the same places.
 */
async function fetchInto(
  tools: Tools,
  context: StepContext,
  ends: Ends,
  archive: SourceArchive,
  backupKey: string,
): Promise<void> {
  const path = tools.spool.fetched(ends.request.id);
  const remote = await findRemote(context, ends, archive, backupKey);
  const { site, checksum } = remote;
  const algorithm = checksum?.algorithm ?? 'sha256';
  const file = await open(`${path}.part`, 'a+', 0o600).then(async (made) => {
    await made.close();
    return open(`${path}.part`, 'r+');
  });
  try {
    let { hash, sizeBytes: from } = await rebuildHash(file, algorithm, archive.sizeBytes, context.signal);
    if (from < archive.sizeBytes) {
      const download = await remote.open(from);
      if (download.sizeBytes !== archive.sizeBytes)
        throw altered(site, { reason: 'archive-another', values: { site } });
      if (download.from !== from) hash = createHash(algorithm);
      from = await receive(context, file, download, hash);
    }
    await file.truncate(from);
    const digest = hash.digest('hex');
    if (checksum && digest !== checksum.hex)
      throw altered(site, { reason: 'archive-checksum', values: { site, bytes: from, digest } });
    await file.sync();
  } finally {
    await file.close();
  }
  await context.guard();
  await rename(`${path}.part`, path);
}

const altered = (site: string, why: Said): AppError =>
  failure('archive-altered', why, { details: { site, again: true } });

/** Of the part that is there already; what is longer than the whole is nothing of ours. */
async function rebuildHash(
  file: FileHandle,
  algorithm: 'sha256' | 'sha1',
  mostBytes: number,
  signal: AbortSignal,
): Promise<{ hash: Hash; sizeBytes: number }> {
  const { size } = await file.stat();
  const hash = createHash(algorithm);
  if (size > mostBytes) return { hash, sizeBytes: 0 };
  let sizeBytes = 0;
  const buffer = Buffer.allocUnsafe(1024 * 1024);
  while (sizeBytes < size) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, buffer.length, sizeBytes);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    sizeBytes += bytesRead;
  }
  return { hash, sizeBytes };
}

async function receive(
  context: StepContext,
  file: FileHandle,
  download: { from: number; sizeBytes: number; body: AsyncIterable<Uint8Array> },
  hash: Hash,
): Promise<number> {
  let at = download.from;
  let guardedAt = at;
  for await (const chunk of download.body) {
    hash.update(chunk);
    // `write` may write less than it was given.
    for (let sent = 0; sent < chunk.length; )
      sent += (await file.write(chunk, sent, chunk.length - sent, at + sent)).bytesWritten;
    at += chunk.length;
    context.progress(at / download.sizeBytes, { done: at, total: download.sizeBytes });
    if (at - guardedAt < guardEveryBytes) continue;
    guardedAt = at;
    await context.guard();
  }
  return at;
}
