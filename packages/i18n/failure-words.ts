import { joined, type KeptSaid } from './failures/index.ts';
import { reportText, reportWhat } from './report-words.ts';
import type { Language, Translator } from './translate.ts';

/** What went wrong, as it is told to programs. */
interface Told {
  code: string;
  message: string;
  said?: readonly KeptSaid[];
}

/** A piece of a text; `foreign`: as another machine said it, in English whatever the reader speaks. */
export interface Part {
  text: string;
  foreign: boolean;
}

type Speaker = { language: Language } & Pick<Translator, 'maybe'>;

/** What went wrong, in the reader's language; only what another machine said stands there as it said it. */
export function failureParts(speaker: Speaker, { message, said = [] }: Told): Part[] {
  const { language } = speaker;
  if (language === 'en') return [{ text: message, foreign: false }];
  const sentences = said.map((each) => sentenceOf(speaker, each));
  const isWhole = sentences.length > 0 && sentences.every((text) => text !== undefined);
  if (isWhole) return partsOf(joined(sentences as string[]));
  return [{ text: message, foreign: true }];
}

/** The same as one text. */
export const failureText = (speaker: Speaker, told: Told): string =>
  failureParts(speaker, told)
    .map(({ text }) => text)
    .join('');

/** By the catalogue; a line of a verdict or a report is said as there. */
function sentenceOf(speaker: Speaker, { reason, values }: KeptSaid): string | undefined {
  const { maybe } = speaker;
  // It says no more than its code does.
  if (reason === 'plain') return maybe(`error.${values.code}`);
  if (reason === 'report') {
    const { code, what, site, ...named } = values;
    const line = { code: String(code), what: String(what), values: named };
    const why = reportText(speaker, line, 'why');
    const todo = reportText(speaker, line, 'todo');
    if (why === undefined) return undefined;
    const colon = speaker.language === 'fr' ? '\u00a0: ' : ': ';
    return joined([[site, reportWhat(line, speaker), why].filter(Boolean).join(colon), ...(todo ? [todo] : [])]);
  }
  const filled = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      name === 'quoted'
        ? `${begins}${String(value).replace(/[\u0002\u0003]/g, '')}${ends}`
        : name === 'function' || name === 'kind'
          ? (maybe(`failureThing.${value}`) ?? value)
          : value,
    ]),
  );
  return maybe(`failure.${reason}`, filled) ?? maybe(`refusal.${reason}`, filled);
}

/** Around what another machine said, until the parts are taken apart. */
const [begins, ends] = ['\u0002', '\u0003'];

const partsOf = (text: string): Part[] =>
  text
    .split(/(\u0002[^\u0003]*\u0003)/)
    .filter((part) => part !== '')
    .map((part) =>
      part.startsWith(begins) ? { text: part.slice(1, -1), foreign: true } : { text: part, foreign: false },
    );
