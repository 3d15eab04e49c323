/** Seen as an entry of the archive. */
export const inArchive = 2;
/** Named by a document: `files.xml`, the index. */
export const inDocument = 4;
export type Mark = typeof inArchive | typeof inDocument;

const used = 1;

/**
 * What is known of many things by their SHA-1 (a content, or a hashed name): whether archive and documents have them, and of which
 * size, without an object for each. Ninety-six bits of the SHA-1 are kept: nobody finds two that agree in them. 21 bytes a
 * slot, at most three quarters full.
 */
export class DigestTable {
  private keys = new Uint32Array(3 * 1024);
  private sizes = new Float64Array(1024);
  private marks = new Uint8Array(1024);
  private count = 0;

  /** Notes the size that one side tells, and returns what the other told before; undefined if it told nothing yet. */
  mark(sha1: Uint8Array, mark: Mark, sizeBytes: number): number | undefined {
    const at = this.slot(sha1);
    const before = this.marks[at]!;
    this.marks[at] = before | mark;
    const known = this.sizes[at]!;
    if (before === used) this.sizes[at] = sizeBytes;
    // Only what this side itself said before is no news from the other.
    return before === used || before === (used | mark) ? undefined : known;
  }

  has(sha1: Uint8Array, mark: Mark): boolean {
    return (this.marks[this.slot(sha1)]! & mark) !== 0;
  }

  /** Calls back for everything with one mark and without the other; the key is the first 24 hexadecimal digits. */
  forEach(withMark: Mark, without: Mark, callback: (keyStart: string, sizeBytes: number) => void): void {
    for (let at = 0; at < this.marks.length; at++) {
      const marks = this.marks[at]!;
      if ((marks & withMark) !== 0 && (marks & without) === 0) callback(this.keyStart(at), this.sizes[at]!);
    }
  }

  private keyStart(at: number): string {
    const words = [this.keys[3 * at]!, this.keys[3 * at + 1]!, this.keys[3 * at + 2]!];
    return words.map((word) => word.toString(16).padStart(8, '0')).join('');
  }

  /** The slot of a SHA-1, made if it is new. */
  private slot(sha1: Uint8Array): number {
    if (4 * this.count >= 3 * this.marks.length) this.grow();
    const a = ((sha1[0]! << 24) | (sha1[1]! << 16) | (sha1[2]! << 8) | sha1[3]!) >>> 0;
    const b = ((sha1[4]! << 24) | (sha1[5]! << 16) | (sha1[6]! << 8) | sha1[7]!) >>> 0;
    const c = ((sha1[8]! << 24) | (sha1[9]! << 16) | (sha1[10]! << 8) | sha1[11]!) >>> 0;
    const at = this.find(a, b, c);
    if (this.marks[at] === 0) {
      this.marks[at] = used;
      this.keys[3 * at] = a;
      this.keys[3 * at + 1] = b;
      this.keys[3 * at + 2] = c;
      this.count++;
    }
    return at;
  }

  private find(a: number, b: number, c: number): number {
    const mask = this.marks.length - 1;
    let at = (b ^ c) & mask;
    while (
      this.marks[at] !== 0 &&
      (this.keys[3 * at] !== a || this.keys[3 * at + 1] !== b || this.keys[3 * at + 2] !== c)
    )
      at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const { keys, sizes, marks } = this;
    this.keys = new Uint32Array(2 * keys.length);
    this.sizes = new Float64Array(2 * sizes.length);
    this.marks = new Uint8Array(2 * marks.length);
    for (let from = 0; from < marks.length; from++) {
      if (marks[from] === 0) continue;
      const at = this.find(keys[3 * from]!, keys[3 * from + 1]!, keys[3 * from + 2]!);
      for (let word = 0; word < 3; word++) this.keys[3 * at + word] = keys[3 * from + word]!;
      this.sizes[at] = sizes[from]!;
      this.marks[at] = marks[from]!;
    }
  }
}
