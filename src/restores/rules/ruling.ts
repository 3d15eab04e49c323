import type { Category, Person } from '@jouvence/protocol';
import type { Catalogue } from '../../catalogue/index.ts';
import { type AppError, toAppError } from '../../errors.ts';
import type { Settings, SettingValues } from '../../settings/index.ts';
import type { Pair, Site, Sites } from '../../sites/index.ts';
import type { CarryOptions, CategoryWish, ReportLine, Sender } from '../types.ts';
import type { ChosenCategory } from './category.ts';
import type { Asked, ChoiceName, Ground } from './choices.ts';
import { refusal } from './refusal.ts';

export interface Tools {
  sites: Sites;
  catalogue: Catalogue;
  settings: Settings;
}

/** Who asks, for whom, to where. */
export interface Asking {
  target: Site;
  /** Username on the target; null: nobody, and then neither ownership nor rights of a person are asked about. */
  person: string | null;
  sender: Sender;
}

/** One course. `options`: what somebody wishes, or what was asked for and is looked at again. */
export interface Wish {
  source: string | number;
  courseid: number;
  category?: CategoryWish;
  options: Partial<CarryOptions> | { asked: Asked; current: CarryOptions };
}

/** What the rules say of one course; what cannot be known because of a problem is null. */
export interface Ruling {
  target: Site;
  source: Site | null;
  values: SettingValues | null;
  person: Person | null;
  course: { shortname: string; fullname: string; category: Category } | null;
  category: ChosenCategory | null;
  asked: Asked | null;
  options: CarryOptions | null;
  /** What may be chosen otherwise, now. */
  choices: Record<ChoiceName, Ground | null> | null;
  /** What comes otherwise than it was asked for. */
  lines: ReportLine[];
  /** Why it may not be carried; nothing: it may. */
  problems: AppError[];
}

/** @throws AppError the first problem */
export function mustBeAllowed(ruling: Ruling): AllowedRuling {
  if (ruling.problems.length > 0) throw ruling.problems[0];
  return ruling as AllowedRuling;
}

export type AllowedRuling = {
  [K in keyof Ruling]: K extends 'person' ? Ruling[K] : NonNullable<Ruling[K]>;
};

/** A ruling that is being made. */
export interface Making {
  ruling: Ruling;
  pair: Pair | null;
  keyRefused: string | null;
}

/** Between which two sites, and by which settings; the rest is not known yet. */
export async function begin({ sites, settings }: Tools, target: Site, wish: Wish): Promise<Making> {
  const ruling: Ruling = {
    target,
    source: null,
    values: null,
    person: null,
    course: null,
    category: null,
    asked: null,
    options: null,
    choices: null,
    lines: [],
    problems: [],
  };
  try {
    const pair = await sites.pairs.get(wish.source, target.id);
    const values = await settings.at({ target: target.id, source: pair.source.id });
    Object.assign(ruling, { source: pair.source, values });
    return { ruling, pair, keyRefused: null };
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    const values = { source: wish.source, target: target.name };
    ruling.problems.push(code === 'not-found' ? refusal(code, 'pair-missing', message, values) : toAppError(thrown));
    return { ruling, pair: null, keyRefused: null };
  }
}
