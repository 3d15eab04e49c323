import type { Input, ListedRequest, Request } from '@jouvence/contract';
import { failureText, nameText, type Translator } from '@jouvence/i18n';
import { badValue } from './cli.ts';
import { reportLines } from './report.ts';
import { renderFields, renderTable } from './table.ts';

export function requestTable(
  requests: readonly (Request | ListedRequest)[],
  translator: Translator,
  width: number | undefined,
): string {
  const { t, time } = translator;
  const arrive = requests.some(({ queue }) => queue !== null);
  return renderTable(
    [
      { title: t('cli.column.id') },
      { title: t('cli.column.state') },
      { title: t('cli.column.person'), flexible: true },
      { title: t('cli.column.source') },
      { title: t('cli.column.target') },
      { title: t('cli.column.course'), flexible: true },
      ...(arrive ? [{ title: t('cli.column.arrives') }] : []),
      { title: t('cli.column.changed') },
    ],
    requests.map((request) => [
      request.id,
      t(`state.${request.state}`),
      whose(request, translator),
      `${request.source}:${request.courseid}`,
      request.target,
      request.courseName,
      ...(arrive ? [placeOf(request, translator)] : []),
      time(request.updatedAt),
    ]),
    width,
  );
}

const whose = ({ person }: Pick<Request, 'person'>, translator: Translator): string =>
  person === null ? translator.t('cli.requests.nobody') : nameText(translator, person);

/** A request whole: what was asked, where it is, what arrived, what did not. */
export function describeRequest(request: Request, translator: Translator, width: number | undefined): string {
  const { t } = translator;
  const parts = [renderFields(fieldsOf(request, translator))];
  if (request.steps.length > 0) parts.push(stepTable(request, translator, width));
  if (request.counts.before !== null) parts.push(countTable(request.counts, translator, width));
  if (request.report.length > 0) parts.push(reportLines(request.report, translator));
  else if (request.state === 'done') parts.push(t('cli.requests.reportEmpty'));
  return parts.join('\n\n');
}

function fieldsOf(request: Request, translator: Translator): [string, string][] {
  const { t, time } = translator;
  const { category, newCourse } = request;
  return [
    ['ID', request.id],
    [t('cli.field.course'), `${request.courseName} (${request.source}:${request.courseid})`],
    ...(request.courseUrl === null ? [] : [['', request.courseUrl] as [string, string]]),
    [t('cli.field.target'), request.target],
    [t('cli.field.person'), whose(request, translator)],
    [t('cli.field.actor'), nameText(translator, request.actor)],
    [t('cli.field.people'), request.people ? t('yes') : t('no')],
    [t('cli.field.enrolments'), request.enrolments],
    [
      t('cli.field.category'),
      category.kind === 'id' ? t('cli.category.id', { id: category.id }) : t(`cli.category.${category.kind}`),
    ],
    ...(request.keepIdnumber ? [[t('cli.field.keepIdnumber'), t('yes')] as [string, string]] : []),
    ...(request.keepFileAuthors ? [[t('cli.field.keepFileAuthors'), t('yes')] as [string, string]] : []),
    [t('cli.field.state'), t(`state.${request.state}`)],
    ...(request.waitingFor === null
      ? []
      : [[t('cli.field.waiting'), waitingOf(request, translator)] as [string, string]]),
    ...queueFields(request, translator),
    ...errorFields(request, translator),
    ...proofFields(request, translator),
    ...(newCourse === null
      ? []
      : [
          [t('cli.field.newCourse'), `${newCourse.fullname} (${newCourse.shortname}) · ${newCourse.url}`] as [
            string,
            string,
          ],
        ]),
    [t('cli.field.created'), time(request.createdAt)],
    [t('cli.field.updated'), time(request.updatedAt)],
  ];
}

function errorFields({ id, error }: Request, { t, maybe, language }: Translator): [string, string][] {
  if (error === null) return [];
  const sentence = maybe(`error.${error.code}`);
  const detail = nameText({ maybe }, failureText({ maybe, language }, error));
  const said = [
    ...(language === 'en' ? [] : [sentence]),
    ...(detail === sentence ? [] : [detail]),
    `(${t('cli.requests.failedAt', { step: t(`state.${error.step}`) })})`,
  ];
  return [
    [t('cli.field.error'), said.filter(Boolean).join(' ')],
    ...(error.retry ? [['', t('cli.requests.canRetry', { id })] as [string, string]] : []),
  ];
}

/** In few words: its number in the line, and when it arrives. */
export function placeOf({ queue }: Pick<Request, 'queue'>, { t, time }: Translator): string {
  if (queue === null) return '';
  const { position, estimate } = queue;
  const [from, until] = estimate ? [time(estimate.from), time(estimate.until)] : ['', ''];
  // The day once, where both are on the same.
  const day = from.slice(0, from.lastIndexOf(' ') + 1);
  const range = estimate && `${from}–${until.startsWith(day) ? until.slice(day.length) : until}`;
  return [position > 0 && t('queue.place', { position }), range].filter(Boolean).join(', ');
}

function queueFields({ queue }: Request, { t, time }: Translator): [string, string][] {
  if (queue === null) return [];
  const { position, ahead, estimate } = queue;
  return [
    ...(position > 0 ? [[t('cli.field.place'), t('queue.placeAhead', { position, ahead })] as [string, string]] : []),
    ...(estimate
      ? [
          [
            t('cli.field.arrives'),
            `${t('queue.arrives', { from: time(estimate.from), until: time(estimate.until) })} (${t(`queue.basis.${estimate.basis}`)})`,
          ] as [string, string],
        ]
      : []),
  ];
}

export function waitingOf(
  { waitingFor, waitingSince, nextAt }: Request | ListedRequest,
  { t, time }: Translator,
): string {
  if (waitingFor === null) return '';
  const when = [
    waitingSince && t('waiting.since', { since: time(waitingSince) }),
    nextAt && t('waiting.next', { next: time(nextAt) }),
  ].filter(Boolean);
  return when.length === 0 ? t(`waiting.${waitingFor}`) : `${t(`waiting.${waitingFor}`)} (${when.join(', ')})`;
}

function proofFields({ proof }: Request, { t }: Translator): [string, string][] {
  if (proof === null) return [];
  const { people, ids, texts } = proof.lookedFor;
  return [[t('cli.field.proof'), t('cli.requests.proof', { people, ids, texts, count: proof.warnings.length })]];
}

function stepTable({ steps }: Request, { t, number }: Translator, width: number | undefined): string {
  const columns = [
    { title: t('cli.column.step') },
    { title: t('cli.column.attempt'), align: 'right' as const },
    { title: t('cli.column.time'), align: 'right' as const },
  ];
  const rows = steps.map(({ name, attempt, ms }) => [t(`state.${name}`), String(attempt), `${number(ms / 1000)} s`]);
  return renderTable(columns, rows, width);
}

function countTable(
  { before, after }: Request['counts'],
  { t, number }: Translator,
  width: number | undefined,
): string {
  type Counts = NonNullable<Request['counts']['before']>;
  const rows: [string, (counts: Counts) => number][] = [
    [t('cli.inventory.sections'), ({ sections }) => sections],
    ...[...new Set([...Object.keys(before?.activities ?? {}), ...Object.keys(after?.activities ?? {})])]
      .sort()
      .map((module): [string, (counts: Counts) => number] => [module, ({ activities }) => activities[module] ?? 0]),
    [t('cli.inventory.files'), ({ files }) => files],
    [t('cli.inventory.people'), ({ people }) => people],
  ];
  const show = (counts: Counts | null, read: (counts: Counts) => number) =>
    counts === null ? '' : number(read(counts));
  return renderTable(
    [
      { title: '' },
      { title: t('cli.column.archive'), align: 'right' },
      { title: t('cli.column.arrived'), align: 'right' },
    ],
    rows.map(([name, read]) => [name, show(before, read), show(after, read)]),
    width,
  );
}

export function readCategory(
  translator: Translator,
  text: string,
): NonNullable<Input<'requests.bulk'>['body']['category']> {
  if (text === 'original' || text === 'default') return { kind: text };
  if (/^[1-9]\d{0,14}$/.test(text)) return { kind: 'id', id: Number(text) };
  throw badValue(translator, '--category', text, translator.t('cli.requests.expected.category'));
}

export function readId(translator: Translator, text: string): string {
  if (/^[a-z0-9]{12}$/.test(text)) return text;
  throw badValue(translator, 'ID', text, translator.t('cli.requests.expected.id'));
}

/** @throws AppError `invalid-parameter` */
export function readCourse(translator: Translator, text: string): { source: string; courseid: number } {
  const match = /^([^:]+):([1-9]\d{0,14})$/.exec(text);
  if (!match) throw badValue(translator, 'SOURCE:COURSEID', text, translator.t('cli.requests.expected.course'));
  return { source: match[1]!, courseid: Number(match[2]) };
}
