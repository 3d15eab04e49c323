import type { RequestRow } from '../requests.sql.ts';
import type { Ends } from '../restore-step.ts';
import type { CarryOptions } from '../types.ts';
import { type Asked, choiceNames, optionsOf } from './choices.ts';
import { decideRules } from './decide.ts';
import { type AllowedRuling, mustBeAllowed, type Tools } from './ruling.ts';

/** What is carried of a request, as its row has it. */
export const carriedOf = ({ people, enrolments, keepIdnumber, keepFileAuthors }: RequestRow): CarryOptions => ({
  people,
  enrolments,
  keepIdnumber,
  keepFileAuthors,
});

/**
 * The rules once more, for a request that was sent: when it begins, of what was asked for; before it is delivered, of
 * what is on its way. @throws AppError when it may not be carried any more
 */
export async function decideAgain(
  tools: Tools,
  { request, source, target }: Pick<Ends, 'request' | 'source' | 'target'>,
  what: 'asked' | 'carried',
  signal?: AbortSignal,
): Promise<AllowedRuling> {
  const asked = request.asked ?? askedBefore(request);
  const current = what === 'asked' ? optionsOf(asked) : carriedOf(request);
  const { courseid, category, person, sender } = request;
  const wish = { source: source.id, courseid, category, options: { asked, current } };
  const [ruling] = await decideRules(tools, { target, person, sender }, [wish], { signal });
  return mustBeAllowed(ruling!);
}

/** Of a row from before grounds were kept. */
function askedBefore(request: RequestRow): Asked {
  const ground = request.sender.kind === 'person' ? 'default' : 'operator';
  const current = carriedOf(request);
  return Object.fromEntries(choiceNames.map((name) => [name, { value: current[name], ground }])) as unknown as Asked;
}

export const isSame = (one: CarryOptions, other: CarryOptions): boolean =>
  choiceNames.every((name) => one[name] === other[name]);

/** As columns of the request. */
export const asColumns = ({ people, enrolments, keepIdnumber, keepFileAuthors }: CarryOptions) => ({
  people,
  enrolments,
  keep_idnumber: keepIdnumber,
  keep_file_authors: keepFileAuthors,
});
