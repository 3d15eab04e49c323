import { failuresEn } from './en.ts';

type Texts = typeof failuresEn;
type Holes<Text extends string> = Text extends `${string}{{${infer Hole}}}${infer Rest}` ? Hole | Holes<Rest> : never;

/** Why something went wrong; `failure.<reason>` is its sentence in the catalogue of texts. */
export type FailureReason = keyof Texts extends infer Key
  ? Key extends `failure.${infer Reason}`
    ? Reason
    : never
  : never;

/** A sentence of what went wrong, to be put into words of whichever language: its reason, and exactly what it names. */
export type Said<Known extends string = never> = {
  [Reason in FailureReason]: {
    reason: Reason;
    values: Record<Exclude<Holes<Texts[`failure.${Reason}`]>, Known>, string | number>;
  };
}[FailureReason];

/** As it is kept, and told to programs: of a version that may know other reasons. */
export interface KeptSaid {
  reason: string;
  values: Record<string, string | number>;
}

/** In English, which is what a message is in. */
export function inEnglish(said: readonly KeptSaid[]): string {
  return joined(
    said.map(({ reason, values }) =>
      ((failuresEn as Record<string, string>)[`failure.${reason}`] ?? reason).replace(
        /\{\{(\w+)\}\}/g,
        (_, name: string) => String(values[name] ?? ''),
      ),
    ),
  );
}

/** Sentences one after the other; only what is followed by another ends with a full stop. */
export const joined = (sentences: readonly string[]): string =>
  sentences.map((text, index) => (index === sentences.length - 1 || /[.!?]$/.test(text) ? text : `${text}.`)).join(' ');
