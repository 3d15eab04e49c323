import type { Answer, Carried, CheckedItem, Problem } from '@jouvence/contract';
import type { Translator } from '@jouvence/i18n';
import { errorCatalogue, isErrorCode } from '../errors.ts';
import { reportLines } from './report.ts';
import { renderFields, renderTable } from './table.ts';
import { harmless } from './terminal-text.ts';

type Checked = Answer<'requests.check'>;

/** What would become of each course: a table when there are several, and each of them whole. */
export function describeCheck(checked: Checked, translator: Translator, width: number | undefined): string {
  const { items, ok } = checked;
  const parts = items.map((item) => describeItem(item, translator));
  if (items.length > 1) parts.unshift(checkTable(items, translator, width));
  return [...parts, translator.t(ok ? 'cli.requests.canSend' : 'cli.requests.cannotSend')].join('\n\n');
}

/** Of the first that cannot be sent like that, as if it had been. */
export function exitCodeOfCheck({ items }: Checked): number {
  const code = items.flatMap(({ problems }) => problems)[0]?.code;
  if (code === undefined) return 0;
  return errorCatalogue[isErrorCode(code) ? code : 'internal'].exitCode;
}

function checkTable(items: readonly CheckedItem[], translator: Translator, width: number | undefined): string {
  const { t } = translator;
  return renderTable(
    [
      { title: t('cli.column.course') },
      { title: t('cli.column.fullname'), flexible: true },
      { title: t('cli.column.verdict'), flexible: true },
      { title: t('cli.column.category'), flexible: true },
    ],
    items.map((item) => [
      nameOf(item),
      item.course?.fullname ?? '',
      item.problems.length > 0 ? t('cli.field.problem') : verdictOf(item, translator),
      item.category?.path.join(' / ') ?? '',
    ]),
    width,
  );
}

const nameOf = ({ source, courseid }: CheckedItem): string => `${source}:${courseid}`;

const verdictOf = ({ verdict }: CheckedItem, { t }: Translator): string =>
  verdict === null ? '?' : t(`verdict.${verdict.kind}`);

function describeItem(item: CheckedItem, translator: Translator): string {
  const { t, bytes, maybe } = translator;
  const { course, category, options, mayChoose, enrolledAs, carried, problems, fileBytes, verdict, lines } = item;
  const fields: [string, string][] = [
    [t('cli.field.course'), course ? `${course.fullname} (${nameOf(item)})` : nameOf(item)],
    [t('cli.field.verdict'), verdictOf(item, translator)],
  ];
  if (fileBytes !== null) fields.push([t('cli.field.size'), bytes(fileBytes)]);
  if (category) {
    const { why, wish, path, name } = category;
    const said = why ? (maybe(`category.why.${why.code}`, { key: why.key }) ?? why.message) : t(`category.is.${wish}`);
    fields.push([t('cli.field.category'), `${path.join(' / ') || name} (${said})`]);
  }
  if (course && options && mayChoose) {
    const fixed = (may: boolean) => t(may ? 'cli.requests.choosable' : 'cli.requests.fixed');
    fields.push(
      [t('cli.field.people'), `${t(options.people ? 'yes' : 'no')} (${fixed(mayChoose.people)})`],
      [t('cli.field.enrolments'), `${options.enrolments} (${fixed(mayChoose.enrolments)})`],
    );
    if (options.keepIdnumber) fields.push([t('cli.field.keepIdnumber'), t('yes')]);
    if (options.keepFileAuthors) fields.push([t('cli.field.keepFileAuthors'), t('yes')]);
  }
  if (course && enrolledAs !== null) fields.push([t('cli.field.enrolledAs'), enrolledAs]);
  if (carried) fields.push([t('cli.field.carried'), carriedWords(carried, translator)]);
  if (carried?.arrived && carried.url !== null) fields.push(['', carried.url]);
  if (carried?.mayEnrol) fields.push(['', t('cli.requests.mayEnrol', { request: carried.request })]);
  for (const problem of problems) fields.push([t('cli.field.problem'), problemWords(problem, translator)]);
  const told = course ? [...(verdict?.reasons ?? []), ...lines] : [];
  return [renderFields(fields), ...(told.length > 0 ? [reportLines(told, translator)] : [])].join('\n');
}

export function carriedWords({ arrived, by, byKnown, at }: Carried, { t, time }: Translator): string {
  const key = arrived ? 'cli.requests.carried.arrived' : 'cli.requests.carried.onItsWay';
  return t(key, { by: by ?? t(byKnown ? 'cli.requests.nobody' : 'cli.requests.forgotten'), at: time(at) });
}

/** Of a rule in the reader's language; of a site's failure in what it said. */
function problemWords({ code, reason, message, values }: Problem, { maybe, language }: Translator): string {
  if (language === 'en') return harmless(message);
  const said = reason === null ? undefined : maybe(`refusal.${reason}`, values);
  return harmless(said ?? [maybe(`error.${code}`), message].filter(Boolean).join(' '));
}
