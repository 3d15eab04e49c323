import { gzipSync } from 'node:zlib';
import { leastBackup, pax, type TarItem, tar, tgz, zip } from './build.ts';

const xml = (body: string | Buffer): Buffer => tgz([...leastBackup, { name: 'course/course.xml', body }]);
const named = (name: string | Buffer, more: Partial<TarItem> = {}): Buffer =>
  tgz([...leastBackup, { name, body: 'x', ...more }]);
const typed = (type: string): Buffer => named('files/aa/bb', { type, body: '' });
const good = { name: 'moodle_backup.xml', body: leastBackup[0]!.body! };

/** One bad archive for each way of being bad; the part before `--` is the code of the refusal. */
export const hostile: Record<string, () => Buffer> = {
  'not-an-archive--web-page': () => Buffer.from('<!DOCTYPE html><title>Log in</title>'),
  'truncated--empty-file': () => Buffer.alloc(0),
  'truncated--gzip-cut': () => tgz(leastBackup).subarray(0, -20),
  'truncated--gzip-without-trailer': () => tgz(leastBackup).subarray(0, -8),
  'truncated--tar-cut-in-a-body': () =>
    gzipSync(tar([{ name: 'a', body: Buffer.alloc(2000, 1) }], 'none').subarray(0, 1500)),
  'truncated--tar-without-end': () => tgz(leastBackup, 'none'),
  'truncated--tar-with-half-an-end': () => tgz(leastBackup, 'single'),
  'truncated--zip-cut': () => zip([good]).subarray(0, -30),
  'trailing-data--after-gzip': () => Buffer.concat([tgz(leastBackup), Buffer.from('more')]),
  'trailing-data--zeros-after-gzip': () => Buffer.concat([tgz(leastBackup), Buffer.alloc(600)]),
  'trailing-data--second-archive': () => Buffer.concat([tgz(leastBackup), tgz(leastBackup)]),
  'trailing-data--after-tar-end': () => gzipSync(Buffer.concat([tar(leastBackup), Buffer.from('more')])),
  'trailing-data--after-zip': () => Buffer.concat([zip([good]), Buffer.from('more')]),
  'corrupt--gzip-checksum': () => {
    const bytes = tgz(leastBackup);
    bytes[bytes.length - 6]! ^= 1;
    return bytes;
  },
  'corrupt--tar-header-checksum': () => {
    const bytes = tar(leastBackup);
    bytes[3]! ^= 1;
    return gzipSync(bytes);
  },
  'corrupt--pax-length': () => tgz([{ name: 'p', type: 'x', body: '99 path=a\n' }, ...leastBackup]),
  'corrupt--directory-with-contents': () => named('course/', { type: '5' }),
  'corrupt--zip-checksum': () => zip([{ ...good, crc: 1 }]),
  'inconsistent--zip-name': () => zip([{ ...good, local: { name: 'noodle_backup.xml' } }]),
  'inconsistent--zip-size': () => zip([{ ...good, local: { sizeBytes: 3 } }]),
  'inconsistent--zip-method': () => zip([{ ...good, local: { method: 0 } }]),
  'inconsistent--zip-overlap': () =>
    zip(
      [good, { ...good, name: 'moodle_backup.xml', sameAs: 0 }]
        .slice(0, 1)
        .concat([{ name: 'moodle_backup.xmm', body: good.body, sameAs: 0 } as never]),
    ),
  'inconsistent--zip-hidden-bytes': () => zip([good], { between: Buffer.alloc(100, 7) }),
  'inconsistent--zip-prefixed': () => {
    const prefixed = zip([good], { before: Buffer.from('PK\u0003\u0004 not an entry') });
    return prefixed;
  },
  'inconsistent--zip-impossible-ratio': () =>
    zip([{ ...good, sizeBytes: 50_000_000, local: { sizeBytes: 50_000_000 } }]),
  'encrypted--zip': () => zip([{ ...good, flags: 1 }]),
  'unsupported--zip-method': () => zip([{ ...good, method: 12 }]),
  'unsupported--sparse-file': () => typed('S'),
  'unsupported--global-path': () => tgz([{ ...pax({ path: 'all.xml' }), type: 'g' }, ...leastBackup]),
  'unsafe-path--absolute': () => named('/etc/cron.d/x'),
  'unsafe-path--parent': () => named('files/../../x'),
  'unsafe-path--parent-alone': () => named('..'),
  'unsafe-path--parent-by-pax': () => tgz([...leastBackup, pax({ path: '../x' }), { name: 'x', body: 'x' }]),
  'unsafe-path--parent-by-prefix': () => named('x', { prefix: '..' }),
  'unsafe-path--parent-by-gnu-name': () =>
    tgz([...leastBackup, { name: '././@LongLink', type: 'L', body: 'a/../../x\0' }, { name: 'x', body: 'x' }]),
  'unsafe-path--backslash': () => named('files\\..\\x'),
  'unsafe-path--drive': () => named('C:x'),
  'unsafe-path--nul-by-pax': () => tgz([...leastBackup, pax({ path: 'a\0b' }), { name: 'x', body: 'x' }]),
  'unsafe-path--newline': () => named('a\nb'),
  'unsafe-path--empty-part': () => named('files//x'),
  'unsafe-path--in-zip': () => zip([good, { name: '../x', body: 'x' }]),
  'unsafe-path--absolute-in-zip': () => zip([good, { name: '/x', body: 'x' }]),
  'link--symbolic': () => typed('2'),
  'link--hard': () => typed('1'),
  'link--in-zip': () => zip([good, { name: 'a', body: '/etc/passwd', mode: 0o120777 }]),
  'special-file--device': () => typed('3'),
  'special-file--pipe': () => typed('6'),
  'special-file--in-zip': () => zip([good, { name: 'a', mode: 0o010644 }]),
  'duplicate-entry--same-name': () => tgz([...leastBackup, leastBackup[0]!]),
  'duplicate-entry--other-case': () => tgz([...leastBackup, { name: 'Moodle_Backup.XML', body: 'x' }]),
  'duplicate-entry--unicode-form': () =>
    tgz([...leastBackup, { name: 'é', body: 'x' }, { name: 'e\u0301', body: 'x' }]),
  'duplicate-entry--file-as-directory': () =>
    tgz([...leastBackup, { name: 'a', body: 'x' }, { name: 'a/b', body: 'x' }]),
  'duplicate-entry--directory-as-file': () =>
    tgz([...leastBackup, { name: 'a/b', body: 'x' }, { name: 'a', body: 'x' }]),
  'duplicate-entry--dot-slash': () => tgz([...leastBackup, { name: './files.xml', body: 'x' }]),
  'duplicate-entry--in-zip': () => zip([good, good]),
  'name-not-utf8--latin1': () => named(Buffer.from('caf\xe9', 'latin1')),
  'name-not-utf8--in-zip': () => zip([good, { name: Buffer.from('caf\xe9', 'latin1'), body: 'x' }]),
  'name-too-long--pax': () => tgz([pax({ path: 'a/'.repeat(3000) }), ...leastBackup]),
  'too-large--announced': () => named('files/aa', { sizeBytes: 300_000_000_000, base256: true }),
  'bomb--zeros': () => named('files/zeros', { body: Buffer.alloc(110_000_000) }),
  'xml-malformed--unclosed': () => xml('<course><a></course>'),
  'xml-malformed--empty': () => xml(''),
  'xml-not-utf8--latin1': () => xml(Buffer.from('<course>caf\xe9</course>', 'latin1')),
  'xml-not-utf8--declared': () => xml('<?xml version="1.0" encoding="ISO-8859-1"?><course/>'),
  'xml-not-utf8--cut-character': () => xml(Buffer.from('<course/>\n\xe2\x82', 'latin1')),
  'xml-not-utf8--utf16': () => xml(Buffer.from('\ufeff<course/>', 'utf16le')),
  'xml-doctype--external': () => xml('<!DOCTYPE course SYSTEM "file:///etc/passwd"><course/>'),
  'xml-doctype--billion-laughs': () =>
    xml('<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><course>&b;</course>'),
  'xml-doctype--entity': () => xml('<course>&nbsp;</course>'),
  'xml-doctype--instruction': () => xml('<course><?php echo 1 ?></course>'),
  'xml-too-deep--elements': () => xml(`${'<a>'.repeat(100)}${'</a>'.repeat(100)}`),
  'xml-too-long--text': () => xml(`<course>${'a'.repeat(65 * 1024 * 1024)}</course>`),
  'xml-too-long--comment': () => xml(`<course><!--${'a'.repeat(65 * 1024 * 1024)}--></course>`),
  'xml-too-long--attribute': () => xml(`<course a="${'a'.repeat(65 * 1024 * 1024)}"/>`),
  'not-a-course--nothing-of-moodle': () => tgz([{ name: 'README', body: 'x' }]),
  'not-a-course--one-activity': () =>
    tgz([{ ...leastBackup[0]!, body: String(leastBackup[0]!.body).replace('>course<', '>activity<') }]),
};
