import { type Definition, definitions, type SettingKey, settingKeys } from './definitions.ts';
import { readSettingText } from './text.ts';

/**
 * Settings of Strasbourg's block (`block_my_external_backup_restore_courses`), all its lines, as ours. What it calls
 * the client is our target: they are read from there, and set for it.
 */
export interface StrasbourgPlan {
  /** In the order of our settings. */
  changes: { key: SettingKey; value: unknown; from: string }[];
  /** Short names of roles, for the pairs of that target; null: not said. */
  roles: string[] | null;
  /** A role's id on the target, or its short name; only that site knows its roles. Null: not said. */
  enrolRole: string | null;
  /** How its people come in when nobody chose: what it does is no line of its settings, so it is none here. */
  enrolments: 'always';
  /** Addresses of its sources. Their tokens are left out: they are for the block's functions, and not for ours. */
  sources: string[];
  remarks: StrasbourgRemark[];
}

/** What somebody should know of a line: `code` is translated as `strasbourg.<code>`. */
export interface StrasbourgRemark {
  name: string;
  code:
    | 'unknown'
    | 'unusable'
    | 'profile'
    | 'repositories'
    | 'same-hours'
    | 'hours-dead'
    | 'enrolments'
    | 'decided-by'
    | 'role-unknown'
    | 'roles-empty'
    | 'roles-unknown'
    | 'roles-later'
    | 'role-unasked'
    | 'not-yours'
    | 'pair'
    | 'locked';
  values: Record<string, string>;
}

/** Nobody pastes more; and what is no listing at all should be said soon. */
export const strasbourgMaxCharacters = 100_000;

/**
 * What `admin/cli/cfg.php --component=… [--json]` prints, a table copied from somewhere, or such commands with
 * `--name=… --set=…`. Names without value are kept, as empty.
 */
export function readStrasbourgListing(text: string): Map<string, string> {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return new Map(entriesOf(trimmed));
  const found = new Map<string, string>();
  for (const line of trimmed.split(/\r?\n/)) {
    const command = /--name=(\S+)\s+--set=(.*)$/.exec(line);
    const pair =
      command ??
      /^\s*(?:block_my_external_backup_restore_courses\s*[/|.]\s*)?([a-z][a-z0-9_]*)\s*[\t=:|]\s*(.*)$/i.exec(line);
    if (pair) found.set(pair[1]!, unquote(pair[2]!.trim()));
  }
  return found;
}

function entriesOf(json: string): [string, string][] {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    return [];
  }
  if (typeof document !== 'object' || document === null) return [];
  return Object.entries(document)
    .filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => [
      name,
      value === null ? '' : typeof value === 'boolean' ? String(Number(value)) : String(value),
    ]);
}

const unquote = (text: string): string =>
  /^'(.*)'$|^"(.*)"$/
    .exec(text)
    ?.slice(1)
    .find((each) => each !== undefined) ?? text;

/** Ours, by the name of theirs; those that are one value and mean the same. */
const sameMeaning = new Map<string, SettingKey>(
  settingKeys.flatMap((key) => {
    const { strasbourg } = definitions[key] as Definition;
    return strasbourg === undefined || strasbourg.includes(',') || strasbourg === 'enrollrole'
      ? []
      : [[strasbourg, key] as const];
  }),
);

/** Keys that are no setting here, and what is in their place. */
export const otherStrasbourgKeys: Readonly<Record<string, { ours: string; reach: string; fallback: string }>> = {
  search_roles: { ours: 'the roles of a pair: `pairs add --role`', reach: 'pair', fallback: '`editingteacher`' },
  external_moodles: { ours: 'sites and pairs: `sites add`, `pairs add`', reach: 'pair', fallback: '' },
  moodle_role: { ours: 'the profile for which a site is paired: `source`, `target`', reach: 'site', fallback: '' },
  limitstart_minute: { ours: '`queue.hours`', reach: 'pair', fallback: '' },
  limitend_minute: { ours: '`queue.hours`', reach: 'pair', fallback: '' },
  authorizeremoterepositoryrestore: {
    ours: 'nothing: withdrawn there in the year in which it came',
    reach: '',
    fallback: '',
  },
  repositorytypestorestore: { ours: 'nothing: the same', reach: '', fallback: '' },
  noneedcoursecreate: {
    ours: '`rights.courseCreate`, the other way round; `checkrequestercapascoursecreate` goes before it',
    reach: 'target',
    fallback: '`yes`',
  },
};

const hours = ['timelimitedmod', 'limitstart_hour', 'limitstart_minute', 'limitend_hour', 'limitend_minute'];
const repositories = ['authorizeremoterepositoryrestore', 'repositorytypestorestore'];

export function planStrasbourg(listing: ReadonlyMap<string, string>): StrasbourgPlan {
  const plan: StrasbourgPlan = {
    changes: [],
    roles: null,
    enrolRole: null,
    enrolments: 'always',
    sources: [],
    remarks: [],
  };
  const remark = (name: string, code: StrasbourgRemark['code'], values: Record<string, string> = {}) =>
    void plan.remarks.push({ name, code, values });
  for (const [name, value] of listing) {
    const key = sameMeaning.get(name);
    if (key) planSame(plan, key, name, value, remark);
    else if (name === 'search_roles') plan.roles = readRoles(value, () => remark(name, 'roles-empty'));
    else if (name === 'external_moodles') plan.sources = readSources(value);
    else if (name === 'enrollrole') plan.enrolRole = value.trim() || null;
    else if (name === 'noneedcoursecreate') planCourseCreate(plan, listing, value, remark);
    else if (name === 'moodle_role') remark(name, 'profile');
    else if (repositories.includes(name)) remark(name, 'repositories');
    else if (!hours.includes(name) && name !== 'version') remark(name, 'unknown');
  }
  planHours(plan, listing, remark);
  plan.changes.sort((a, b) => settingKeys.indexOf(a.key) - settingKeys.indexOf(b.key));
  return plan;
}

type Listing = ReadonlyMap<string, string>;
type Remark = (name: string, code: StrasbourgRemark['code'], values?: Record<string, string>) => void;

function planSame(plan: StrasbourgPlan, key: SettingKey, name: string, text: string, remark: Remark): void {
  // Theirs has none until somebody chooses one; ours is then the site's own.
  const given = key === 'category.default' && text === '0' ? '' : text;
  const parsed = (definitions[key] as Definition).schema.safeParse(readSettingText(key, given));
  if (parsed.success) plan.changes.push({ key, value: parsed.data, from: name });
  else remark(name, 'unusable', { value: text });
}

/** Theirs is told to be quoted and must not be; spaces are kept and then match nobody. What was meant is clear. */
function readRoles(value: string, onNone: () => void): string[] | null {
  const roles = value
    .split(',')
    .map((role) =>
      role
        .trim()
        .replace(/^'+|'+$/g, '')
        .trim(),
    )
    .filter((role) => /^[a-z][a-z0-9_-]*$/i.test(role));
  if (roles.length === 0) onNone();
  return roles.length === 0 ? null : [...new Set(roles)];
}

/** `url1,token1;url2,token2`; spaces, line ends and a last semicolon break theirs and not ours. */
function readSources(value: string): string[] {
  return value
    .split(';')
    .map((each) => each.split(',')[0]!.trim().replace(/\/+$/, ''))
    .filter((url) => /^https?:\/\//i.test(url));
}

/** Of a branch that was never released: what it says is the other line's opposite, and that one is the later. */
function planCourseCreate(plan: StrasbourgPlan, listing: Listing, value: string, remark: Remark): void {
  const other = 'checkrequestercapascoursecreate';
  if (listing.has(other)) remark('noneedcoursecreate', 'decided-by', { other });
  else if (/^[01]?$/.test(value))
    plan.changes.push({ key: 'rights.courseCreate', value: value !== '1', from: 'noneedcoursecreate' });
  else remark('noneedcoursecreate', 'unusable', { value });
}

/** The last version whose block looks at its hours (2.1); later ones keep the lines, and nothing reads them. */
const lastWithHours = 2022061500;
/** Lines that came with 3.0 and later, for a listing that does not say its version. */
const onlyLater = ['checkrequestercapascoursecreate', 'autoenrol_requester', 'moodle_role'];

function hasHours(listing: Listing): boolean {
  const version = Number.parseInt(listing.get('version') ?? '', 10);
  return Number.isNaN(version) ? !onlyLater.some((name) => listing.has(name)) : version <= lastWithHours;
}

/** Of the lines before 3.0. Equal ends stopped every run there: that was nobody's wish. */
function planHours(plan: StrasbourgPlan, listing: Listing, remark: Remark): void {
  if (listing.get('timelimitedmod') !== '1') return;
  if (!hasHours(listing)) {
    remark('timelimitedmod', 'hours-dead');
    return;
  }
  const time = (end: 'start' | 'end', otherwise: string): string => {
    const [hour, minute] = [`limit${end}_hour`, `limit${end}_minute`].map((name) => listing.get(name));
    return hour === undefined ? otherwise : `${hour.padStart(2, '0')}:${(minute ?? '0').padStart(2, '0')}`;
  };
  const [start, end] = [time('start', '20:00'), time('end', '06:00')];
  if (start === end) {
    remark('timelimitedmod', 'same-hours', { time: start });
    return;
  }
  const value = `mon-sun ${start}-${end}`;
  const parsed = definitions['queue.hours'].schema.safeParse(value);
  if (parsed.success) plan.changes.push({ key: 'queue.hours', value, from: 'timelimitedmod' });
  else remark('timelimitedmod', 'unusable', { value });
}
