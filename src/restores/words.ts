import { fold } from '../catalogue/index.ts';

/** Longer ones are no words that anybody types. */
const longestWord = 60;
const mostWords = 60;

const wordsIn = (text: string): string[] =>
  fold(text)
    .split(/\s+/)
    // Kept for ids.
    .map((word) => word.replace(/^=+/, ''))
    .filter((word) => word !== '');

/** What is looked at when a course is looked for; see the column `words` of `restore_list`. */
export function lexemesOf({ courseName, shortname, courseid }: Named): string[] {
  const ends = wordsOf({ courseName, shortname, courseid }).flatMap((word) => {
    const letters = [...word];
    return Array.from({ length: Math.max(1, letters.length - 1) }, (_, first) => letters.slice(first).join(''));
  });
  return [...new Set([...ends, `=${courseid}`])];
}

/** Every word must be found; a number may be the course's id. Null: nothing was asked for. */
export function queryOf(search: string): string | null {
  const words = wordsIn(search).slice(0, mostWords);
  if (words.length === 0) return null;
  return words
    .map((word) => (isId(word) ? `(${quote(word)}:* | ${quote(`=${word}`)})` : `${quote(word)}:*`))
    .join(' & ');
}

/** The id of a request, if that is what was asked for; in capitals too, as it may have been read out. */
export function requestIdIn(search: string): string | null {
  const word = search.trim().toLowerCase();
  return /^[0-9a-z]{12}$/.test(word) ? word : null;
}

/** The same, of one course at hand. */
export function isNamed(course: Named, search: string): boolean {
  const words = wordsOf(course);
  return wordsIn(search)
    .slice(0, mostWords)
    .every(
      (asked) =>
        (isId(asked) && asked === String(course.courseid)) ||
        words.some(
          (word) => word === asked || ([...asked].length > 1 ? word : [...word].slice(0, -1).join('')).includes(asked),
        ),
    );
}

export interface Named {
  courseName: string;
  shortname: string;
  courseid: number;
}

const wordsOf = ({ courseName, shortname }: Named): string[] =>
  wordsIn(`${courseName} ${shortname}`)
    .slice(0, mostWords)
    .map((word) => [...word].slice(0, longestWord).join(''));

const isId = (word: string): boolean => /^\d{1,15}$/.test(word);
const quote = (word: string): string => `'${word.replace(/['\\]/g, '$&$&')}'`;
