import { readSync } from 'node:fs';
import type yauzl from 'yauzl';
import { MbzError } from './errors.ts';

/** Without name and extra fields. */
export const localHeaderBytes = 30;
/** Signature, CRC-32 and two sizes of eight bytes: what a writer may put after an entry's data. */
const descriptorBytes = 24;

/**
 * Compares an entry's own header with the central directory and returns its length. Some readers believe the one, some the
 * other: where they differ, two people would see two different backups.
 */
export function checkLocalHeader(fd: number, start: number, central: yauzl.Entry, path: string): number {
  const nameLength = central.fileNameRaw.length;
  const header = Buffer.alloc(localHeaderBytes + nameLength);
  const count = readSync(fd, header, 0, header.length, start);
  const differ = (what: string) => {
    throw new MbzError('inconsistent', `${path}: its own header and the directory of the zip differ in ${what}`, {
      entry: path,
      hint: 'Two readers could see two different backups in this archive. Make the backup anew.',
    });
  };
  if (count < header.length || header.readUInt32LE(0) !== 0x04034b50) differ('place');
  const flags = header.readUInt16LE(6);
  if (((flags ^ central.generalPurposeBitFlag) & 0x2049) !== 0) differ('flags');
  if (header.readUInt16LE(8) !== central.compressionMethod) differ('compression');
  if (header.readUInt16LE(26) !== nameLength) differ('name');
  if (header.compare(central.fileNameRaw, 0, nameLength, localHeaderBytes, localHeaderBytes + nameLength) !== 0)
    differ('name');
  // With bit 3 the writer knew sizes and checksum only afterwards, and left zeros here.
  const later = (flags & 8) !== 0;
  const agrees = (value: number, expected: number, unknown: number) =>
    value === expected || (later && value === 0) || value === unknown;
  if (!agrees(header.readUInt32LE(14), central.crc32, central.crc32)) differ('checksum');
  // 0xffffffff: the size is in the zip64 field.
  if (!agrees(header.readUInt32LE(18), central.compressedSize, 0xffffffff)) differ('compressed size');
  if (!agrees(header.readUInt32LE(22), central.uncompressedSize, 0xffffffff)) differ('size');
  return localHeaderBytes + nameLength + header.readUInt16LE(28);
}

/** Where the entries lie: one after the other from the first byte to the directory, nothing shared and nothing hidden. */
export class ByteRanges {
  private bounds = new Float64Array(2 * 1024);
  private count = 0;
  private isSorted = true;

  add(start: number, end: number): void {
    if (2 * this.count === this.bounds.length) {
      const larger = new Float64Array(2 * this.bounds.length);
      larger.set(this.bounds);
      this.bounds = larger;
    }
    if (this.count > 0 && start < this.bounds[2 * this.count - 2]!) this.isSorted = false;
    this.bounds[2 * this.count] = start;
    this.bounds[2 * this.count + 1] = end;
    this.count++;
  }

  check(directoryStart: number): void {
    let order: Uint32Array | undefined;
    if (!this.isSorted) {
      order = Uint32Array.from({ length: this.count }, (_, i) => i);
      order.sort((a, b) => this.bounds[2 * a]! - this.bounds[2 * b]!);
    }
    let before = 0;
    for (let i = 0; i < this.count; i++) {
      const at = order === undefined ? i : order[i]!;
      const start = this.bounds[2 * at]!;
      if (start < before) throw new MbzError('inconsistent', 'two entries of the zip share bytes: a bomb or a forgery');
      if (start - before > (i === 0 ? 0 : descriptorBytes))
        throw new MbzError('inconsistent', `${start - before} bytes of the zip belong to no entry`);
      before = this.bounds[2 * at + 1]!;
    }
    if (directoryStart - before > descriptorBytes)
      throw new MbzError('inconsistent', `${directoryStart - before} bytes of the zip belong to no entry`);
  }
}
