import { type FileHandle, open } from 'node:fs/promises';

/*
 * The plainest tar there is (ustar, files only, in the order written), so that a backup can be looked into with tools
 * that every system has. Sizes of 8 GiB and more are written as GNU tar does, in binary.
 */

export const blockBytes = 512;
const pieceBytes = 1024 * 1024;
const largestOctal = 0o77777777777;

/** @throws RangeError for a name that does not fit; ours do. */
export function tarHeader(name: string, sizeBytes: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new RangeError(`${name} is too long for a tar header`);
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0);
  block.write('0000600\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  if (sizeBytes <= largestOctal) block.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124);
  else {
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(sizeBytes), 128);
  }
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

export const tarPadding = (sizeBytes: number): Buffer =>
  Buffer.alloc((blockBytes - (sizeBytes % blockBytes)) % blockBytes);

export interface TarEntry {
  name: string;
  sizeBytes: number;
  /** Once, and before the next entry is asked for. */
  body: AsyncIterable<Buffer>;
}

/** What a tar is not: cut off, altered, or something else altogether. */
export class TarError extends Error {}

/** @throws TarError */
export async function* readTar(path: string): AsyncGenerator<TarEntry> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    let at = 0;
    for (;;) {
      const block = await readBlock(file, at);
      if (block.every((byte) => byte === 0)) break;
      const { name, sizeBytes } = parseHeader(block);
      const from = at + blockBytes;
      if (from + sizeBytes > size) throw new TarError(`it is cut off within ${name}`);
      yield { name, sizeBytes, body: readBody(file, from, sizeBytes) };
      at = from + sizeBytes + tarPadding(sizeBytes).length;
    }
    if (at + 2 * blockBytes !== size) throw new TarError('its end is not where it should be');
  } finally {
    await file.close();
  }
}

async function readBlock(file: FileHandle, at: number): Promise<Buffer> {
  const block = Buffer.alloc(blockBytes);
  const { bytesRead } = await file.read(block, 0, blockBytes, at);
  if (bytesRead < blockBytes) throw new TarError('it is cut off');
  return block;
}

function parseHeader(block: Buffer): { name: string; sizeBytes: number } {
  const announced = Number.parseInt(block.toString('latin1', 148, 156).replace(/[\0 ]+$/, ''), 8);
  let sum = 8 * 32;
  for (const [index, byte] of block.entries()) if (index < 148 || index >= 156) sum += byte;
  if (sum !== announced || block.toString('latin1', 257, 262) !== 'ustar') throw new TarError('it is not a tar file');
  const name = block.toString('utf8', 0, 100).replace(/\0.*$/s, '');
  const sizeBytes =
    block[124]! & 0x80
      ? Number(block.readBigUInt64BE(128))
      : Number.parseInt(block.toString('latin1', 124, 135).trim() || '0', 8);
  return { name, sizeBytes };
}

async function* readBody(file: FileHandle, from: number, sizeBytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < sizeBytes; ) {
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, sizeBytes - at));
    const { bytesRead } = await file.read(piece, 0, piece.length, from + at);
    if (bytesRead === 0) throw new TarError('it is cut off');
    at += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}
