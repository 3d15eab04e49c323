/**
 * What can be wrong with an archive. The list is closed: callers translate by code, and `test/invalid` holds an example
 * of each one that a file alone can cause.
 */
export const mbzErrorCodes = [
  'unreadable', // the file or stream cannot be read at all (missing, no rights, input/output error)
  'not-an-archive', // neither gzip nor zip
  'truncated', // ends before its end
  'trailing-data', // something follows the end
  'corrupt', // a checksum, a length or a structure is wrong
  'inconsistent', // two places of the archive contradict each other (zip: local header and directory, overlaps)
  'encrypted',
  'unsupported', // well formed, but in a way that Moodle never writes
  'unsafe-path', // absolute, `..`, backslash, NUL, drive letter …
  'link', // symbolic or hard
  'special-file', // device, pipe, socket
  'duplicate-entry',
  'name-not-utf8',
  'too-many-entries',
  'too-large',
  'bomb', // compressed beyond the permitted ratio
  'name-too-long',
  'xml-malformed',
  'xml-not-utf8',
  'xml-doctype', // also entities and processing instructions: Moodle writes none
  'xml-too-deep',
  'xml-too-long',
  'not-a-course', // an archive, but no course backup of Moodle
  'directory-not-empty', // extract writes only into a new or empty directory
  'cannot-write', // the destination does not take it: no rights, no space, a file larger than the format holds
  'stale-entry', // a body asked for after the cursor moved on
  'plan-impossible', // what is to be written contradicts itself: two people as one account, a name that XML cannot hold
] as const;

export type MbzErrorCode = (typeof mbzErrorCodes)[number];

/** Why an archive is refused. `hint` says what the reader can do next; `entry` names the file inside the archive. */
export class MbzError extends Error {
  override readonly name = 'MbzError';
  readonly code: MbzErrorCode;
  readonly entry: string | undefined;
  readonly hint: string;

  constructor(code: MbzErrorCode, message: string, options: { entry?: string; hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.entry = options.entry;
    this.hint = options.hint ?? '';
  }

  /** For readers of other languages: the catalogue of texts has a sentence for each code. */
  get said(): { reason: string; values: Record<string, string> }[] {
    return [{ reason: `mbz-${this.code}`, values: { entry: this.entry ?? '—', quoted: this.message } }];
  }
}
