import { type AppError, toAppError } from '../../errors.ts';
import type { SettingValues } from '../../settings/index.ts';
import type { Site } from '../../sites/index.ts';
import type { ReportLine } from '../types.ts';
import { askSources } from './about-sources.ts';
import { type AboutTarget, askTarget } from './about-target.ts';
import { asksForOriginalInVain, chooseCategory, keyOf } from './category.ts';
import {
  type ChoiceName,
  choiceNames,
  choose,
  defaultsIn,
  groundFor,
  needsCapability,
  optionsOf,
  uphold,
} from './choices.ts';
import { refusal } from './refusal.ts';
import { askRights, type HeldRights, neededIn, roleMissing } from './rights.ts';
import { type Asking, begin, type Ruling, type Tools, type Wish } from './ruling.ts';

/*
 * The rules for carrying courses, all of them, in one place. They are decided by what both sites and the settings say
 * at this moment: when somebody looks (`requests.check`), when a request is sent, when it is carried, and before the
 * target restores, because between these anything may have been taken away. Nothing that decides a right is remembered.
 *
 * Per target: who the person is, and whether the sender may speak for that person; the categories. Per source: what the
 * person holds there. Then, in one call for all courses: the person's rights in the categories where they would go.
 */

/**
 * In the order of the wishes; nothing is thrown but an abort: each course has its own problems. `meanwhile` is what else
 * is to be asked about them, once it is known which are the person's, while the person's rights are asked about.
 */
export async function decideRules(
  tools: Tools,
  asking: Asking,
  wishes: readonly Wish[],
  { signal, meanwhile }: { signal?: AbortSignal; meanwhile?: (rulings: readonly Ruling[]) => Promise<void> } = {},
): Promise<Ruling[]> {
  const { target } = asking;
  const makings = await Promise.all(wishes.map((wish) => begin(tools, target, wish)));
  const rulings = makings.map(({ ruling }) => ruling);
  const shared = askTarget(tools, asking, makings, signal);
  const [about] = await Promise.all([shared, askSources(tools, asking, shared, makings, wishes, signal)]);
  for (const [index, { ruling, keyRefused }] of makings.entries())
    place(ruling, wishes[index]!, asking, about, keyRefused);
  const [rights] = await Promise.all([askAllRights(tools, asking, rulings, about, signal), meanwhile?.(rulings)]);
  for (const [index, ruling] of rulings.entries())
    settle(ruling, wishes[index]!, asking, { rights, roles: about.roles });
  signal?.throwIfAborted();
  return rulings;
}

/** Into which category it would go. */
function place(
  ruling: Ruling,
  wish: Wish,
  { target, sender }: Asking,
  { categories, siteDefaultId }: AboutTarget,
  sourceRefused: string | null,
): void {
  const { values, course } = ruling;
  if (!values) return;
  const listed = categories.get(keyOf(values) ?? '')!;
  if (listed instanceof Error) return void ruling.problems.push(listed);
  if (!course) return;
  const operator = sender.kind !== 'person';
  try {
    ruling.category = chooseCategory({
      wish: wish.category,
      values,
      operator,
      original: course.category,
      keyRefused: sourceRefused ?? listed.keyRefused,
      categories: listed.categories,
      siteDefaultId,
      target: target.name,
    });
    if (!('asked' in wish.options) && asksForOriginalInVain(wish.category, values, operator)) {
      const message = `${target.name}: courses are not put into their original category there (category.original): leave it out, or ask for the default one`;
      ruling.problems.push(refusal('not-allowed', 'category-original-off', message, { target: target.name }));
    }
  } catch (thrown) {
    ruling.problems.push(toAppError(thrown));
  }
}

/** Null: nobody's rights are asked about. */
async function askAllRights(
  { sites }: Tools,
  { target, sender }: Asking,
  rulings: readonly Ruling[],
  { person }: AboutTarget,
  signal?: AbortSignal,
): Promise<HeldRights | null> {
  if (person === null || person instanceof Error) return null;
  const operator = sender.kind !== 'person';
  const placed = rulings.filter(({ category }) => category !== null);
  try {
    return await askRights(
      { sites, target, person, signal },
      {
        capable: !operator && rulings.some(({ values }) => values && needsCapability(values)),
        in: placed.map(({ category, values }) => ({
          category: category!.category,
          needed: neededIn(category!, values!, operator),
        })),
      },
    );
  } catch (thrown) {
    for (const ruling of rulings) ruling.problems.push(toAppError(thrown));
    return null;
  }
}

/** Rights in that category, and what comes with the course. */
function settle(
  ruling: Ruling,
  wish: Wish,
  { target, sender }: Asking,
  { rights, roles }: { rights: HeldRights | null; roles: AboutTarget['roles'] },
): void {
  const { source, category, problems } = ruling;
  if (!ruling.values) return;
  const { values, lines: about } = givenBy(source, ruling.values);
  ruling.lines.push(...about);
  const operator = sender.kind !== 'person';
  if (category && rights) {
    try {
      rights.require(category.category, neededIn(category, values, operator));
    } catch (thrown) {
      problems.push(toAppError(thrown));
    }
  }
  // A target that does not answer has a problem already.
  const missing = roles instanceof Error ? null : roleMissing(target, values, roles);
  if (missing) problems.push(missing);
  const chooser = { operator, capable: rights?.capable ?? false };
  ruling.choices = Object.fromEntries(
    choiceNames.map((name) => [
      name,
      name === 'people' && source?.abilities.people === false ? null : groundFor(name, values, chooser),
    ]),
  ) as unknown as Ruling['choices'];
  if ('asked' in wish.options) {
    const { asked, current } = wish.options;
    const { options, withdrawn, lines } = uphold(asked, current, values, chooser);
    Object.assign(ruling, { asked, options });
    ruling.lines.push(...lines);
    // What could not be asked is a problem already, and says more.
    if (withdrawn.length > 0 && problems.length === 0) problems.push(lostRight(target, ruling, withdrawn));
    return;
  }
  const { asked, refused } = choose(wish.options, values, chooser);
  Object.assign(ruling, { asked, options: optionsOf(asked) });
  // Whose rights could not be asked has a problem already.
  if (operator || rights) problems.push(...refused.map((name) => notChosen(target, values, name)));
}

/** Where participants' data are the default and the source has none to give, the course comes without, and it is said. */
function givenBy(source: Site | null, values: SettingValues): { values: SettingValues; lines: ReportLine[] } {
  if (!source || source.abilities.people || !values['requests.people']) return { values, lines: [] };
  const line: ReportLine = {
    code: 'people-not-given',
    severity: 'warning',
    what: source.name,
    why: 'The settings would have participants’ data come; this version of Strasbourg’s block gives none.',
    todo: 'If they are needed, have the block updated to 3.0 or later, or local_jouvence installed on the source.',
    values: { source: source.name },
  };
  return { values: { ...values, 'requests.people': false }, lines: [line] };
}

const capability = 'local/jouvence:chooseuserdata';

function notChosen({ name: target }: Site, values: SettingValues, name: ChoiceName): AppError {
  const said = String(defaultsIn(values)[name]);
  const message = `${target}: ${name} is not yours to choose: it is “${said}” there. It is chosen by operators, and where the settings say so by who holds ${capability}: leave it out`;
  return refusal('not-allowed', `${name}-choice`, message, { target, value: said, capability });
}

function lostRight({ name: target }: Site, { person }: Ruling, names: ChoiceName[]): AppError {
  const username = person?.username ?? '';
  const message = `${target}: ${username} does not hold ${capability} any more, by which it was asked for (${names.join(', ')}): nothing is carried. Ask again without it`;
  return refusal('not-allowed', 'right-withdrawn', message, { target, person: username, capability });
}
