import type { Profile } from '@jouvence/protocol';
import { type Caller, createCaller, type Door, openCommandCaller } from './caller.ts';
import type { Case, Need } from './case.ts';
import { backups } from './cases/backups.ts';
import { commands } from './cases/command.ts';
import { courses } from './cases/courses.ts';
import { downloads } from './cases/downloads.ts';
import { keys } from './cases/keys.ts';
import { people } from './cases/people.ts';
import { refusals } from './cases/refusals.ts';
import { requests } from './cases/requests.ts';
import { restores } from './cases/restores.ts';
import { standing } from './cases/standing.ts';
import { uploads } from './cases/uploads.ts';
import { createNotes, type Difference, Stopped } from './notes.ts';
import { Trial, type TrialOptions } from './trial.ts';

/** The whole protocol, in the order in which it is tried: what changes how the site is reached comes last. */
export const cases: readonly Case[] = [
  ...standing,
  ...refusals,
  ...people,
  ...courses,
  ...requests,
  ...backups,
  ...downloads,
  ...uploads,
  ...restores,
  ...commands,
  ...keys,
];

export interface ConformanceOptions extends TrialOptions {
  /** Where each profile's site is, and what opens it. */
  tokens: Partial<Record<Profile, Door>>;
  slow?: boolean;
  /** Exchange every token. */
  rotate?: boolean;
  /** Names of cases to try; default: all. */
  only?: (name: string) => boolean;
  onCase?: (outcome: Outcome) => void;
}

export interface Outcome {
  name: string;
  /** Why it was not tried. */
  skipped?: Need;
  differences: Difference[];
  milliseconds: number;
}

/** Every case, one after the other; what they made on the sites is gone afterwards. */
export async function runConformance(options: ConformanceOptions): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let current: Outcome = { name: 'before the first case', differences: [], milliseconds: 0 };
  const notes = createNotes((difference) => current.differences.push({ case: current.name, ...difference }));
  const open = (profile: Profile, door: Door): Promise<Caller> | Caller =>
    'codeBase' in door
      ? openCommandCaller(door.codeBase, profile, notes)
      : createCaller(door.url.replace(/\/+$/, ''), door.token, notes);
  const finish = (since: number) => {
    current.milliseconds = Math.round(performance.now() - since);
    outcomes.push(current);
    options.onCase?.(current);
  };
  const began = performance.now();
  let trial: Trial;
  try {
    const callers: Partial<Record<Profile, Caller>> = {};
    for (const [profile, door] of Object.entries(options.tokens) as [Profile, Door][])
      callers[profile] = await open(profile, door);
    trial = new Trial(notes, options, { callers, sameSite: await isSameSite(callers) });
  } catch (error) {
    noteFailure(notes, error, current.differences.length > 0);
    finish(began);
    return outcomes;
  }

  for (const { name, needs, run } of cases) {
    if (options.only && !options.only(name)) continue;
    current = { name, differences: [], milliseconds: 0 };
    const missing = needs.find((need) => !isMet(need, trial, options));
    const since = performance.now();
    if (missing) current.skipped = missing;
    else await run(trial).catch((error: unknown) => noteFailure(notes, error, current.differences.length > 0));
    finish(since);
  }
  current = { name: 'everything made is gone again', differences: [], milliseconds: 0 };
  const since = performance.now();
  await trial.clean();
  finish(since);
  return outcomes;
}

async function isSameSite(callers: Trial['callers']): Promise<boolean> {
  if (!callers.source || !callers.target) return false;
  const [source, target] = [await callers.source.call('get_site', {}), await callers.target.call('get_site', {})];
  return source.identifier === target.identifier;
}

function isMet(need: Need, trial: Trial, options: ConformanceOptions): boolean {
  switch (need) {
    case 'source':
    case 'target':
    case 'fleet':
      return trial.callers[need] !== undefined;
    case 'web':
      return trial.any.codeBase === undefined;
    case 'command':
      return trial.any.codeBase !== undefined;
    case 'same-site':
      return trial.sameSite;
    case 'course':
      return options.course !== undefined ? trial.callers.source !== undefined : trial.sameSite;
    case 'inherited':
      return options.inherited !== undefined && options.person !== undefined;
    case 'pairing':
      return options.pairing !== undefined;
    case 'rotate':
      return options.rotate === true;
    case 'slow':
      return options.slow === true;
  }
}

/** @param isNoted whether the case has written down already why it stopped; else an earlier one has */
function noteFailure(notes: ReturnType<typeof createNotes>, error: unknown, isNoted: boolean): void {
  if (error instanceof Stopped && isNoted) return;
  if (error instanceof Stopped) {
    const found = 'what an earlier case should have made';
    notes.differ({ function: 'the case', asked: '', expected: 'to begin', found: `not there: ${found}` });
    return;
  }
  const cause = error instanceof Error && error.cause ? ` (${String(error.cause)})` : '';
  notes.differ({ function: 'the case', asked: '', expected: 'to reach its end', found: `${String(error)}${cause}` });
}
