/** One row of `block_external_backuprestore`, the list of tasks of Strasbourg's block. */
export interface BlockTask {
  /** Of the text, the first is 1. */
  line: number;
  /** Address of the source. */
  url: string;
  /** Of the course, on the source. */
  courseid: number;
  /** Of the course that it was restored into; null: it was not. */
  course: number | null;
  /** When that was. */
  at: Date | null;
}

/** Restored; what was asked for, failed or cancelled has brought nothing. */
const performed = 2;
const wanted = ['externalcourseid', 'externalmoodleurl', 'status', 'courseid'] as const;

/**
 * Reads that table as a database writes it down: a line of column names, then one per row, with commas, semicolons or
 * tabs between. What the block has not restored is left out.
 * @throws Error with what is missing
 */
export function readBlockTasks(text: string): { tasks: BlockTask[]; others: number } {
  const rows = readTable(text.replace(/^\uFEFF/, ''));
  const [head, ...body] = rows;
  const names = (head?.cells ?? []).map((name) => name.trim().toLowerCase().replace(/^"|"$/g, ''));
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Error(`its first line has no column ${missing.join(', ')}`);
  const tasks: BlockTask[] = [];
  for (const { cells, line } of body) {
    const of = (name: string) => (cells[names.indexOf(name)] ?? '').trim();
    const number = (name: string) => (/^\d{1,15}$/.test(of(name)) ? Number(of(name)) : 0);
    const url = of('externalmoodleurl');
    const courseid = number('externalcourseid');
    if (number('status') !== performed) continue;
    if (courseid === 0 || url === '') throw new Error(`line ${line} names no course of a site`);
    const seconds = number('timescheduleprocessed') || number('timemodified');
    const at = seconds > 0 ? new Date(seconds * 1000) : null;
    tasks.push({ line, url, courseid, course: number('courseid') || null, at });
  }
  return { tasks, others: body.length - tasks.length };
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
