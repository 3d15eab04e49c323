import type { Language, Translator } from './translate.ts';

/** A line of a report or of a verdict, as far as it is said in words. */
interface Said {
  code: string;
  what: string;
  values?: Record<string, string | number>;
}

/** What a report or a verdict says by such a code, and by name where the line has the names; undefined: no such code. */
export function reportText(
  { maybe }: Pick<Translator, 'maybe'>,
  { code, what, values }: Said,
  part: 'why' | 'todo',
): string | undefined {
  const named = values && maybe(`report.${code}.${part}.named`, values);
  return named ?? maybe(`report.${code}.${part}`, { what });
}

type Values = Record<string, string | number>;

/** Of what a sentence needs, those that are names of sites. */
const siteNames = ['source', 'target', 'site'];

/** Values of a sentence with sites as people call them: `titles` by name; what has no title there stays. */
export function valuesByTitles(values: Values, titles: ReadonlyMap<string, string>): Values {
  const called = siteNames.flatMap((key) => {
    const title = titles.get(String(values[key]));
    return title === undefined ? [] : [[key, title] as const];
  });
  return called.length === 0 ? values : { ...values, ...Object.fromEntries(called) };
}

/**
 * A line as it is told to somebody who knows sites by their titles, and not by the names that operators gave them. The
 * sentences of where it happened may name one: such a sentence gives way to the catalogue's, if that has one of the code.
 */
export function lineByTitles<L extends Said & { why: string; todo: string }>(
  line: L,
  titles: ReadonlyMap<string, string>,
  english: Pick<Translator, 'maybe'>,
): L {
  // Something else may be called as a site is, such as an activity.
  const isSite = siteNames.some((key) => line.values?.[key] === line.what);
  const told: L = {
    ...line,
    what: (isSite && titles.get(line.what)) || line.what,
    ...(line.values && { values: valuesByTitles(line.values, titles) }),
  };
  const named = [...titles.keys()].map((name) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`));
  for (const part of ['why', 'todo'] as const)
    if (named.some((name) => name.test(line[part]))) told[part] = reportText(english, told, part) ?? line[part];
  return told;
}

const activity = /^(\w+) “(.*)”$/s;
const lost = /^(.*) \((\w+)\)$/s;
const counted = /^(\d+) of (\d+) (sections|files|people)$/;
const some = /^(\d+) (questions|people)$/;
const proof = /^people: (\d+), ids: (\d+), names: (\d+)$/;
const method = /^(\w+): (\d+) (?:person|people)$/;
const choice = /^(\w+): (\w+)$/;
const block = /^Strasbourg’s block ?(.*)$/s;

/** Of what a line speaks. Most are names that somebody gave; the others the catalogue knows, or these shapes do. */
export function reportWhat(
  { code, what }: Pick<Said, 'code' | 'what'>,
  { language, maybe }: { language: Language } & Pick<Translator, 'maybe'>,
): string {
  if (language === 'en') return what;
  return inShape() ?? maybe(`report.${code}.what`) ?? what;

  function inShape(): string | undefined {
    const [, module, title] = activity.exec(what) ?? [];
    if (module) return say('activity', { module: moduleWords(module), title: title! });
    const [, name, kind] = (code === 'activity-lost' && lost.exec(what)) || [];
    if (kind) return say('activity', { module: moduleWords(kind), title: name! });
    const [, part, all, thing] = counted.exec(what) ?? [];
    if (thing) return say('counted', { part: part!, all: all!, thing: word('thing', thing) });
    const [, number, things] = some.exec(what) ?? [];
    if (things) return say('some', { number: number!, thing: word('thing', things) });
    const [, people, ids, names] = proof.exec(what) ?? [];
    if (names) return say('proof', { people: people!, ids: ids!, names });
    const [, way, count] = (code.startsWith('enrolment') && method.exec(what)) || [];
    if (count) return say('method', { method: way!, count: Number(count) });
    const [, choosable, value] = (code.endsWith('-not-chosen') && choice.exec(what)) || [];
    if (value) return say('choice', { choice: word('choice', choosable!), value: word('choice', value) });
    const version = block.exec(what)?.[1];
    if (version !== undefined) return say('block', { version })?.trim();
    return code.startsWith('enrolments-') ? maybe(`report.choice.${what}`) : undefined;
  }

  function say(shape: string, values: Record<string, string | number>): string | undefined {
    return maybe(`report.what.${shape}`, values);
  }
  function word(of: 'thing' | 'choice', said: string): string {
    return maybe(`report.${of}.${said}`) ?? said;
  }
  function moduleWords(module: string): string {
    return maybe(`courses.module.${module}`) ?? module;
  }
}
