import { release } from './release.ts';

/** A content's SHA-1 in words of 32 bits. */
const wordsPerHash = 5;

/**
 * A set of contents by their SHA-1. Twenty bytes for each instead of a string's hundred, and no string that keeps the piece
 * of `files.xml` alive that it was cut from: a course may have a million files.
 */
export class ContentSet {
  private slots = new Uint32Array(wordsPerHash * 1024);
  private used = new Uint8Array(1024);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** What is no SHA-1 in hexadecimal is nobody's content and is not added. */
  add(hash: string): void {
    const words = wordsOf(hash);
    if (words === undefined) return;
    if (this.count * 4 >= this.used.length * 3) this.grow();
    const at = this.find(words);
    if (this.used[at] === 1) return;
    this.used[at] = 1;
    this.slots.set(words, at * wordsPerHash);
    this.count++;
  }

  has(hash: string): boolean {
    const words = wordsOf(hash);
    return words !== undefined && this.used[this.find(words)] === 1;
  }

  *[Symbol.iterator](): Generator<string> {
    for (let at = 0; at < this.used.length; at++)
      if (this.used[at] === 1)
        yield Array.from(this.slots.subarray(at * wordsPerHash, (at + 1) * wordsPerHash), hex).join('');
  }

  private find(words: Uint32Array): number {
    const mask = this.used.length - 1;
    let at = (words[0]! ^ words[3]!) & mask;
    while (this.used[at] === 1 && !this.holds(at, words)) at = (at + 1) & mask;
    return at;
  }

  private holds(at: number, words: Uint32Array): boolean {
    const start = at * wordsPerHash;
    for (let word = 0; word < wordsPerHash; word++) if (this.slots[start + word] !== words[word]) return false;
    return true;
  }

  private grow(): void {
    const { slots, used } = this;
    this.slots = new Uint32Array(2 * slots.length);
    this.used = new Uint8Array(2 * used.length);
    for (let from = 0; from < used.length; from++) {
      if (used[from] === 0) continue;
      const words = slots.subarray(from * wordsPerHash, (from + 1) * wordsPerHash);
      const at = this.find(words);
      this.used[at] = 1;
      this.slots.set(words, at * wordsPerHash);
    }
    release(slots, used);
  }
}

/** Used for each hash in turn: an array for each would be most of the garbage of reading `files.xml`. */
const scratch = new Uint32Array(wordsPerHash);

function wordsOf(hash: string): Uint32Array | undefined {
  if (hash.length !== 8 * wordsPerHash) return undefined;
  for (let word = 0, at = 0; word < wordsPerHash; word++) {
    let value = 0;
    for (const end = at + 8; at < end; at++) {
      const code = hash.charCodeAt(at);
      const digit = code >= 0x30 && code <= 0x39 ? code - 0x30 : code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
      if (digit < 0) return undefined;
      value = value * 16 + digit;
    }
    scratch[word] = value;
  }
  return scratch;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
