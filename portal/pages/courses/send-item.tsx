import { ApiError, type Carried, type CheckedItem, type Line, type Problem } from '@jouvence/contract';
import { nameText } from '@jouvence/i18n/browser';
import { CircleAlert, CircleMinus, ExternalLink, FolderInput, UserCheck, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLanguage } from '../../language.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { explain } from '../../ui/error-note.tsx';
import type { BasketTools, Choices, Ticked } from './basket.ts';
import { type CategoryWish, ChoiceFields, type SiteCategory } from './choice-fields.tsx';
import { forWhomCannotKeep, Reasons } from './reasons.tsx';
import type { Scope } from './scope.ts';
import { VerdictBadge } from './verdict-note.tsx';
import { choicesOf } from './wish.ts';

/** What would become of one course if it were sent like this; what stands in its way, and how to get past it. */
export function SendItem({
  ticked,
  item,
  several,
  scope,
  categories,
  tools,
  onLeaveOut,
}: {
  ticked: Ticked;
  /** Null: it is being looked at. */
  item: CheckedItem | null;
  several: boolean;
  scope: Scope;
  /** That an operator may choose from. */
  categories: readonly SiteCategory[];
  tools: BasketTools;
  onLeaveOut(): void;
}) {
  const { t, bytes } = useLanguage();
  const { key, fullname, shortname, title } = ticked;
  // What was chosen stands there at once, whatever becomes of it.
  const { category, ...chosen } = choicesOf(tools.basket, key);
  const size = item?.fileBytes ?? ticked.fileBytes;
  const leaveOut = (
    <Button small onClick={onLeaveOut} aria-label={t('courses.send.leaveOut.label', { name: fullname })}>
      <CircleMinus className="size-4" aria-hidden="true" />
      {t('courses.send.leaveOut')}
    </Button>
  );
  return (
    <li className="space-y-3 rounded-lg border border-line bg-surface p-4">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <div className="min-w-0 flex-1 basis-48">
          <h4 className="font-medium">
            <bdi>{fullname}</bdi>
          </h4>
          <p className="text-sm text-muted">
            <bdi>{title}</bdi> · <bdi>{shortname}</bdi>
            {size !== null && ` · ${bytes(size)}`}
          </p>
        </div>
        {item && item.problems.length > 0 ? (
          <Badge tone="bad" icon={<CircleAlert className="size-4" aria-hidden="true" />}>
            {t('courses.send.refused')}
          </Badge>
        ) : (
          item?.verdict && <VerdictBadge kind={item.verdict.kind} />
        )}
      </div>
      {item?.problems.map((problem) => (
        <ProblemNote
          key={`${problem.code} ${problem.reason}`}
          problem={problem}
          item={item}
          scope={scope}
          choose={(choices) => tools.choose(choices, key)}
        >
          {leaveOut}
        </ProblemNote>
      ))}
      {item?.carried && item.problems.length === 0 && (
        <Callout>
          <CarriedWords carried={item.carried} scope={scope} />
        </Callout>
      )}
      {item && <Facts item={item} person={scope.named} />}
      {item && <Reasons lines={linesOf(item)} />}
      {item?.problems.length === 0 && item.verdict?.kind === 'not' && leaveOut}
      {several && item?.options && item.mayChoose && (
        <details>
          <summary className="text-sm text-primary">
            {t('courses.choose.own')}
            <span className="sr-only">
              {' '}
              (<bdi>{fullname}</bdi>)
            </span>
          </summary>
          <div className="mt-3 space-y-3 border-l-2 border-line pl-3">
            <ChoiceFields
              may={item.mayChoose}
              options={{ ...item.options, ...chosen }}
              category={category ?? wishOf(item)}
              categories={categories}
              onChoose={(choices) => tools.choose(choices, key)}
            />
            {item.problems.length === 0 && leaveOut}
          </div>
        </details>
      )}
    </li>
  );
}

/** The category it would go to now, as one would say it. */
export function wishOf({ category }: CheckedItem): CategoryWish | undefined {
  if (!category) return undefined;
  return category.wish === 'id' ? { kind: 'id', id: category.id } : { kind: category.wish };
}

/** How people are enrolled stands with who comes. */
function linesOf({ verdict, lines, mayChoose }: CheckedItem): Line[] {
  const said = [...(verdict?.reasons ?? []), ...lines].filter(({ code }) => !code.startsWith('enrolments-'));
  return mayChoose?.keepIdnumber ? said : forWhomCannotKeep(said);
}

/** Who brought it, or asked for it, when, to where; and the way there. */
function CarriedWords({ carried: { arrived, by, byKnown, at, url }, scope }: { carried: Carried; scope: Scope }) {
  const { t, maybe, locale } = useLanguage();
  const isOwn = by === scope.person && scope.named === null;
  const whose = !byKnown ? 'forgotten' : by === null ? 'nobody' : isOwn ? 'own' : 'other';
  return (
    <p>
      <bdi>
        {t(`courses.send.carried.${arrived ? 'arrived' : 'coming'}.${whose}`, {
          by: nameText({ maybe }, by ?? ''),
          target: scope.targetTitle,
          at: new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(at),
        })}
      </bdi>{' '}
      {url && (
        <a href={url} className="inline-flex items-center gap-1 text-primary underline">
          {t('courses.carried.open')}
          <ExternalLink className="size-3.5" aria-hidden="true" />
        </a>
      )}
    </p>
  );
}

/** Where it goes, who comes with it, and whether the person will be in it. */
function Facts({ item: { category, options, enrolledAs }, person }: { item: CheckedItem; person: string | null }) {
  const { t, maybe } = useLanguage();
  const path = category && (category.path.join(' / ') || category.name);
  return (
    <ul className="space-y-1 text-sm">
      {category && (
        <Fact icon={<FolderInput className="mt-0.5 size-4 shrink-0 text-muted" aria-hidden="true" />}>
          <span className="sr-only">{t('courses.send.category')} </span>
          <bdi className="font-medium">{path}</bdi>
          {' – '}
          {category.why
            ? (maybe(`category.why.${category.why.code}`, { key: category.why.key }) ?? category.why.message)
            : t(`category.is.${category.wish}`)}
        </Fact>
      )}
      {options && (
        <Fact icon={<Users className="mt-0.5 size-4 shrink-0 text-muted" aria-hidden="true" />}>
          {t(`courses.send.comes.${options.enrolments}-${options.people ? 'people' : 'nobody'}`)}
        </Fact>
      )}
      {enrolledAs && (
        <Fact icon={<UserCheck className="mt-0.5 size-4 shrink-0 text-muted" aria-hidden="true" />}>
          {t(person === null ? 'courses.send.enrolledAs' : 'courses.send.enrolledAs.operator', {
            role: maybe(`courses.role.${enrolledAs}`) ?? enrolledAs,
            person: person ?? '',
          })}
        </Fact>
      )}
    </ul>
  );
}

const Fact = ({ icon, children }: { icon: ReactNode; children: ReactNode }) => (
  <li className="flex gap-2">
    {icon}
    <span className="min-w-0">{children}</span>
  </li>
);

function ProblemNote({
  problem: { code, reason, message, values },
  item,
  scope,
  choose,
  children,
}: {
  problem: Problem;
  item: CheckedItem;
  scope: Scope;
  choose(choices: Choices): void;
  children: ReactNode;
}) {
  const language = useLanguage();
  const { t } = language;
  const { what, detail } = explain(
    new ApiError(code, message, 409, { ...(reason && { reason }), values }, ''),
    language,
    { person: !scope.operate },
  );
  const way = wayOut(reason, item);
  return (
    <Callout tone="bad">
      {item.carried && (reason === 'carried-already' || reason === 'on-its-way') ? (
        <CarriedWords carried={item.carried} scope={scope} />
      ) : (
        <p>
          <bdi>{what}</bdi>
        </p>
      )}
      {detail && (
        <p className="text-sm" lang="en">
          <bdi>{detail}</bdi>
        </p>
      )}
      <div className="flex flex-wrap gap-2 pt-1">
        {way && (
          <Button small onClick={() => choose(way.choices)}>
            {t(way.text)}
          </Button>
        )}
        {children}
      </div>
    </Callout>
  );
}

/** What is chosen otherwise makes it possible. */
function wayOut(reason: string | null, { options }: CheckedItem) {
  if (reason === 'people-not-given') return { text: 'courses.send.way.noPeople', choices: { people: false } } as const;
  if (reason === 'category-original-off')
    return { text: 'courses.send.way.default', choices: { category: { kind: 'default' } } } as const;
  const name = /^(people|enrolments|keepIdnumber|keepFileAuthors)-choice$/.exec(reason ?? '')?.[1] as
    | 'people'
    | undefined;
  if (name && options) return { text: 'courses.send.way.usual', choices: { [name]: options[name] } } as const;
  return null;
}
