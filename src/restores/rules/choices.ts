import type { SettingValues } from '../../settings/index.ts';
import type { CarryOptions, EnrolmentMode, ReportLine } from '../types.ts';

/**
 * What may be chosen with a course, and by whom. A setting says what holds for who says nothing, another who may say
 * something else. Decided when a course is asked for, and again when it is carried: by then a setting may have changed,
 * or a right may be gone.
 */
export const choiceNames = ['people', 'enrolments', 'keepIdnumber', 'keepFileAuthors'] as const;
export type ChoiceName = (typeof choiceNames)[number];

/** Why somebody could have it so: it is the default, everybody may choose, by capability, or as an operator. */
export type Ground = 'default' | 'everybody' | 'capability' | 'operator';

interface Choice<T> {
  value: T;
  ground: Ground;
}

/** What was asked for, each with its ground at that time. */
export interface Asked {
  people: Choice<boolean>;
  enrolments: Choice<EnrolmentMode>;
  keepIdnumber: Choice<boolean>;
  keepFileAuthors: Choice<boolean>;
}

export interface Chooser {
  /** Or the program itself; else a person of the target. */
  operator: boolean;
  /** The person for whom it is holds `local/jouvence:chooseuserdata` there. */
  capable: boolean;
}

const defaultOf = {
  people: 'requests.people',
  enrolments: 'requests.enrolments',
  keepIdnumber: 'requests.keepIdnumber',
  keepFileAuthors: 'requests.keepFileAuthors',
} as const satisfies Record<ChoiceName, keyof SettingValues>;

/** On what ground something else than the default may be chosen now; null: not at all. */
export function groundFor(name: ChoiceName, values: SettingValues, { operator, capable }: Chooser): Ground | null {
  const chooser = chooserOf(name, values);
  if (chooser === 'nobody') return null;
  if (operator) return 'operator';
  if (chooser === 'everybody') return 'everybody';
  return chooser === 'capability' && capable ? 'capability' : null;
}

function chooserOf(name: ChoiceName, values: SettingValues): 'nobody' | 'capability' | 'everybody' | 'operator' {
  if (name === 'people') return values['requests.peopleChoice'];
  return name === 'enrolments' ? values['requests.enrolmentsChoice'] : 'operator';
}

/** Whether the capability decides anything here: else it need not be asked for. */
export const needsCapability = (values: SettingValues): boolean =>
  choiceNames.some((name) => chooserOf(name, values) === 'capability');

export const defaultsIn = (values: SettingValues): CarryOptions => ({
  people: values['requests.people'],
  enrolments: values['requests.enrolments'],
  keepIdnumber: values['requests.keepIdnumber'],
  keepFileAuthors: values['requests.keepFileAuthors'],
});

/** For a new wish: what is left out gets the default; `refused` names what was chosen and may not be. */
export function choose(
  wish: Partial<CarryOptions>,
  values: SettingValues,
  chooser: Chooser,
): { asked: Asked; refused: ChoiceName[] } {
  const defaults = defaultsIn(values);
  const refused: ChoiceName[] = [];
  const decide = (name: ChoiceName) => {
    const value = wish[name] ?? defaults[name];
    if (value === defaults[name]) return { value, ground: 'default' };
    const ground = groundFor(name, values, chooser);
    if (ground === null) refused.push(name);
    return ground === null ? { value: defaults[name], ground: 'default' } : { value, ground };
  };
  const asked = Object.fromEntries(choiceNames.map((name) => [name, decide(name)])) as unknown as Asked;
  return { asked, refused };
}

/**
 * For one that waits: never more than is allowed now, and never more than was asked for. A capability that is gone
 * is a right withdrawn (`withdrawn`), and nothing is carried; a setting that says otherwise by now has its way, and it
 * is reported.
 */
export function uphold(
  asked: Asked,
  current: CarryOptions,
  values: SettingValues,
  chooser: Chooser,
): { options: CarryOptions; withdrawn: ChoiceName[]; lines: ReportLine[] } {
  const defaults = defaultsIn(values);
  const withdrawn: ChoiceName[] = [];
  const lines: ReportLine[] = [];
  const decide = (name: ChoiceName) => {
    const value = current[name];
    const fits = value === defaults[name] || value === false || groundFor(name, values, chooser) !== null;
    if (fits) return value;
    if (asked[name].ground === 'capability' && chooserOf(name, values) === 'capability') withdrawn.push(name);
    else lines.push(changedLine(name, String(value), String(defaults[name]), defaultOf[name]));
    return defaults[name];
  };
  const options = Object.fromEntries(choiceNames.map((name) => [name, decide(name)])) as unknown as CarryOptions;
  return { options, withdrawn, lines };
}

export const optionsOf = (asked: Asked): CarryOptions => ({
  people: asked.people.value,
  enrolments: asked.enrolments.value,
  keepIdnumber: asked.keepIdnumber.value,
  keepFileAuthors: asked.keepFileAuthors.value,
});

function changedLine(name: ChoiceName, from: string, to: string, setting: string): ReportLine {
  const code = { people: 'people', enrolments: 'enrolments', keepIdnumber: 'idnumber', keepFileAuthors: 'authors' }[
    name
  ];
  return {
    code: `${code}-not-chosen`,
    severity: 'warning',
    what: `${name}: ${to}`,
    why: `It was asked for as “${from}”; the settings have changed since, and do not allow that any more (${setting}).`,
    todo: 'Ask an operator if the course is needed as it was asked for.',
  };
}
