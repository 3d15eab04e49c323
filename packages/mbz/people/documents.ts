import { documentKind } from './catalogue.ts';

export type Fate = 'keep' | 'drop' | 'rewrite' | 'unknown';

/**
 * Documents that Moodle writes only with users, by their name in the catalogue. Their rows are all people's, whatever
 * the catalogue says of single elements: without users the whole step is left out.
 */
export const PEOPLE_DOCUMENTS: ReadonlySet<string> = new Set([
  'users.xml',
  'course/loglastaccess.xml',
  'course/logs.xml',
  'course/logstores.xml',
  '*/comments.xml',
  'activity/completion.xml',
  'activity/logs.xml',
  'activity/logstores.xml',
  'activity/xapistate.xml',
]);

/**
 * What becomes of an entry of an archive when it is written without people.
 * `keep`: contents of the file pool, which `files.xml` decides on; `unknown`: left out and reported.
 */
export function documentWithoutPeople(path: string): Fate {
  if (/^files\/[0-9a-f]{2}\/[0-9a-f]{40}$/.test(path)) return 'keep';
  // The index is made anew by whoever writes the archive; the log tells of another run, names of people included.
  if (path === '.ARCHIVE_INDEX' || path === 'moodle_backup.log') return 'drop';
  const kind = documentKind(path);
  if (kind.contributed || kind.key === undefined) return 'unknown';
  return PEOPLE_DOCUMENTS.has(kind.key) ? 'drop' : 'rewrite';
}
