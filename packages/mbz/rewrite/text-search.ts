import { release } from '../release.ts';

/**
 * Finds many short texts in much text at once (Aho and Corasick), without regard to capital letters and only as whole words:
 * "anna" is not in "annals". The time depends on the text alone, however many texts are looked for and however alike they
 * are, so that no archive can be made to take hours. 30 bytes for each letter that is looked for.
 */
export class TextSearch {
  /** Letters get small numbers, both cases the same one; 0 is every letter that no text has. */
  private readonly letterOf = new Uint16Array(65536);
  private letters = 1;
  /** Where a node goes by a letter: open addressing; a free slot has no target. */
  private from = new Int32Array(1024);
  private by = new Uint16Array(1024);
  private targets = new Int32Array(1024);
  private readonly rootNext: Int32Array;
  /** The node that stands for the longest end of this one's text that also begins one. */
  private readonly fail: Int32Array;
  /** The text that ends at a node, or -1; and the next node along `fail` where one ends, or 0. */
  private readonly ends: Int32Array;
  private readonly alsoEnds: Int32Array;
  private readonly lengths: number[];
  private nodes = 1;
  /** Of the longest text. */
  readonly longest: number;

  constructor(texts: readonly string[]) {
    const folded = texts.map((text) => text.toLowerCase());
    const most = folded.reduce((sum, text) => sum + text.length, 1);
    this.lengths = folded.map((text) => text.length);
    this.longest = this.lengths.reduce((longest, length) => Math.max(longest, length), 0);
    for (const text of folded) for (let at = 0; at < text.length; at++) this.addLetter(text.charCodeAt(at));
    this.fail = new Int32Array(most);
    this.ends = new Int32Array(most).fill(-1);
    this.alsoEnds = new Int32Array(most);
    this.rootNext = new Int32Array(this.letters);
    const paths = this.plant(folded, most);
    this.link(paths);
    release(paths.parents, paths.by, paths.depths);
  }

  /**
   * Calls back for every text that stands in `s` with its last letter at `from` or later. Unless it `isWhole`, the
   * last letter of `s` is only looked at as the neighbour of the one before it.
   */
  search(s: string, from: number, isWhole: boolean, found: (text: number) => void): void {
    const { letterOf, rootNext, fail, ends, alsoEnds } = this;
    const last = isWhole ? s.length : s.length - 1;
    let node = 0;
    for (let at = 0; at < last; at++) {
      const letter = letterOf[s.charCodeAt(at)]!;
      if (letter === 0) {
        node = 0;
        continue;
      }
      let next = node === 0 ? rootNext[letter]! : this.follow(node, letter);
      while (next <= 0 && node !== 0) {
        node = fail[node]!;
        next = node === 0 ? rootNext[letter]! : this.follow(node, letter);
      }
      node = next;
      if (node === 0 || at < from) continue;
      for (let end = ends[node]! >= 0 ? node : alsoEnds[node]!; end !== 0; end = alsoEnds[end]!) {
        const text = ends[end]!;
        if (this.isWord(s, at - this.lengths[text]! + 1, at)) found(text);
      }
    }
  }

  /** Gives its memory back; nothing can be searched with it any more. */
  close(): void {
    release(this.letterOf, this.from, this.by, this.targets, this.rootNext, this.fail, this.ends, this.alsoEnds);
  }

  /** Neither end lies within a word. */
  private isWord(s: string, first: number, last: number): boolean {
    const cutsStart = first > 0 && isWordLetter(s.charCodeAt(first)) && isWordLetter(s.charCodeAt(first - 1));
    return (
      !cutsStart && !(last + 1 < s.length && isWordLetter(s.charCodeAt(last)) && isWordLetter(s.charCodeAt(last + 1)))
    );
  }

  private addLetter(code: number): void {
    if (this.letterOf[code] !== 0) return;
    const letter = this.letters++;
    this.letterOf[code] = letter;
    const upper = String.fromCharCode(code).toUpperCase();
    if (upper.length === 1) this.letterOf[upper.charCodeAt(0)] = letter;
    // Texts are written with several kinds of blanks between two names.
    if (code === 0x20) for (const blank of [0x09, 0x0a, 0xa0, 0x202f]) this.letterOf[blank] = letter;
  }

  /** The trie; returns what leads to each node: its parent, its letter and how deep it is. */
  private plant(texts: readonly string[], most: number) {
    const parents = new Int32Array(most);
    const by = new Uint16Array(most);
    const depths = new Uint16Array(most);
    for (const [index, text] of texts.entries()) {
      let node = 0;
      for (let at = 0; at < text.length; at++) {
        const letter = this.letterOf[text.charCodeAt(at)]!;
        let next = this.follow(node, letter);
        if (next <= 0) {
          next = this.nodes++;
          this.put(node, letter, next);
          if (node === 0) this.rootNext[letter] = next;
          parents[next] = node;
          by[next] = letter;
          depths[next] = depths[node]! + 1;
        }
        node = next;
      }
      if (node !== 0 && this.ends[node]! < 0) this.ends[node] = index;
    }
    return { parents, by, depths };
  }

  private link({ parents, by, depths }: { parents: Int32Array; by: Uint16Array; depths: Uint16Array }): void {
    const starts = new Int32Array(this.longest + 2);
    for (let node = 1; node < this.nodes; node++) starts[depths[node]! + 1]!++;
    for (let depth = 1; depth < starts.length; depth++) starts[depth]! += starts[depth - 1]!;
    const byDepth = new Int32Array(this.nodes - 1);
    for (let node = 1; node < this.nodes; node++) byDepth[starts[depths[node]!]!++] = node;
    for (const node of byDepth) {
      let at = parents[node]!;
      let target = 0;
      while (at !== 0 && target === 0) {
        at = this.fail[at]!;
        target = Math.max(0, this.follow(at, by[node]!));
      }
      this.fail[node] = target;
      this.alsoEnds[node] = this.ends[target]! >= 0 ? target : this.alsoEnds[target]!;
    }
    release(starts, byDepth);
  }

  private follow(node: number, letter: number): number {
    const { from, by, targets } = this;
    const mask = targets.length - 1;
    for (let at = slotOf(node, letter) & mask; ; at = (at + 1) & mask) {
      const target = targets[at]!;
      if (target === 0 || (from[at] === node && by[at] === letter)) return target;
    }
  }

  private put(node: number, letter: number, target: number): void {
    if (4 * this.nodes > 3 * this.targets.length) {
      const { from, by, targets } = this;
      this.from = new Int32Array(2 * from.length);
      this.by = new Uint16Array(2 * by.length);
      this.targets = new Int32Array(2 * targets.length);
      // Not `entries()`, which makes an array for each of a million slots.
      for (let at = 0; at < targets.length; at++) if (targets[at] !== 0) this.put(from[at]!, by[at]!, targets[at]!);
      release(from, by, targets);
    }
    const mask = this.targets.length - 1;
    let at = slotOf(node, letter) & mask;
    while (this.targets[at] !== 0) at = (at + 1) & mask;
    this.from[at] = node;
    this.by[at] = letter;
    this.targets[at] = target;
  }
}

function slotOf(node: number, letter: number): number {
  const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(letter, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** Per letter: 0 not known yet, 1 part of a word, 2 not. Scripts that write no blanks between words have no ends of words. */
const kinds = new Uint8Array(65536);

function isWordLetter(code: number): boolean {
  if (kinds[code] === 0) {
    const letter = String.fromCharCode(code);
    const isPart = /[\p{L}\p{N}\p{M}_]/u.test(letter) && !/[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}]/u.test(letter);
    kinds[code] = isPart ? 1 : 2;
  }
  return kinds[code] === 1;
}
