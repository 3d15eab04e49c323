import type { Request } from '@jouvence/contract';
import { Control } from './control.ts';
import type { DatabaseKind } from './databases.ts';
import { openRig, type Rig } from './rig.ts';
import type { MoodleSite } from './site.ts';

export interface Couple extends AsyncDisposable {
  rig: Rig;
  control: Control;
  source: MoodleSite;
  target: MoodleSite;
}

export interface CoupleOptions {
  /** Sites are called `{name}a` (source) and `{name}b` (target). */
  name: string;
  source?: string;
  target?: string;
  database?: DatabaseKind;
  /** Options of `pairs add`. */
  pair?: string[];
  /** Options of `serve`, and what its data directory holds before. */
  serve?: string[];
  prepare?: (dataDir: string) => void;
}

/** An old and a new Moodle, paired by Jouvence, with `prof.martin` on both, who may create courses on the new one. */
export async function openCouple({ name, database = 'pgsql', pair = [], ...options }: CoupleOptions): Promise<Couple> {
  const rig = openRig();
  const control = await Control.start(options.serve, options.prepare);
  const source = await rig.site({ name: `${name}a`, release: options.source ?? '4.5', database });
  const target = await rig.site({ name: `${name}b`, release: options.target ?? '4.5', database });
  await target.seed('target');
  await control.addSite(source, 'source');
  await control.addSite(target, 'target', ['--create-people']);
  await control.addPair(source.name, target.name, ['--create-people', ...pair]);
  return {
    rig,
    control,
    source,
    target,
    async [Symbol.asyncDispose]() {
      await control[Symbol.asyncDispose]();
      if (process.env.JOUVENCE_TEST_RIG_KEEP === '1') return;
      for (const site of [source, target]) await site.remove();
    },
  };
}

/** What became of a request, in one line: for the message of a failed assertion. */
export function say({ state, error, report }: Request): string {
  const lines = report.map(({ code, what }) => `${code}: ${what}`).join(' | ');
  return `${state}${error ? ` in ${error.step}: ${error.code}: ${error.message}` : ''} [${lines}]`;
}
