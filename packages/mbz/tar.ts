import { isUtf8 } from 'node:buffer';
import { MbzError } from './errors.ts';

export const blockBytes = 512;

/** One header block, read but not yet judged. */
export interface TarHeader {
  /** The type flag as its character. */
  type: string;
  name: string;
  sizeBytes: number;
}

export function isZeroBlock(block: Buffer): boolean {
  for (let i = 0; i < blockBytes; i++) if (block[i] !== 0) return false;
  return true;
}

/** Reads a header of ustar, GNU or old tar. The checksum is required: no writer has omitted it since 1979. */
export function parseTarHeader(block: Buffer): TarHeader {
  let sum = 8 * 32; // the checksum field counts as spaces
  for (let i = 0; i < 148; i++) sum += block[i]!;
  for (let i = 156; i < blockBytes; i++) sum += block[i]!;
  if (parseNumber(block, 148, 8) !== sum)
    throw new MbzError('corrupt', 'a tar header does not match its checksum', {
      hint: 'The archive was damaged on its way. Fetch it again.',
    });
  const typeByte = block[156]!;
  const isUstar = block.toString('latin1', 257, 262) === 'ustar';
  // GNU tar keeps times where ustar keeps the prefix; its magic is "ustar  ".
  const hasPrefix = isUstar && block[262] === 0 && block[345] !== 0;
  const short = parseText(block, 0, 100);
  return {
    type: typeByte === 0 ? '0' : String.fromCharCode(typeByte),
    name: hasPrefix ? `${parseText(block, 345, 155)}/${short}` : short,
    sizeBytes: parseNumber(block, 124, 12),
  };
}

/** The records of a pax header: `length key=value\n`, the length counting the whole record in bytes. */
export function parsePax(data: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < data.length) {
    const space = data.indexOf(0x20, at);
    const digits = space < 0 ? '' : data.toString('latin1', at, space);
    const length = /^[1-9][0-9]{0,6}$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    const equals = data.indexOf(0x3d, space);
    if (length === 0 || end > data.length || data[end - 1] !== 0x0a || equals < 0 || equals >= end)
      throw new MbzError('corrupt', 'a pax header of the tar is malformed');
    records.set(decodeName(data.subarray(space + 1, equals)), decodeName(data.subarray(equals + 1, end - 1)));
    at = end;
  }
  return records;
}

/** A name's bytes as text; NUL is kept, to be refused with the name. */
export function decodeName(bytes: Buffer): string {
  if (!isUtf8(bytes))
    throw new MbzError('name-not-utf8', `the name ${JSON.stringify(bytes.toString('latin1'))} is not UTF-8`, {
      hint: 'Moodle names the entries of a backup in ASCII; the archive was made by something else.',
    });
  return bytes.toString('utf8');
}

function parseText(block: Buffer, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return decodeName(end < 0 ? field : field.subarray(0, end));
}

/** Octal digits, or, with the highest bit set, a big-endian binary number (sizes of 8 GB and more). */
function parseNumber(block: Buffer, start: number, length: number): number {
  if ((block[start]! & 0x80) !== 0) {
    let value = block[start]! & 0x7f;
    for (let i = 1; i < length; i++) value = value * 256 + block[start + i]!;
    if (!Number.isSafeInteger(value) || (block[start]! & 0x40) !== 0)
      throw new MbzError('corrupt', 'a tar header holds an impossible number');
    return value;
  }
  let value = 0;
  let i = start;
  const end = start + length;
  while (i < end && block[i] === 0x20) i++;
  for (; i < end; i++) {
    const digit = block[i]! - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  if (i < end && block[i] !== 0 && block[i] !== 0x20)
    throw new MbzError('corrupt', 'a tar header holds a number that is none');
  return value;
}
