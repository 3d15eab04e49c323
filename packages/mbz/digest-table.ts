/**
 * What is known of many things by their SHA-1 (a content, or a hashed name): two sizes and marks, without an object for each.
 * Ninety-six bits of the SHA-1 are kept: nobody finds two that agree in them. 29 bytes a slot, at most three quarters full.
 */
export class DigestTable {
  private keys = new Uint32Array(3 * 1024);
  private first = new Float64Array(1024);
  private second = new Float64Array(1024);
  private marks = new Uint8Array(1024);
  size = 0;

  /** The slot of a SHA-1, made if it is new. A slot is valid until the next call of `slot`. */
  slot(sha1: Uint8Array): number {
    if (4 * this.size >= 3 * this.marks.length) this.grow();
    const view = new DataView(sha1.buffer, sha1.byteOffset, 20);
    const a = view.getUint32(0);
    const b = view.getUint32(4);
    const c = view.getUint32(8);
    const at = this.find(a, b, c);
    if ((this.marks[at]! & used) === 0) {
      this.marks[at]! |= used;
      this.keys[3 * at] = a;
      this.keys[3 * at + 1] = b;
      this.keys[3 * at + 2] = c;
      this.size++;
    }
    return at;
  }

  has(slot: number, mark: Mark): boolean {
    return (this.marks[slot]! & mark) !== 0;
  }

  mark(slot: number, mark: Mark, sizeBytes: number): void {
    this.marks[slot]! |= mark;
    (mark === inArchive ? this.first : this.second)[slot] = sizeBytes;
  }

  sizeBytes(slot: number, mark: Mark): number {
    return (mark === inArchive ? this.first : this.second)[slot]!;
  }

  /** Calls back for everything with one mark and without the other. */
  forEach(withMark: Mark, without: Mark, callback: (slot: number) => void): void {
    for (let at = 0; at < this.marks.length; at++) {
      if (!this.has(at, withMark) || this.has(at, without)) continue;
      callback(at);
    }
  }

  /** Calls back for everything that both the archive and a document have. */
  forEachBoth(callback: (slot: number) => void): void {
    for (let at = 0; at < this.marks.length; at++)
      if (this.has(at, inArchive) && this.has(at, inDocument)) callback(at);
  }

  /** The first 24 hexadecimal digits of the SHA-1 in a slot. */
  keyStart(at: number): string {
    const words = [this.keys[3 * at]!, this.keys[3 * at + 1]!, this.keys[3 * at + 2]!];
    return words.map((word) => word.toString(16).padStart(8, '0')).join('');
  }

  private find(a: number, b: number, c: number): number {
    const mask = this.marks.length - 1;
    let at = (b ^ c) & mask;
    while (
      (this.marks[at]! & used) !== 0 &&
      (this.keys[3 * at] !== a || this.keys[3 * at + 1] !== b || this.keys[3 * at + 2] !== c)
    )
      at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const { keys, first, second, marks } = this;
    this.keys = new Uint32Array(2 * keys.length);
    this.first = new Float64Array(2 * first.length);
    this.second = new Float64Array(2 * second.length);
    this.marks = new Uint8Array(2 * marks.length);
    for (let from = 0; from < marks.length; from++) {
      if ((marks[from]! & used) === 0) continue;
      const at = this.find(keys[3 * from]!, keys[3 * from + 1]!, keys[3 * from + 2]!);
      for (let word = 0; word < 3; word++) this.keys[3 * at + word] = keys[3 * from + word]!;
      this.first[at] = first[from]!;
      this.second[at] = second[from]!;
      this.marks[at] = marks[from]!;
    }
  }
}

const used = 1;
/** Seen as an entry of the archive; its size is the entry's. */
export const inArchive = 2;
/** Named by a document (`files.xml`, the index); its size is what the document says. */
export const inDocument = 4;
export type Mark = typeof inArchive | typeof inDocument;
