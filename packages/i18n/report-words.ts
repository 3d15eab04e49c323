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
