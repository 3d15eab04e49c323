import { z } from 'zod';
import { type Definition, definitions, type SettingKey } from './definitions.ts';

/** What a setting takes, for whoever shows a control for it. */
export type SettingForm =
  | { kind: 'yes' | 'text' | 'hours' | 'zone' | 'category' }
  | { kind: 'number'; min: number; max: number }
  | { kind: 'choice'; choices: readonly string[] }
  | { kind: 'list'; most: number };

/** Texts and numbers that mean more than their schema says. */
const meanings: Partial<Record<SettingKey, SettingForm>> = {
  'category.default': { kind: 'category' },
  'queue.hours': { kind: 'hours' },
  'queue.zone': { kind: 'zone' },
};

export function formOf(key: SettingKey): SettingForm {
  const { schema } = definitions[key] as Definition;
  const meaning = meanings[key];
  if (meaning) return meaning;
  if (schema instanceof z.ZodBoolean) return { kind: 'yes' };
  if (schema instanceof z.ZodNumber) return { kind: 'number', min: schema.minValue ?? 0, max: schema.maxValue ?? 1e9 };
  if (schema instanceof z.ZodEnum) return { kind: 'choice', choices: schema.options as string[] };
  if (schema instanceof z.ZodArray) return { kind: 'list', most: mostOf(schema) };
  return { kind: 'text' };
}

/** How many a list may have. */
function mostOf(schema: z.ZodArray): number {
  const most = schema._zod.def.checks?.flatMap(({ _zod: { def } }) =>
    def.check === 'max_length' ? [(def as z.core.$ZodCheckMaxLengthDef).maximum] : [],
  );
  return most?.[0] ?? 200;
}
