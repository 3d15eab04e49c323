import { z } from 'zod';
import { time } from '../values.ts';

/** What can be decided, and what is in force. */

/** What a setting takes, and so by what control it is changed. */
export const settingForm = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('yes') }),
  z.object({ kind: z.literal('number'), min: z.number(), max: z.number() }),
  z.object({ kind: z.literal('choice'), choices: z.array(z.string()).readonly() }),
  /** Texts, in an order that says nothing. */
  z.object({ kind: z.literal('list'), most: z.number() }),
  z.object({ kind: z.literal('text') }),
  /** Weekly windows: `mon-fri 20:00-06:00; sat,sun 00:00-24:00`; empty: always. */
  z.object({ kind: z.literal('hours') }),
  /** Time zone by its IANA name; empty: another rule says which. */
  z.object({ kind: z.literal('zone') }),
  /** Id of a category of the target; null: another rule says which. */
  z.object({ kind: z.literal('category') }),
]);

/** A place where somebody set a value; neither: the fleet. */
export const settingPlace = z.object({
  target: z.string().nullable(),
  source: z.string().nullable(),
  value: z.unknown(),
  at: time,
  by: z.string(),
});

/** One setting, somewhere. What it means is `setting.<key>` of the catalogue. */
export const setting = z.object({
  key: z.string(),
  value: z.unknown(),
  /** Where the value in force comes from. */
  origin: z.enum(['default', 'fleet', 'target', 'source', 'pair', 'file', 'environment']),
  /** Fixed by the file or the environment: it cannot be changed here. */
  locked: z.boolean(),
  fallback: z.unknown(),
  /** How narrowly it may be set. */
  reach: z.enum(['fleet', 'target', 'source', 'pair']),
  /** The same in Strasbourg's block. */
  strasbourg: z.string().nullable(),
  form: settingForm,
  /** When the value in force was set, and by whom; null: it is the default, or fixed. */
  changed: z.object({ at: time, by: z.string() }).nullable(),
});

/** The same, with where else it was set, as far as the caller has to do with those sites. */
export const listedSetting = setting.extend({ places: z.array(settingPlace) });

export type Setting = z.output<typeof setting>;
export type ListedSetting = z.output<typeof listedSetting>;
export type SettingForm = z.output<typeof settingForm>;
