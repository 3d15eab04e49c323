import type { Category } from '@jouvence/protocol';
import type { Actor } from '../accounts/index.ts';
import type { Verdict } from '../catalogue/index.ts';
import type { AppError, ErrorCode } from '../errors.ts';
import { type Carried, showCarried } from './carried.ts';
import { countOpen } from './requests.sql.ts';
import type { CategoryReason } from './rules/category.ts';
import type { ChoiceName } from './rules/choices.ts';
import { type Considered, considerAll, enrolmentLine } from './rules/consider.ts';
import type { RefusalReason, RefusalValues } from './rules/refusal.ts';
import { type SendTools, tooManyOpen, whoAsks } from './send.ts';
import type { CarryOptions, CategoryWish, ReportLine, SendOptions } from './types.ts';

/** Why it cannot be sent like that. `reason` is stable; null: nothing of the rules, a site that fails for instance. */
export interface Problem {
  code: ErrorCode;
  reason: RefusalReason | null;
  /** In English; of a `reason`, `values` are what another language needs to say it. */
  message: string;
  values: RefusalValues;
}

/** What would become of one course if it were sent like that; what cannot be known because of a problem is null. */
export interface CheckedItem {
  source: string;
  courseid: number;
  course: { shortname: string; fullname: string; category: Category } | null;
  /** Of its files, as far as the source can tell. */
  fileBytes: number | null;
  verdict: Verdict | null;
  /** Where it would go, by name. `why`: it is the default one instead of the original, because. */
  category: {
    id: number;
    name: string;
    path: string[];
    wish: CategoryWish['kind'];
    why: { code: CategoryReason; key: string; message: string } | null;
  } | null;
  /** As it would be carried. */
  options: CarryOptions | null;
  /** Which of these may be chosen otherwise. */
  mayChoose: Record<ChoiceName, boolean> | null;
  /** In which role the person would be enrolled in the new course; null: not at all. */
  enrolledAs: string | null;
  /** What else is to be known before. */
  lines: ReportLine[];
  carried: Carried | null;
  problems: Problem[];
}

export interface Checked {
  target: string;
  person: string | null;
  /** Nothing stands in the way of sending it all like that. */
  ok: boolean;
  items: CheckedItem[];
}

/** The same rules as of `sendRequests`, asked now; changes nothing. One course's failure hides nothing of the others. */
export async function checkRequests(
  tools: Omit<SendTools, 'queue'>,
  actor: Actor,
  options: SendOptions,
  signal?: AbortSignal,
): Promise<Checked> {
  const asking = await whoAsks(tools, actor, options);
  const { target, person, sender } = asking;
  const considered = await considerAll(tools, asking, options.items, signal);
  // In whose name it is asked is not one course's affair.
  const speaking = considered.flatMap(({ ruling }) => ruling.problems).find(isAboutSpeaking);
  if (speaking) throw speaking;
  const items = considered.map((each) => describe(each, person));
  if (person !== null && sender.kind === 'person') {
    const { 'requests.openPerPerson': most } = await tools.settings.at({ target: target.id });
    const open = await countOpen(tools.store, target.id, person);
    // The first find room, the others do not.
    for (const [index, item] of items.entries())
      if (most > 0 && open + index + 1 > most) item.problems.push(problemOf(tooManyOpen(target, person, open, most)));
  }
  return { target: target.name, person, ok: items.every(({ problems }) => problems.length === 0), items };
}

const isAboutSpeaking = ({ details }: AppError): boolean => ['others', 'nobody'].includes(details.reason as string);

function describe({ item, ruling, outline, verdict, carried }: Considered, person: string | null): CheckedItem {
  const { source, course, category, options, choices, values } = ruling;
  return {
    source: source?.name ?? String(item.source),
    courseid: item.courseid,
    course: course && { shortname: course.shortname, fullname: course.fullname, category: course.category },
    fileBytes: outline?.filebytes ?? null,
    verdict,
    category: category && {
      id: category.category.id,
      name: category.category.name,
      path: category.category.path,
      wish: category.wish.kind,
      why: category.why,
    },
    options,
    mayChoose:
      choices &&
      (Object.fromEntries(Object.entries(choices).map(([name, ground]) => [name, ground !== null])) as NonNullable<
        CheckedItem['mayChoose']
      >),
    enrolledAs: person !== null && values?.['enrol.requester'] ? values['enrol.role'] : null,
    lines: [...ruling.lines, ...(options ? [enrolmentLine(options)] : [])],
    carried: carried && values && showCarried(carried, values, person),
    problems: ruling.problems.map(problemOf),
  };
}

function problemOf({ code, message, details }: AppError): Problem {
  return {
    code,
    message,
    reason: (details.reason as RefusalReason | undefined) ?? null,
    values: (details.values as RefusalValues | undefined) ?? {},
  };
}
