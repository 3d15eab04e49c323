import { existsSync, readFileSync } from 'node:fs';
import type { Account, ArchivePerson, RewritePlan } from '@jouvence/mbz';

/** What `jouvence mbz rewrite` is told. */
export interface RewriteFlags {
  people: string;
  fullname?: string;
  shortname?: string;
  idnumber?: string;
  startdate?: string;
  keepFileAuthors?: boolean;
  sameSite?: boolean;
}

/** Asked wrongly: the message says how to ask. */
export class UsageError extends Error {}

const mapHelp = `Each row of the file says who a person of the archive is on the target: "id" (the person's number in the archive) or
"from" (the username there), then "username" and "email", and if wanted "firstaccess" (Unix seconds), "idnumber", "auth",
"firstname", "lastname". As CSV with these names in its first line, or as JSON, a list of such objects.`;

export const rewriteHelp = `
PEOPLE is out (nobody, and no authorship), keep (as they are, but for passwords), or a file that maps people to accounts.
${mapHelp}
DAY is 2026-09-01 (midnight where this machine is), a full ISO date, or Unix seconds; the course's end moves with it,
dates of activities do not.`;

/** @throws UsageError */
export function planOf(flags: RewriteFlags, peopleOf: () => readonly ArchivePerson[]): RewritePlan {
  const { people, keepFileAuthors, sameSite, startdate, fullname, shortname, idnumber } = flags;
  return {
    people: people === 'out' || people === 'keep' ? people : readMap(people, peopleOf()),
    ...(keepFileAuthors && { keepFileAuthors }),
    ...(sameSite && { fromOtherSite: false }),
    course: { fullname, shortname, idnumber, startdate: startdate === undefined ? undefined : secondsOf(startdate) },
  };
}

/** Whether a value of `--people` names a file. */
export function isMapFile(people: string): boolean {
  if (people === 'out' || people === 'keep') return false;
  if (!/\.(json|csv)$/i.test(people))
    throw new UsageError(`--people is out, keep, or a file of accounts (.json or .csv); "${people}" is none of them.`);
  if (!existsSync(people)) throw new UsageError(`There is no file ${people} to read accounts from.`);
  return true;
}

type Row = Record<string, unknown>;

const textFields = ['username', 'email', 'idnumber', 'auth', 'firstname', 'lastname'] as const;
const columns = new Set<string>(['id', 'from', 'firstaccess', ...textFields]);

function readMap(file: string, people: readonly ArchivePerson[]): Map<number, Account> {
  const text = readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  const rows = /\.csv$/i.test(file) ? rowsOfCsv(text, file) : rowsOfJson(text, file);
  const byUsername = new Map(people.map((person) => [person.username, person.id]));
  const accounts = new Map<number, Account>();
  for (const [index, row] of rows.entries()) {
    const where = `${file}, row ${index + 1}`;
    const unknown = Object.keys(row).find((column) => !columns.has(column));
    if (unknown !== undefined) throw new UsageError(`${where}: "${unknown}" is not known.\n${mapHelp}`);
    const id = idOf(row, byUsername, where);
    if (accounts.has(id)) throw new UsageError(`${where}: the person ${id} was mapped before.`);
    accounts.set(id, accountOf(row, where));
  }
  return accounts;
}

function idOf(row: Row, byUsername: ReadonlyMap<string, number>, where: string): number {
  const given = row.id === undefined || row.id === '' ? byUsername.get(String(row.from ?? '')) : Number(row.id);
  if (given !== undefined && Number.isSafeInteger(given)) return given;
  const what = row.id === undefined || row.id === '' ? `no username "${row.from ?? ''}"` : `no person "${row.id}"`;
  throw new UsageError(`${where}: there is ${what} in the archive.`);
}

function accountOf(row: Row, where: string): Account {
  const text = (field: string) => (row[field] === undefined || row[field] === '' ? undefined : String(row[field]));
  const [username, email] = [text('username'), text('email')];
  if (username === undefined || email === undefined)
    throw new UsageError(`${where}: an account needs a username and an email.\n${mapHelp}`);
  const firstaccess = Number(row.firstaccess ?? 0);
  if (!Number.isSafeInteger(firstaccess) || firstaccess < 0)
    throw new UsageError(`${where}: firstaccess is a time in Unix seconds, not "${row.firstaccess}".`);
  const account: Account = { username, email, firstaccess };
  for (const field of textFields) {
    const value = text(field);
    if (value !== undefined) account[field] = value;
  }
  return account;
}

function rowsOfJson(text: string, file: string): Row[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is no JSON: ${(error as Error).message}.`);
  }
  const isRow = (row: unknown): row is Row => typeof row === 'object' && row !== null && !Array.isArray(row);
  if (!Array.isArray(parsed) || !parsed.every(isRow))
    throw new UsageError(`${file} is no list of objects.\n${mapHelp}`);
  return parsed;
}

/** CSV with commas or semicolons, whichever its first line has; quotes as spreadsheets write them. */
function rowsOfCsv(text: string, file: string): Row[] {
  const firstLine = text.slice(0, text.search(/[\r\n]|$/));
  const comma = firstLine.includes(';') ? ';' : ',';
  const lines: string[][] = [[]];
  const field = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${comma}\\r\\n]*))(${comma}|\\r?\\n|$)`, 'y');
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    if (match === null)
      throw new UsageError(`${file} is no CSV: a quote stands alone in line ${text.slice(0, at).split('\n').length}.`);
    lines.at(-1)!.push((match[1]?.replaceAll('""', '"') ?? match[2] ?? '').trim());
    if (match[3] !== comma && field.lastIndex < text.length) lines.push([]);
    if (match[3] === '') break;
  }
  const [names = [], ...rows] = lines.filter((line) => line.some((value) => value !== ''));
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
}

function secondsOf(day: string): number {
  if (/^\d{1,12}$/.test(day)) return Number(day);
  const local = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  const [year, month, date] = local?.slice(1).map(Number) ?? [];
  const time = local === null ? new Date(day) : new Date(year!, month! - 1, date!);
  const isReal =
    local === null ? /^\d{4}-\d{2}-\d{2}T/.test(day) : time.getDate() === date && time.getMonth() === month! - 1;
  if (!isReal || Number.isNaN(time.getTime()) || time.getTime() < 0)
    throw new UsageError(`"${day}" is no day: write 2026-09-01, a full ISO date, or Unix seconds.`);
  return Math.floor(time.getTime() / 1000);
}
