import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { blockBytes, readTar, type TarEntry, TarError, tarHeader, tarPadding } from './tar.ts';

/*
 * A backup is one tar file:
 *
 *   backup.json                what it is, of which versions, which key its secrets need; its tables and their columns
 *   control/jobs/000001.gz     rows of the table in COPY's text form, in parts, each compressed by itself
 *   sites/people/000001.gz     the same of the embedded sites
 *   pool/0a/1b/0a1b…           contents of their files, each under its SHA-1
 *   manifest.json              SHA-256 of every entry before it but the pool's, rows of each table, ends of sequences
 *   end                        SHA-256 of the manifest
 *
 * Whatever is cut, altered, missing or added shows before anything of it is used.
 */

const tableShape = z.object({ name: z.string(), columns: z.array(z.string()) });
const partShape = z.object({
  postgres: z.string(),
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
  /** In an order in which none refers to a later one. */
  tables: z.array(tableShape),
});
const headerShape = z.object({
  format: z.literal('jouvence-backup'),
  version: z.literal(1),
  createdAt: z.string(),
  jouvence: z.string(),
  /** Ids of the keys with which its secrets are sealed; the keys themselves are not in it. */
  keys: z.array(z.string()),
  control: partShape,
  sites: partShape.nullable(),
});
const manifestShape = z.object({
  entries: z.array(z.object({ name: z.string(), bytes: z.int(), sha256: z.string() })),
  rows: z.record(z.string(), z.int()),
  /** `control/audit_id_seq`: the last value given out. */
  sequences: z.record(z.string(), z.number()),
  pool: z.object({ files: z.int(), bytes: z.number() }),
});

export type BackupHeader = z.output<typeof headerShape>;
export type BackupManifest = z.output<typeof manifestShape>;
export type PartName = 'control' | 'sites';

export class BackupWriter {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #entries: BackupManifest['entries'] = [];
  readonly #pool = { files: 0, bytes: 0 };
  #bytes = 0;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** Written aside, and only whole under its name. */
  static async create(path: string): Promise<BackupWriter> {
    return new BackupWriter(path, await open(`${path}.part`, 'w', 0o600));
  }

  async add(name: string, body: Buffer): Promise<void> {
    this.#entries.push({ name, bytes: body.length, sha256: sha256(body) });
    await this.#entry(name, body.length, [body]);
  }

  /** A content under its SHA-1, which is the check of it. @throws RangeError when it is not of that size */
  async addContent(name: string, sizeBytes: number, body: AsyncIterable<Buffer>): Promise<void> {
    this.#pool.files++;
    this.#pool.bytes += sizeBytes;
    await this.#entry(name, sizeBytes, body);
  }

  async #entry(name: string, sizeBytes: number, body: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<void> {
    await this.#write(tarHeader(name, sizeBytes));
    let written = 0;
    for await (const piece of body) {
      await this.#write(piece);
      written += piece.length;
    }
    if (written !== sizeBytes) throw new RangeError(`${name} has ${written} bytes, not ${sizeBytes}`);
    await this.#write(tarPadding(sizeBytes));
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#bytes += bytes.length;
    if (bytes.length > 0) await this.#file.appendFile(bytes);
  }

  /** On disk and under its name when this resolves; its size in bytes. */
  async finish(about: Pick<BackupManifest, 'rows' | 'sequences'>): Promise<number> {
    const manifest = Buffer.from(JSON.stringify({ entries: this.#entries, ...about, pool: this.#pool }));
    await this.#entry('manifest.json', manifest.length, [manifest]);
    const end = Buffer.from(sha256(manifest));
    await this.#entry('end', end.length, [end]);
    await this.#write(Buffer.alloc(2 * blockBytes));
    await this.#file.sync();
    await this.#file.close();
    await rename(`${this.#path}.part`, this.#path);
    const directory = await open(dirname(this.#path), 'r');
    await directory.sync().finally(() => directory.close());
    return this.#bytes;
  }

  async discard(): Promise<void> {
    await this.#file.close().catch(() => {});
    await rm(`${this.#path}.part`, { force: true });
  }
}

/** Reads the whole file once. @throws AppError `backup-invalid` when it is not whole, not ours or of a later format */
export async function verifyBackup(path: string): Promise<{ header: BackupHeader; manifest: BackupManifest }> {
  let header: BackupHeader | undefined;
  let manifest: BackupManifest | undefined;
  let last = '';
  let manifestSha256 = '';
  const pool = { files: 0, bytes: 0 };
  const found: BackupManifest['entries'] = [];
  for await (const entry of readBackup(path)) {
    last = entry.name;
    const algorithm = entry.name.startsWith('pool/') ? 'sha1' : 'sha256';
    const hash = createHash(algorithm);
    const kept: Buffer[] = [];
    for await (const piece of entry.body) {
      hash.update(piece);
      if (isSmall(entry.name)) kept.push(Buffer.from(piece));
    }
    const digest = hash.digest('hex');
    if (found.length === 0) header = parse(path, headerShape, Buffer.concat(kept), entry.name === 'backup.json');
    if (algorithm === 'sha1') {
      if (!entry.name.endsWith(`/${digest}`)) throw invalid(path, `${entry.name} is altered`);
      pool.files++;
      pool.bytes += entry.sizeBytes;
    } else if (entry.name === 'manifest.json') {
      manifest = parse(path, manifestShape, Buffer.concat(kept), true);
      manifestSha256 = digest;
    } else if (entry.name === 'end') {
      if (Buffer.concat(kept).toString() !== manifestSha256) throw invalid(path, 'its manifest is altered');
    } else found.push({ name: entry.name, bytes: entry.sizeBytes, sha256: digest });
  }
  if (!header || !manifest || last !== 'end') throw invalid(path, 'it is cut off');
  const list = manifest.entries;
  const wrong = list.find(
    ({ name, sha256: wanted }, index) => found[index]?.name !== name || found[index].sha256 !== wanted,
  );
  if (wrong) throw invalid(path, `${wrong.name} is altered`);
  if (found.length > list.length) throw invalid(path, `${found[list.length]!.name} does not belong in it`);
  if (pool.files !== manifest.pool.files || pool.bytes !== manifest.pool.bytes)
    throw invalid(path, `it has ${pool.files} files of embedded sites, and should have ${manifest.pool.files}`);
  return { header, manifest };
}

const isSmall = (name: string): boolean => ['backup.json', 'manifest.json', 'end'].includes(name);

/** Entries one after the other. @throws AppError `backup-invalid`, `not-found` */
export async function* readBackup(path: string): AsyncGenerator<TarEntry> {
  try {
    yield* readTar(path);
  } catch (error) {
    if (error instanceof TarError) throw invalid(path, error.message);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new AppError('not-found', `there is no file ${path}`, { cause: error });
    if (code === 'EISDIR') throw invalid(path, 'it is a directory');
    throw error;
  }
}

function parse<S extends z.ZodType>(path: string, shape: S, body: Buffer, named: boolean): z.output<S> {
  let json: unknown;
  try {
    json = JSON.parse(body.toString());
  } catch {
    throw invalid(path, 'it is not a backup of Jouvence');
  }
  const { format, version } = json as { format?: unknown; version?: unknown };
  if (format === 'jouvence-backup' && version !== 1)
    throw invalid(
      path,
      `it is of format ${String(version)}, made by a newer version of Jouvence: restore it with that`,
    );
  const parsed = shape.safeParse(json);
  if (!named || !parsed.success) throw invalid(path, 'it is not a backup of Jouvence');
  return parsed.data;
}

export const invalid = (path: string, why: string): AppError =>
  new AppError('backup-invalid', `${path} cannot be restored: ${why}. Nothing was changed.`);

const sha256 = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
