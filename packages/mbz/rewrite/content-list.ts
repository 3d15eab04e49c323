import { release } from '../release.ts';

/**
 * Contents in the order of the archive, by SHA-1 and size: 28 bytes each, since a list of a million objects would not stay in flat
 * memory.
 */
export class ContentList {
  private hashes = Buffer.alloc(20 * 1024);
  private sizes = new Float64Array(1024);
  private count = 0;

  get length(): number {
    return this.count;
  }

  add(hash: string, sizeBytes: number): void {
    if (this.count === this.sizes.length) {
      const hashes = Buffer.alloc(2 * this.hashes.length);
      this.hashes.copy(hashes);
      const sizes = new Float64Array(2 * this.sizes.length);
      sizes.set(this.sizes);
      release(this.hashes, this.sizes);
      this.hashes = hashes;
      this.sizes = sizes;
    }
    this.hashes.write(hash, 20 * this.count, 'hex');
    this.sizes[this.count++] = sizeBytes;
  }

  hashAt(index: number): string {
    return this.hashes.toString('hex', 20 * index, 20 * index + 20);
  }

  sizeAt(index: number): number {
    return this.sizes[index]!;
  }
}
