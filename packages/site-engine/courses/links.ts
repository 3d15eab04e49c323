import type { BackupDocument } from '@jouvence/mbz';

/**
 * Moodle's portable links that name a course (`backup_course_task::encode_content_links`, and each module's index page).
 * Other links name activities and contexts, whose ids stay those of the documents.
 */
const courseLink =
  /\$@(COURSEVIEWBYID|GRADEINDEXBYID|GRADEREPORTINDEXBYID|BADGESVIEWBYID|USERINDEXVIEWBYID|[A-Z0-9]+INDEX)\*(\d+)@\$/g;

/** Longer than any such link: so much of a piece may be the beginning of one that goes on in the next. */
const longestLink = 96;

/** The document with the course called by another id, in links and in `course.xml`; links then hold where it is restored. */
export function relink(document: BackupDocument, from: string, to: number): BackupDocument {
  if (from === String(to) || from === '') return document;
  const { path, open } = document;
  if (!path.endsWith('.xml') || path === 'files.xml' || path === 'users.xml') return document;
  return { path, open: () => replace(open(), path, from, String(to)) };
}

async function* replace(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  path: string,
  from: string,
  to: string,
): AsyncGenerator<Uint8Array> {
  // One character is one byte here: links are ASCII, and everything else passes as it is.
  const change = (text: string): string =>
    text.replace(courseLink, (whole, name: string, id: string) => (id === from ? `$@${name}*${to}@$` : whole));
  let rest = '';
  let head = path === 'course/course.xml';
  for await (const piece of source instanceof Uint8Array ? [source] : source) {
    let text = rest + Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1');
    if (head) {
      if (text.length < 200 && !text.includes('>', 60)) {
        rest = text;
        continue;
      }
      head = false;
      text = text.replace(`<course id="${from}"`, `<course id="${to}"`);
    }
    const open = text.lastIndexOf('$@');
    const cut = text.endsWith('$')
      ? text.length - 1
      : open >= 0 && text.length - open < longestLink && !text.includes('@$', open + 2)
        ? open
        : text.length;
    rest = text.slice(cut);
    if (cut > 0) yield Buffer.from(change(text.slice(0, cut)), 'latin1');
  }
  if (rest !== '') {
    const text = head ? rest.replace(`<course id="${from}"`, `<course id="${to}"`) : rest;
    yield Buffer.from(change(text), 'latin1');
  }
}
