import { createHash, hash, randomFillSync } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface Shape {
  files: number;
  /** Of each content. */
  fileBytes: number;
  /** Participants, each the author of some of the files; none unless told. */
  people?: number;
}

/**
 * Writes a whole backup of the given shape, piece by piece: contents named by their SHA-1, `files.xml` with Moodle's own fields,
 * `moodle_backup.xml`, and the index that lists them. Contents are random for three quarters and repeat for one, about what
 * courses of PDF and pictures compress by.
 */
export async function writeBenchArchive(path: string, { files, fileBytes, people = 0 }: Shape): Promise<void> {
  await pipeline(Readable.from(blocks(files, fileBytes, people)), createGzip({ level: 1 }), createWriteStream(path));
}

const information = `<?xml version="1.0" encoding="UTF-8"?>
<moodle_backup><information><name>bench.mbz</name><moodle_version>2024100706</moodle_version>
<moodle_release>4.5.6</moodle_release><backup_version>2024100700</backup_version><backup_release>4.5</backup_release>
<details><detail backup_id="1"><type>course</type></detail></details></information></moodle_backup>`;

const seed = randomFillSync(Buffer.alloc(1 << 20));

/** The same content for the same number, made twice: once for the index, once for the archive. */
function content(number: number, piece: number, length: number): Buffer {
  const body = Buffer.alloc(length);
  const random = Math.ceil(length * 0.75);
  // From another place of the seed each time: gzip looks back 32 kB only, so that nothing repeats for it.
  let from = Math.imul(number * 31 + piece + 1, 2654435761) >>> 12;
  for (let at = 0; at < random; from = 0) at += seed.copy(body, at, from, from + random - at);
  for (let at = 0; at + 12 <= length; at += 4096) {
    body.writeUInt32LE(number, at);
    body.writeUInt32LE(piece, at + 4);
    body.writeUInt32LE(Math.imul(number + piece + at, 2654435761) >>> 0, at + 8);
  }
  return body;
}

const pieceBytes = 1 << 20;

function* pieces(number: number, fileBytes: number): Generator<Buffer> {
  for (let done = 0; done < fileBytes; done += pieceBytes)
    yield content(number, done / pieceBytes, Math.min(pieceBytes, fileBytes - done));
}

function sha1Of(number: number, fileBytes: number): string {
  if (fileBytes <= pieceBytes) return hash('sha1', content(number, 0, fileBytes));
  const running = createHash('sha1');
  for (const piece of pieces(number, fileBytes)) running.update(piece);
  return running.digest('hex');
}

function* blocks(files: number, fileBytes: number, people: number): Generator<Buffer> {
  const hashes = Array.from({ length: files }, (_, number) => sha1Of(number, fileBytes));
  const rowOf = (number: number, sha1: string) =>
    row(number, sha1, fileBytes, people === 0 ? 0 : 1 + (number % people));
  const rowsBytes = rowHead.length + rowTail.length + hashes.reduce((sum, sha1, i) => sum + rowOf(i, sha1).length, 0);
  const users = people === 0 ? [] : [{ name: 'users.xml', body: Buffer.from(usersDocument(people)) }];
  const documents = [...users, { name: 'moodle_backup.xml', body: Buffer.from(information) }];
  const lines = [
    ...hashes.map((sha1) => `files/${sha1.slice(0, 2)}/${sha1}\tf\t${fileBytes}\t1\n`),
    `files.xml\tf\t${rowsBytes}\t1\n`,
    ...documents.map(({ name, body }) => `${name}\tf\t${body.length}\t1\n`),
  ];
  const index = Buffer.from(`Moodle archive file index. Count: ${lines.length}\n${lines.join('')}`);
  yield* [header('.ARCHIVE_INDEX', index.length), index, padding(index.length)];
  for (const [number, sha1] of hashes.entries()) {
    yield header(`files/${sha1.slice(0, 2)}/${sha1}`, fileBytes);
    yield* pieces(number, fileBytes);
    yield padding(fileBytes);
  }
  yield header('files.xml', rowsBytes);
  yield Buffer.from(rowHead);
  for (const [number, sha1] of hashes.entries()) yield Buffer.from(rowOf(number, sha1));
  yield* [Buffer.from(rowTail), padding(rowsBytes)];
  for (const { name, body } of documents) yield* [header(name, body.length), body, padding(body.length)];
  yield Buffer.alloc(1024);
}

function usersDocument(people: number): string {
  const rows = Array.from(
    { length: people },
    (_, i) => `  <user id="${i + 1}" contextid="${i + 9}">
    <username>student${i + 1}</username>
    <email>student${i + 1}@example.org</email>
    <firstname>Given${i + 1}</firstname>
    <lastname>Family${i + 1}</lastname>
  </user>
`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<users>\n${rows.join('')}</users>`;
}

const rowHead = '<?xml version="1.0" encoding="UTF-8"?>\n<files>\n';
const rowTail = '</files>';

function row(number: number, sha1: string, sizeBytes: number, person: number): string {
  const fields = {
    contenthash: sha1,
    contextid: 1000 + (number % 500),
    component: 'mod_folder',
    filearea: 'content',
    itemid: 0,
    filepath: '/',
    filename: `scan ${number}.jpg`,
    userid: person === 0 ? '$@NULL@$' : person,
    filesize: sizeBytes,
    mimetype: 'image/jpeg',
    status: 0,
    timecreated: 1795227277,
    timemodified: 1795227277,
    source: '$@NULL@$',
    author: person === 0 ? '$@NULL@$' : `Given${person} Family${person}`,
    license: '$@NULL@$',
    sortorder: 0,
    repositorytype: '$@NULL@$',
    repositoryid: '$@NULL@$',
    reference: '$@NULL@$',
  };
  let text = `  <file id="${number + 1}">\n`;
  for (const [name, value] of Object.entries(fields)) text += `    <${name}>${value}</${name}>\n`;
  return `${text}  </file>\n`;
}

function header(name: string, sizeBytes: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write('0000644\0', 100);
  block.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000001\0', 136);
  block.write('        0', 148);
  block.write('ustar\u000000', 257, 'latin1');
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function padding(sizeBytes: number): Buffer {
  return Buffer.alloc(-sizeBytes & 511);
}
