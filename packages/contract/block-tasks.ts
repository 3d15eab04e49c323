/** One row of `block_external_backuprestore`, the list of tasks of Strasbourg's block. */
export interface BlockTask {
  /** Of the text, the first is 1. */
  line: number;
  /** Address of the source. */
  url: string;
  /** Of the course, on the source. */
  courseid: number;
  /** As it was called there; '': the table does not say. */
  name: string;
  /** Of the course that it was restored into; null: it was not. */
  course: number | null;
  /** When that was. */
  at: Date | null;
}

export interface BlockTasks {
  tasks: BlockTask[];
  /** Rows that were not restored. */
  others: number;
  /** Lines that name no course of a site. */
  odd: number[];
}

/** It is another table, or written down without the names of its columns. */
export class BlockTableError extends Error {
  readonly missing: readonly string[];

  constructor(missing: readonly string[]) {
    super(`its first line has no column ${missing.join(', ')}`);
    this.name = 'BlockTableError';
    this.missing = missing;
  }
}

/** Restored; what was asked for, failed or cancelled has brought nothing. */
const performed = 2;
const wanted = ['externalcourseid', 'externalmoodleurl', 'status', 'courseid'] as const;

/**
 * Reads that table as a database writes it down: a line of column names, then one per row, with commas, semicolons or
 * tabs between. What the block has not restored is left out.
 * @throws BlockTableError
 */
export function readBlockTasks(text: string): BlockTasks {
  const rows = readTable(text.replace(/^\uFEFF/, ''));
  const [head, ...body] = rows;
  const names = (head?.cells ?? []).map((name) => name.trim().toLowerCase().replace(/^"|"$/g, ''));
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new BlockTableError(missing);
  const tasks: BlockTask[] = [];
  const odd: number[] = [];
  for (const { cells, line } of body) {
    const of = (name: string) => (cells[names.indexOf(name)] ?? '').trim();
    const number = (name: string) => (/^\d{1,15}$/.test(of(name)) ? Number(of(name)) : 0);
    const url = of('externalmoodleurl');
    const courseid = number('externalcourseid');
    if (number('status') !== performed) continue;
    if (courseid === 0 || url === '') {
      odd.push(line);
      continue;
    }
    const seconds = number('timescheduleprocessed') || number('timemodified');
    const at = seconds > 0 ? new Date(seconds * 1000) : null;
    tasks.push({ line, url, courseid, name: of('externalcoursename'), course: number('courseid') || null, at });
  }
  return { tasks, others: body.length - tasks.length - odd.length, odd };
}

/** A row of which nothing can be made known, and why. */
export type LeftTask =
  | { why: 'site'; line: number; url: string }
  | { why: 'course'; line: number; source: string; courseid: number }
  /** Restored again, by the row of line `by`: that one is the course by which it is known. */
  | { why: 'again'; line: number; source: string; courseid: number; by: number }
  | { why: 'odd'; line: number };

export interface PlacedTasks {
  /** As `requests.register` takes them. */
  courses: (Omit<BlockTask, 'url' | 'course' | 'at'> & { source: string; course: number; at?: string })[];
  left: LeftTask[];
}

/** Whose courses those are, by the addresses of sites that are known here. */
export function placeTasks(
  { tasks, odd }: Pick<BlockTasks, 'tasks' | 'odd'>,
  sites: readonly { name: string; url: string }[],
): PlacedTasks {
  const nameOf = new Map(sites.map(({ url, name }) => [bareAddress(url), name]));
  const left: LeftTask[] = odd.map((line) => ({ why: 'odd', line }));
  const found = new Map<string, PlacedTasks['courses'][number]>();
  for (const { line, url, courseid, name, course, at } of tasks) {
    const source = nameOf.get(bareAddress(url));
    if (source === undefined) left.push({ why: 'site', line, url });
    else if (course === null) left.push({ why: 'course', line, source, courseid });
    else {
      const one = { line, source, courseid, name, course, ...(at && { at: at.toISOString() }) };
      const key = `${source}:${courseid}`;
      const other = found.get(key);
      const [by, older] = other && (other.at ?? '') > (one.at ?? '') ? [other, one] : [one, other];
      if (older) left.push({ why: 'again', line: older.line, source, courseid, by: by.line });
      found.set(key, by);
    }
  }
  return { courses: [...found.values()], left: left.sort((a, b) => a.line - b.line) };
}

/** Cells may stand in quotes, and hold line ends and quotes then, doubled. */
function readTable(text: string): { cells: string[]; line: number }[] {
  const first = text.slice(0, text.search(/\r?\n|$/));
  const between = [',', ';', '\t'].toSorted((a, b) => first.split(b).length - first.split(a).length)[0]!;
  const rows: { cells: string[]; line: number }[] = [];
  let [cells, cell, quoted, line, begun]: [string[], string, boolean, number, number] = [[], '', false, 1, 1];
  const endRow = () => {
    cells.push(cell);
    if (cells.some((each) => each.trim() !== '')) rows.push({ cells, line: begun });
    [cells, cell, begun] = [[], '', line];
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    if (letter === '\n') line++;
    if (quoted && letter === '"' && text[at + 1] === '"') cell += text[at++];
    else if (letter === '"' && (quoted || cell === '')) quoted = !quoted;
    else if (quoted) cell += letter;
    else if (letter === between) {
      cells.push(cell);
      cell = '';
    } else if (letter === '\n') endRow();
    else if (letter !== '\r') cell += letter;
  }
  endRow();
  return rows;
}

/** The same address, however it is written: `https://Old.example/moodle/` and `http://old.example/moodle`. */
export const bareAddress = (url: string): string =>
  url
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '');
