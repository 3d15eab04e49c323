import type { Line } from '@jouvence/contract';
import { type PageTranslator, reportText } from '@jouvence/i18n/browser';

export interface Words {
  text: string;
  /** As the server or a site said it, which the catalogue does not know in the reader's language. */
  isEnglish: boolean;
}

/** Why, or what to do, in the reader's language; English comes from where it happened, and knows more: names, versions. */
export function lineWords(line: Line, part: 'why' | 'todo', translator: PageTranslator): Words {
  if (translator.language === 'en') return { text: line[part], isEnglish: false };
  const text = reportText(translator, line, part);
  return text === undefined ? { text: line[part], isEnglish: true } : { text, isEnglish: false };
}

const activity = /^(\w+) “(.*)”$/s;
const counted = /^(\d+) of (\d+) (sections|files|people)$/;
const some = /^(\d+) (questions|people)$/;
const proof = /^people: (\d+), ids: (\d+), names: (\d+)$/;
const method = /^(\w+): (\d+) (?:person|people)$/;

/** Of what a line speaks. Most are names that somebody gave; the others the catalogue knows, or these shapes do. */
export function whatWords({ code, what }: Pick<Line, 'code' | 'what'>, { language, t, maybe }: PageTranslator): string {
  if (language === 'en') return what;
  const [, module, title] = activity.exec(what) ?? [];
  if (module) return t('report.what.activity', { module: maybe(`courses.module.${module}`) ?? module, title: title! });
  const [, part, all, thing] = counted.exec(what) ?? [];
  if (thing) return t('report.what.counted', { part: part!, all: all!, thing: thingWords(thing) });
  const [, number, kind] = some.exec(what) ?? [];
  if (kind) return t('report.what.some', { number: number!, thing: thingWords(kind) });
  const [, people, ids, names] = proof.exec(what) ?? [];
  if (names) return t('report.what.proof', { people: people!, ids: ids!, names });
  const [, name, count] = method.exec(what) ?? [];
  if (count && code.startsWith('enrolment')) return t('report.what.method', { method: name!, count: Number(count) });
  return maybe(`report.${code}.what`) ?? what;

  function thingWords(word: string): string {
    return maybe(`report.thing.${word}`) ?? word;
  }
}
