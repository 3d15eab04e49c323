import { randomBytes } from 'node:crypto';
import { MbzError } from './errors.ts';
import { type Limits, limitError } from './limits.ts';

/**
 * The name as it may be used below a directory: a leading `./` goes, everything else that could leave the directory, or
 * mean something else on another system, is refused. Returns '' for the archive's own root (`./`).
 */
export function checkPath(name: string, limits: Limits): string {
  if (name.length > limits.nameBytes) throw limitError('name-too-long', 'nameBytes', limits, 'a name in the archive');
  let path = name;
  while (path.startsWith('./')) path = path.slice(2);
  if (path === '' || path === '.') return '';
  const shown = JSON.stringify(name);
  const refuse = (why: string) => {
    throw new MbzError('unsafe-path', `the name ${shown} ${why}`, {
      entry: name,
      hint: 'No Moodle writes such a name: the archive was made or altered by something else. Do not unpack it by other means.',
    });
  };
  if (path.startsWith('/')) refuse('is absolute');
  if (/[\u0000-\u001f\u007f]/.test(path)) refuse('holds a control character');
  if (path.includes('\\')) refuse('holds a backslash');
  if (/^[A-Za-z]:/.test(path)) refuse('begins with a drive letter');
  const body = path.endsWith('/') ? path.slice(0, -1) : path;
  if (/(^|\/)\.\.?(\/|$)/.test(body)) refuse('goes through "." or ".."');
  if (body === '' || body.includes('//') || body.endsWith('/')) refuse('has an empty part');
  return path;
}

const file = 1;
const directory = 2;
/** A directory known only because something lies in it; it may still be listed once. */
const implied = 3;

/**
 * Refuses a name that comes twice, or is both a file and a directory, on any file system: names are compared after Unicode
 * normalisation and without case, since macOS and Windows would write one over the other. Keeps 8 bytes a name, not the name:
 * 2 million entries take 32 MB. The hash is seeded at random, so nobody can build names that clash; by chance, two of
 * a million names do in one archive of 40 million.
 */
export class NameLedger {
  // Open addressing, two words a slot; the lowest bits of the second hold the kind, 0 meaning free.
  private slots = new Uint32Array(2 * 4096);
  private used = 0;
  private readonly seedA = randomBytes(4).readUInt32LE();
  private readonly seedB = randomBytes(4).readUInt32LE();
  private lastParent = '';

  add(path: string, isDirectory: boolean): void {
    const bare = path.endsWith('/') ? path.slice(0, -1) : path;
    const key = (/^[\x20-\x7e]*$/.test(bare) ? bare : bare.normalize('NFC')).toLowerCase();
    this.addParents(key, path);
    const before = this.put(key, isDirectory ? directory : file);
    if (before === 0 || (before === implied && isDirectory)) return;
    throw this.clash(path, before === file || !isDirectory ? 'comes twice' : 'is both a file and a directory');
  }

  private addParents(key: string, path: string): void {
    const slash = key.lastIndexOf('/');
    if (slash <= 0) return;
    const parent = key.slice(0, slash);
    if (parent === this.lastParent) return;
    this.addParents(parent, path);
    if (this.put(parent, implied) === file) throw this.clash(path, 'lies within a file');
    this.lastParent = parent;
  }

  private clash(path: string, why: string): MbzError {
    return new MbzError('duplicate-entry', `${path}: ${why}; capital letters and Unicode forms make no difference`, {
      entry: path,
      hint: 'Two readers could see two different backups in this archive. Make the backup anew.',
    });
  }

  /** What was known of the key before. An implied directory becomes a listed one, never the other way. */
  private put(key: string, kind: number): number {
    if (this.used * 2 > this.slots.length / 2) this.grow();
    let a = this.seedA;
    let b = this.seedB;
    for (let i = 0; i < key.length; i++) {
      const c = key.charCodeAt(i);
      a = Math.imul(a ^ c, 0x85ebca6b);
      a ^= a >>> 15;
      b = Math.imul(b ^ c, 0xc2b2ae35);
      b ^= b >>> 13;
    }
    const high = (a ^ (b >>> 7)) >>> 0;
    const low = (Math.imul(b, 0x27d4eb2f) & ~3) >>> 0;
    const slots = this.slots;
    const mask = slots.length / 2 - 1;
    for (let at = high & mask; ; at = (at + 1) & mask) {
      const word = slots[2 * at + 1]!;
      const known = word & 3;
      if (known === 0) {
        slots[2 * at] = high;
        slots[2 * at + 1] = low | kind;
        this.used++;
        return 0;
      }
      if (slots[2 * at] === high && (word & ~3) >>> 0 === low) {
        if (known === implied && kind === directory) slots[2 * at + 1] = low | kind;
        return known;
      }
    }
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Uint32Array(old.length * 2);
    const mask = this.slots.length / 2 - 1;
    for (let from = 0; from < old.length; from += 2) {
      if ((old[from + 1]! & 3) === 0) continue;
      let at = old[from]! & mask;
      while ((this.slots[2 * at + 1]! & 3) !== 0) at = (at + 1) & mask;
      this.slots[2 * at] = old[from]!;
      this.slots[2 * at + 1] = old[from + 1]!;
    }
  }
}
