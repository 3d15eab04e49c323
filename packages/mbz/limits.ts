import { MbzError, type MbzErrorCode } from './errors.ts';

/** How much an archive may ask of the machine. Each is a refusal, never a silent cut. */
export interface Limits {
  /** Entries in the archive, directories included. */
  entries: number;
  /** Uncompressed bytes in all. */
  totalBytes: number;
  /** Uncompressed bytes per compressed byte, looked at only above `ratioAboveBytes`. */
  ratio: number;
  /** Small archives may be dense: a few kilobytes of zeros harm nobody. */
  ratioAboveBytes: number;
  /** Bytes of one name. */
  nameBytes: number;
  /** Elements within elements. Moodle's deepest document has about 20. */
  xmlDepth: number;
  /** Bytes of one text, comment, tag or attribute. A page of Moodle is one text. */
  xmlTextBytes: number;
}

export const defaultLimits: Readonly<Limits> = {
  entries: 2_000_000,
  totalBytes: 200_000_000_000,
  ratio: 200,
  ratioAboveBytes: 100_000_000,
  nameBytes: 4096,
  xmlDepth: 64,
  xmlTextBytes: 64 * 1024 * 1024,
};

/** The defaults with the given ones over them. */
export function resolveLimits(limits: Partial<Limits> | undefined): Limits {
  return { ...defaultLimits, ...limits };
}

/** The refusal for a limit: names it, its value, and how to raise it from code and from the command line. */
export function limitError(code: MbzErrorCode, limit: keyof Limits, limits: Limits, what: string, entry?: string) {
  const value = limits[limit];
  return new MbzError(code, `${what}: over the limit ${limit} = ${value}`, {
    entry,
    hint: `If you trust this archive, raise the limit: --limit ${limit}=${value * 4} (in code: limits: { ${limit}: ${value * 4} }).`,
  });
}
