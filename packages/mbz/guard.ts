import { MbzError } from './errors.ts';
import { type Limits, limitError } from './limits.ts';
import { checkPath, NameLedger } from './paths.ts';

/** Watches over one reading of one archive, whatever its format: names, number of entries, amount of data. */
export class Guard {
  readonly limits: Limits;
  private readonly names = new NameLedger();
  private entries = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** Counts one more entry and returns its name made safe; '' is the archive's root, to be passed over. */
  admit(name: string, isDirectory: boolean, sizeBytes: number): string {
    if (++this.entries > this.limits.entries)
      throw limitError('too-many-entries', 'entries', this.limits, 'the archive has too many entries');
    const path = checkPath(name, this.limits);
    if (sizeBytes > this.limits.totalBytes) this.tooLarge(path);
    if (path === '') {
      if (isDirectory) return '';
      throw new MbzError('unsafe-path', 'a file has no name', { entry: name });
    }
    if (isDirectory && sizeBytes > 0)
      throw new MbzError('corrupt', `${path}: a directory cannot have ${sizeBytes} bytes`, { entry: path });
    if (!isDirectory && path.endsWith('/'))
      throw new MbzError('corrupt', `${path}: a file's name cannot end with a slash`, { entry: path });
    this.names.add(path, isDirectory);
    return path;
  }

  /** To be told as data comes out of the compression, so that a bomb is noticed before it has gone off. */
  checkAmount(outBytes: number, inBytes: number, entry?: string): void {
    if (outBytes > this.limits.totalBytes) this.tooLarge(entry);
    if (outBytes > this.limits.ratioAboveBytes && outBytes > inBytes * this.limits.ratio)
      throw limitError('bomb', 'ratio', this.limits, `${inBytes} compressed bytes unpack to over ${outBytes}`, entry);
  }

  private tooLarge(entry: string | undefined): never {
    throw limitError('too-large', 'totalBytes', this.limits, 'the archive holds too much', entry);
  }
}
