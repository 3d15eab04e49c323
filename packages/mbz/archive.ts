import type { Archive } from './cursor.ts';
import { MbzError } from './errors.ts';
import { type Limits, resolveLimits } from './limits.ts';
import { Source, type SourceOptions } from './source.ts';
import { TgzArchive } from './tgz.ts';
import { ZipArchive } from './zip.ts';

export type { Archive, Entry } from './cursor.ts';

export interface OpenOptions extends SourceOptions {
  limits?: Partial<Limits> | undefined;
}

/**
 * Opens a backup archive, tar.gz or zip, told apart by their first bytes. A zip that comes as a stream is spooled to a temporary file,
 * since only its end says what is in it.
 */
export async function openArchive(
  source: string | AsyncIterable<Uint8Array>,
  options: OpenOptions = {},
): Promise<Archive> {
  const limits = resolveLimits(options.limits);
  const input = await Source.open(source, options);
  try {
    const head = await input.peek();
    if (head[0] === 0x1f && head[1] === 0x8b) return new TgzArchive(input, limits, options.signal);
    if (head[0] === 0x50 && head[1] === 0x4b) return await ZipArchive.open(input, limits, options.signal);
    throw notAnArchive(head);
  } catch (error) {
    await input.close();
    throw error;
  }
}

function notAnArchive(head: Buffer): MbzError {
  if (head.length === 0)
    return new MbzError('truncated', 'the archive is empty', { hint: 'It was not transferred. Fetch it again.' });
  const start = head.subarray(0, 100).toString('latin1');
  const html = /^\s*</.test(start);
  return new MbzError(
    'not-an-archive',
    `neither a tar.gz nor a zip: it begins with ${JSON.stringify(start.slice(0, 20))}`,
    { hint: html ? 'It looks like a web page: perhaps an error or login page was saved instead of the backup.' : '' },
  );
}
