/** Something that is not as the archive itself says it should be. */
export interface Problem {
  code:
    | 'content-altered' // its SHA-1 is not its name
    | 'content-misnamed' // below files/, but not named as Moodle names contents
    | 'content-missing' // files.xml names it, the archive lacks it
    | 'content-unused' // no row of files.xml names it
    | 'size-differs' // from files.xml or the index
    | 'not-in-index'
    | 'missing-from-archive' // the index lists it
    | 'index-malformed'
    | 'document-malformed'
    | 'document-missing';
  entry: string;
  expected: string;
  found: string;
}

/** Takes note of a problem. */
export type Report = (code: Problem['code'], entry: string, expected: string, found: string) => void;
