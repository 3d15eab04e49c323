import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

/** One entry of a tar, as wrong as a test wants it. */
export interface TarItem {
  name: string | Buffer;
  body?: Buffer | string;
  type?: string;
  /** Instead of the body's length; with `base256` in that form. */
  sizeBytes?: number;
  base256?: boolean;
  magic?: string;
  prefix?: string;
}

/** A tar's bytes, with its two zero blocks unless told otherwise. */
export function tar(items: readonly TarItem[], end: 'whole' | 'none' | 'single' = 'whole'): Buffer {
  const blocks: Buffer[] = [];
  for (const item of items) {
    const body = Buffer.from(item.body ?? '');
    const header = Buffer.alloc(512);
    Buffer.from(item.name).copy(header, 0, 0, 100);
    header.write('0000644\0', 100);
    const size = item.sizeBytes ?? body.length;
    if (item.base256) {
      header[124] = 0x80;
      header.writeBigUInt64BE(BigInt(size), 128);
    } else header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write(item.type ?? '0', 156);
    header.write(item.magic ?? 'ustar\u000000', 257, 'latin1');
    header.write(item.prefix ?? '', 345);
    header.write('        ', 148);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    blocks.push(header, body, Buffer.alloc(-body.length & 511));
  }
  return Buffer.concat([...blocks, Buffer.alloc(end === 'whole' ? 1024 : end === 'single' ? 512 : 0)]);
}

export function tgz(items: readonly TarItem[], end?: 'whole' | 'none' | 'single'): Buffer {
  return gzipSync(tar(items, end));
}

/** A pax header before the entry it speaks of. */
export function pax(records: Record<string, string>): TarItem {
  let body = '';
  for (const [key, value] of Object.entries(records)) {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest + 1;
    while (String(length).length + rest !== length) length = String(length).length + rest;
    body += `${length} ${key}=${value}\n`;
  }
  return { name: 'PaxHeader', type: 'x', body };
}

/** One entry of a zip; `local` overrides what its own header says, the rest what the directory says. */
export interface ZipItem {
  name: string | Buffer;
  body?: Buffer | string;
  method?: number;
  flags?: number;
  mode?: number;
  crc?: number;
  sizeBytes?: number;
  compressedBytes?: number;
  local?: { name?: string; method?: number; sizeBytes?: number; crc?: number; compressedBytes?: number };
  /** Say the place of another entry instead of writing one. */
  sameAs?: number;
  /** Put the sizes and the place into zip64 fields. */
  zip64?: boolean;
}

export function zip(items: readonly ZipItem[], parts: { before?: Buffer; between?: Buffer } = {}): Buffer {
  const out: Buffer[] = parts.before ? [parts.before] : [];
  const directory: Buffer[] = [];
  const starts: number[] = [];
  let at = parts.before?.length ?? 0;
  const put = (...buffers: Buffer[]) => {
    for (const buffer of buffers) {
      out.push(buffer);
      at += buffer.length;
    }
  };
  for (const item of items) {
    const body = Buffer.from(item.body ?? '');
    const method = item.method ?? 8;
    const data = method === 8 ? deflateRawSync(body) : body;
    const name = Buffer.from(item.name);
    const crc = item.crc ?? crc32(body);
    const size = item.sizeBytes ?? body.length;
    const packed = item.compressedBytes ?? data.length;
    let start = at;
    if (item.sameAs === undefined) {
      const localName = Buffer.from(item.local?.name ?? name);
      const local = Buffer.alloc(30);
      local.writeUInt32LE(0x04034b50, 0);
      local.writeUInt16LE(item.zip64 ? 45 : 20, 4);
      local.writeUInt16LE(item.flags ?? 0, 6);
      local.writeUInt16LE(item.local?.method ?? method, 8);
      local.writeUInt32LE(item.local?.crc ?? crc, 14);
      local.writeUInt32LE(item.zip64 ? 0xffffffff : (item.local?.compressedBytes ?? packed), 18);
      local.writeUInt32LE(item.zip64 ? 0xffffffff : (item.local?.sizeBytes ?? size), 22);
      local.writeUInt16LE(localName.length, 26);
      const extra = item.zip64 ? zip64Field([size, packed]) : Buffer.alloc(0);
      local.writeUInt16LE(extra.length, 28);
      put(local, localName, extra, data);
    } else start = starts[item.sameAs]!;
    starts.push(start);
    const extra = item.zip64 ? zip64Field([size, packed, start]) : Buffer.alloc(0);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(0x0314, 4);
    central.writeUInt16LE(20, 6);
    central.writeUInt16LE(item.flags ?? 0, 8);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(crc, 16);
    central.writeUInt32LE(item.zip64 ? 0xffffffff : packed, 20);
    central.writeUInt32LE(item.zip64 ? 0xffffffff : size, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt16LE(extra.length, 30);
    central.writeUInt32LE(((item.mode ?? 0o100644) << 16) >>> 0, 38);
    central.writeUInt32LE(item.zip64 ? 0xffffffff : start, 42);
    directory.push(central, name, extra);
  }
  if (parts.between) put(parts.between);
  const directoryStart = at;
  put(...directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(items.length, 8);
  end.writeUInt16LE(items.length, 10);
  end.writeUInt32LE(at - directoryStart, 12);
  end.writeUInt32LE(directoryStart, 16);
  put(end);
  return Buffer.concat(out);
}

function zip64Field(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * values.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * values.length, 2);
  for (const [i, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + 8 * i);
  return field;
}

/** The least that is a course backup. */
export const leastBackup: TarItem[] = [
  {
    name: 'moodle_backup.xml',
    body: `<?xml version="1.0" encoding="UTF-8"?>
<moodle_backup><information><moodle_release>4.5</moodle_release><backup_version>2024100700</backup_version>
<details><detail backup_id="a"><type>course</type></detail></details></information></moodle_backup>`,
  },
  { name: 'files.xml', body: '<files></files>' },
];
