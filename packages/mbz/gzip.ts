import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';

const deflate = promisify(deflateRaw);

/** No name, no time, made on Unix (RFC 1952, 2.3). */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
/** The last block of deflate: a fixed one with nothing in it (RFC 1951, 3.2.6). */
const END = Uint8Array.of(3, 0);
const STORED_HEADER_BYTES = 5;
/** Its length has 16 bits. */
const STORED_MOST_BYTES = 0xffff;

/**
 * One gzip member of pieces, each compressed by itself at `level`, or stored as it is where compressing would make
 * little of it: images, films, PDF and ZIP are most of a course, and cost most of the time. The memory of a piece may be
 * used again once the next is asked for. The same pieces give the same bytes.
 */
export async function* gzip(pieces: AsyncIterable<Uint8Array>, level: number): AsyncGenerator<Uint8Array> {
  yield HEADER;
  let crc = 0;
  let sizeBytes = 0;
  for await (const piece of pieces) {
    crc = crc32(piece, crc);
    sizeBytes += piece.byteLength;
    // Flushed so that the next begins at a byte, and refers to nothing before it.
    yield isDense(piece) ? stored(piece) : await deflate(piece, { level, finishFlush: constants.Z_FULL_FLUSH });
  }
  yield END;
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(sizeBytes % 2 ** 32, 4);
  yield trailer;
}

function stored(piece: Uint8Array): Uint8Array {
  const blocks = Math.ceil(piece.byteLength / STORED_MOST_BYTES);
  const bytes = Buffer.allocUnsafe(piece.byteLength + blocks * STORED_HEADER_BYTES);
  let to = 0;
  for (let from = 0; from < piece.byteLength; from += STORED_MOST_BYTES) {
    const block = piece.subarray(from, from + STORED_MOST_BYTES);
    bytes[to] = 0;
    bytes.writeUInt16LE(block.byteLength, to + 1);
    bytes.writeUInt16LE(block.byteLength ^ 0xffff, to + 3);
    bytes.set(block, to + STORED_HEADER_BYTES);
    to += block.byteLength + STORED_HEADER_BYTES;
  }
  return bytes;
}

/** Bits for each byte from which on it is not worth it: text has 4 to 6, JPEG, MP4 and ZIP 7.8 and more. */
const DENSE_BITS = 7.6;
const SAMPLES = 4096;

/** Judged by how evenly the bytes are spread. Small pieces, of which that cannot be said, are compressed. */
function isDense(piece: Uint8Array): boolean {
  if (piece.byteLength < SAMPLES) return false;
  // Odd, so that records of a fixed size are not always met at the same place.
  const step = (Math.floor(piece.byteLength / SAMPLES) - 1) | 1;
  const counts = new Uint32Array(256);
  let samples = 0;
  for (let at = 0; at < piece.byteLength; at += step, samples++) counts[piece[at]!]!++;
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / samples) * Math.log2(count / samples);
  return bits >= DENSE_BITS;
}
