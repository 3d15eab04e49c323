import { createHash } from 'node:crypto';
import { createReadStream, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { verify } from './index.ts';
import { leastBackup, type TarItem, tgz } from './test/build.ts';

const valid = new URL('test/valid/', import.meta.url);

async function* once(bytes: Uint8Array) {
  yield bytes;
}

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
const pathOf = (hash: string) => `files/${hash.slice(0, 2)}/${hash}`;
const row = (hash: string, size: number) =>
  `<file id="1"><contenthash>${hash}</contenthash><filename>f</filename><filesize>${size}</filesize>
   <repositorytype>$@NULL@$</repositorytype></file>`;

/** A small backup with one content, and an index that fits; `change` spoils it. */
function backup(change: (items: TarItem[]) => void = () => {}): Buffer {
  const items: TarItem[] = [
    { ...leastBackup[0]! },
    { name: pathOf(sha1('content')), body: 'content' },
    { name: 'files.xml', body: `<files>${row(sha1('content'), 7)}</files>` },
  ];
  const lines = items.map(({ name, body }) => `${name}\tf\t${Buffer.byteLength(String(body))}\t1\n`);
  items.unshift({
    name: '.ARCHIVE_INDEX',
    body: `Moodle archive file index. Count: ${lines.length}\n${lines.join('')}`,
  });
  change(items);
  return tgz(items);
}

describe('verify', () => {
  for (const name of readdirSync(valid).filter((file) => file.endsWith('.mbz')))
    test(`${name} is in order, as a file and as a stream`, async () => {
      const found = await verify(new URL(name, valid).pathname);
      expect(found).toMatchObject({ ok: true, problems: [] });
      expect(await verify(createReadStream(new URL(name, valid)))).toEqual(found);
    });

  const spoilt: Record<string, [(items: TarItem[]) => void, unknown[]]> = {
    'nothing wrong': [() => {}, []],
    'a content altered': [
      (items) => (items[2]!.body = 'cOntent'),
      [{ code: 'content-altered', entry: pathOf(sha1('content')), expected: sha1('content'), found: sha1('cOntent') }],
    ],
    'a content longer than rows and index say': [
      (items) => (items[2]!.body = 'content!'),
      [
        expect.objectContaining({ code: 'size-differs', expected: '7 (.ARCHIVE_INDEX)', found: '8' }),
        expect.objectContaining({ code: 'content-altered' }),
        expect.objectContaining({ code: 'size-differs', expected: '7 (files.xml)', found: '8' }),
      ],
    ],
    'a content gone': [
      (items) => items.splice(2, 1),
      [
        expect.objectContaining({ code: 'missing-from-archive', entry: `${pathOf(sha1('content')).slice(0, 33)}…` }),
        expect.objectContaining({ code: 'content-missing' }),
      ],
    ],
    'an entry that the index does not list': [
      (items) => items.push({ name: 'more.xml', body: '<a/>' }),
      [{ code: 'not-in-index', entry: 'more.xml', expected: 'a line in the index', found: 'none' }],
    ],
    'an index of another length': [
      (items) => (items[0]!.body = String(items[0]!.body).replace('Count: 3', 'Count: 4')),
      [{ code: 'index-malformed', entry: '.ARCHIVE_INDEX', expected: '4 lines', found: '3 lines' }],
    ],
    'no files.xml': [
      (items) => items.pop(),
      [
        expect.objectContaining({ code: 'document-missing', entry: 'files.xml' }),
        expect.objectContaining({ code: 'missing-from-archive', entry: 'files.xml' }),
      ],
    ],
    'a broken document': [
      (items) => (items[1]!.body = String(items[1]!.body).replace('</information>', '</informatiom>')),
      [expect.objectContaining({ code: 'document-malformed', entry: 'moodle_backup.xml' })],
    ],
    'a content that no row names, under a wrong name': [
      (items) => {
        items.splice(0, 1);
        items.push({ name: pathOf(sha1('other')), body: 'other' }, { name: 'files/aa/nothing', body: '' });
      },
      [expect.objectContaining({ code: 'content-misnamed' }), expect.objectContaining({ code: 'content-unused' })],
    ],
  };
  for (const [what, [change, problems]] of Object.entries(spoilt))
    test(what, async () => {
      const found = await verify(once(backup(change)));
      expect(found.problems).toEqual(problems);
      expect(found.ok).toBe(problems.length === 0);
    });
});
