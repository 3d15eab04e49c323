import { createTranslator, lineByTitles, valuesByTitles } from '@jouvence/i18n';
import type { Actor, PersonActor } from '../accounts/index.ts';
import { AppError } from '../errors.ts';
import type { Sites } from '../sites/index.ts';

/**
 * Operators give sites names, and call them by these on the command line. Whoever came in from a site knows that one and
 * the old ones by what they call themselves: so it is said to them, here and nowhere else, in everything that is told in
 * sentences. Only of their own site and its sources: of no other anything is told, not even what it is called.
 */
export interface SiteTitles {
  /** What somebody is told, with sites as that person calls them. */
  tell<T>(actor: Actor | null, answer: T): Promise<T>;
  /** The same of an error. */
  refuse(actor: Actor | null, thrown: unknown): Promise<unknown>;
}

type Titles = ReadonlyMap<string, string>;
type Values = Record<string, string | number>;

export function createSiteTitles(sites: Sites): SiteTitles {
  /** What is said is worth more than what sites are called in it: none, where that cannot be known. */
  async function titlesFor({ siteId }: PersonActor): Promise<Titles> {
    try {
      const sources = (await sites.pairs.sourcesOf(siteId)).map(({ source }) => source);
      return new Map([await sites.get(siteId), ...sources].map(({ name, title }) => [name, title || name]));
    } catch {
      return new Map();
    }
  }
  return {
    async tell(actor, answer) {
      if (actor?.kind !== 'person' || !someSentence(answer)) return answer;
      return retold(answer, await titlesFor(actor)) as typeof answer;
    },
    async refuse(actor, thrown) {
      if (actor?.kind !== 'person' || !(thrown instanceof AppError)) return thrown;
      const { code, message, details, said } = thrown;
      if (!isValues(details.values) && said.length === 0) return thrown;
      const titles = await titlesFor(actor);
      const named = isValues(details.values) ? { ...details, values: valuesByTitles(details.values, titles) } : details;
      const retold = said.map(({ reason, values }) => ({ reason, values: valuesByTitles(values, titles) }));
      return new AppError(code, message, { details: named, said: retold, cause: thrown });
    },
  };
}

const english = createTranslator('en');

/** Lines of reports and verdicts, and problems with what their sentences need. */
function retold(part: unknown, titles: Titles): unknown {
  if (Array.isArray(part)) return part.map((each) => retold(each, titles));
  if (!isPlain(part)) return part;
  if (isLine(part)) return lineByTitles(part, titles, english);
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [
      key,
      key === 'values' && isValues(value) ? valuesByTitles(value, titles) : retold(value, titles),
    ]),
  );
}

function someSentence(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(someSentence);
  if (!isPlain(part)) return false;
  return isLine(part) || isValues(part.values) || Object.values(part).some(someSentence);
}

/** And no date. */
const isPlain = (part: unknown): part is Record<string, unknown> =>
  typeof part === 'object' && part !== null && Object.getPrototypeOf(part) === Object.prototype;

const isValues = (part: unknown): part is Values => isPlain(part);

const isLine = (part: Record<string, unknown>): part is { code: string; what: string; why: string; todo: string } =>
  ['code', 'what', 'why', 'todo'].every((key) => typeof part[key] === 'string');
