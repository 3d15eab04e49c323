import { z } from 'zod';
import { type Definition, definitions, type SettingKey } from './definitions.ts';

const yes = new Set(['true', 'yes', 'on', '1', 'oui']);
const no = new Set(['false', 'no', 'off', '0', 'non']);

/**
 * A value as a person types it, or as the environment holds it: yes or no, a number, names by commas. What cannot be
 * read so stays text, and the setting's own schema says what is expected.
 */
export function readSettingText(key: SettingKey, text: string): unknown {
  const given = text.trim();
  let { schema } = definitions[key] as Definition;
  if (schema instanceof z.ZodNullable) {
    if (given === '' || given === 'null') return null;
    schema = schema.unwrap() as z.ZodType;
  }
  if (schema instanceof z.ZodBoolean) {
    const word = given.toLowerCase();
    return yes.has(word) ? true : no.has(word) ? false : given;
  }
  if (schema instanceof z.ZodNumber) return /^-?\d+(\.\d+)?$/.test(given) ? Number(given) : given;
  if (schema instanceof z.ZodArray)
    return (
      given
        // As programs write a list.
        .replace(/^\[(.*)\]$/s, (_, inner: string) => inner.replaceAll('"', ''))
        .split(/[,\n]/)
        .map((each) => each.trim())
        .filter((each) => each !== '')
    );
  return given;
}

/** The same the other way round: `readSettingText` reads it as it was. */
export function writeSettingText(value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return Array.isArray(value) ? value.join(', ') : String(value);
}
