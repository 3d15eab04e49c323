import {
  createTranslator,
  failureParts,
  lineByTitles,
  nameText,
  reportText,
  reportWhat,
  type TextKey,
  type Translator,
} from '@jouvence/i18n';
import { type EndedFacts, type ErrorFacts, type OwnKind, type ReportFact, titleOf } from '../types.ts';
import {
  type Block,
  type Content,
  type Foreign,
  type Item,
  nameInSubject,
  type Sentence,
  sentenceOf,
  webAddress,
} from './content.ts';

/** One request that ended, as it is told to whoever asked, or to the person for whom it was asked. */
export interface OwnItem {
  kind: OwnKind;
  facts: EndedFacts;
  /** `notices.warnings` and `notices.sourceAddress` of that pair. */
  warnings: boolean;
  sourceAddress: boolean;
}

export interface OwnReader {
  translator: Translator;
  /** Of a person: its own username; else an operator reads, who asked for many. */
  username: string | null;
  /** Where a page of ours is for them, over signing in where they have to; null: nowhere to go by browser. */
  page: PageAddress | null;
}

/** Of a path, such as `/requests`. */
export type PageAddress = (path: string) => string;

/** What needs somebody's eyes comes first. */
const order: readonly OwnKind[] = ['failed', 'refused', 'cancelled', 'partly', 'done'];
const tones: Record<OwnKind, Item['tone']> = {
  done: 'good',
  partly: 'attention',
  failed: 'bad',
  refused: 'bad',
  cancelled: 'attention',
};
/** In a mail about one course; the rest is in the report. */
const mostLines = 12;
const mostLinesOfMany = 3;

export function composeOwn(
  items: readonly OwnItem[],
  counts: Partial<Record<OwnKind, number>>,
  reader: OwnReader,
): Content {
  return items.length === 1 && sum(counts) === 1 ? composeOne(items[0]!, reader) : composeMany(items, counts, reader);
}

function composeOne(item: OwnItem, reader: OwnReader): Content {
  const { kind, facts } = item;
  const { t } = reader.translator;
  const blocks: Block[] = [{ kind: 'text', sentence: sentence(reader, `notice.${kind}`, item) }];
  blocks.push(...about(item, reader).map((each): Block => ({ kind: 'text', sentence: each })));
  const lines = linesOf(item, reader, mostLines);
  if (lines.length > 0) blocks.push({ kind: 'list', items: lines });
  const todo = kind === 'failed' ? t('notice.failed.todo') : kind === 'refused' ? t('notice.refused.todo') : null;
  if (todo) blocks.push({ kind: 'text', sentence: [todo] });
  blocks.push(aside(facts, reader));
  const course = facts.newCourse && webAddress(facts.newCourse.url);
  return {
    subject: t(`notice.subject.${kind}`, { course: nameInSubject(facts.course.name) }),
    blocks,
    link: course ? { url: course, name: t('notice.link.course') } : requestLink(facts.request, reader),
  };
}

function composeMany(items: readonly OwnItem[], counts: Partial<Record<OwnKind, number>>, reader: OwnReader): Content {
  const { t } = reader.translator;
  const blocks: Block[] = [{ kind: 'text', sentence: [t('notice.digest.own')] }];
  for (const kind of order) {
    const own = items.filter((item) => item.kind === kind);
    if (own.length === 0) continue;
    blocks.push({ kind: 'heading', sentence: [t(`notice.digest.heading.${kind}`, { count: counts[kind] ?? 0 })] });
    blocks.push({ kind: 'list', items: own.map((item) => itemOf(item, reader)) });
    const more = (counts[kind] ?? 0) - own.length;
    if (more > 0) blocks.push({ kind: 'text', sentence: [t('notice.digest.more', { count: more })] });
  }
  blocks.push(aside(items[0]!.facts, reader));
  const parts = order
    .filter((kind) => counts[kind])
    .map((kind) => t(`notice.digest.count.${kind}`, { count: counts[kind]! }));
  return { subject: t('notice.digest.subject', { counts: parts.join(', ') }), blocks, link: pageLink(reader) };
}

function itemOf(item: OwnItem, reader: OwnReader): Item {
  const { facts, kind } = item;
  const course: Foreign = { foreign: facts.course.name, strong: true, url: facts.newCourse?.url };
  const from = sentenceOf(raw(reader.translator, 'notice.digest.from'), { source: sourceOf(item) });
  const details = [...about(item, reader), ...linesOf(item, reader, mostLinesOfMany).map((line) => line.sentence)];
  return { sentence: [course, ' ', ...from], tone: tones[kind], details };
}

/** Where it is, why it did not come, who asked: in the order in which one asks oneself. */
function about(item: OwnItem, reader: OwnReader): Sentence[] {
  const { facts, kind } = item;
  const { translator } = reader;
  const found: Sentence[] = [];
  const say = (key: TextKey, values: Record<string, string | Foreign>) => sentenceOf(raw(translator, key), values);
  if (facts.newCourse) found.push(say('notice.category', { category: { foreign: facts.newCourse.category } }));
  if (facts.error && (kind === 'failed' || kind === 'refused')) {
    found.push([translator.t(`error.${facts.error.code}`)]);
    found.push(detailOf(facts.error, translator, (text) => withoutAddress(item, text)));
  }
  if (kind === 'partly' && !item.warnings) found.push([translator.t('notice.partly.report')]);
  if (facts.person !== null && facts.person !== reader.username)
    found.push(say('notice.for', { person: { foreign: nameText(translator, facts.person) } }));
  const { requester } = facts;
  if (reader.username !== null && (requester.kind === 'operator' || requester.username !== reader.username))
    found.push(say('notice.askedBy', { actor: nameOf(requester, translator) }));
  return found;
}

/** Who has the socket of the data directory has no name that would say anything to others. */
function nameOf(who: EndedFacts['requester'], translator: Translator): string | Foreign {
  if (who.kind === 'person') return { foreign: nameText(translator, who.username) };
  return who.name === 'local' ? translator.t('notice.localOperator') : { foreign: who.name };
}

/** What was lost or changed, the worst first, in the reader's language as far as it is known there. */
function linesOf({ facts, warnings, kind }: OwnItem, { translator, username }: OwnReader, most: number): Item[] {
  if (!warnings || (kind !== 'partly' && kind !== 'refused')) return [];
  const severities = ['error', 'warning', 'info'];
  const worth = facts.report
    .filter(({ severity }) => severity !== 'info')
    .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  const titles = new Map([facts.source, facts.target].map((site) => [site.name, titleOf(site)]));
  const shown = worth.slice(0, most).map((each): Item => {
    // Operators know sites by their names.
    const line = username === null ? each : lineByTitles(each, titles, createTranslator('en'));
    const say = (part: 'why' | 'todo') => sayOf(line, part, translator);
    return {
      sentence: [{ foreign: nameText(translator, reportWhat(line, translator)), strong: true }],
      tone: line.severity === 'error' ? 'bad' : 'attention',
      details: [say('why'), say('todo') && `→ ${say('todo')}`]
        .filter((text) => text !== '')
        .map((text) => [{ foreign: text, long: true }]),
    };
  });
  const more = worth.length - shown.length;
  return more > 0 ? [...shown, { sentence: [translator.t('notice.moreLines', { count: more })] }] : shown;
}

/** English comes from where it happened, and knows names and versions. */
function sayOf(line: ReportFact, part: 'why' | 'todo', translator: Translator): string {
  const text = (translator.language === 'en' ? undefined : reportText(translator, line, part)) ?? line[part];
  return nameText(translator, text);
}

function sentence(reader: OwnReader, key: TextKey, item: OwnItem): Sentence {
  const { facts } = item;
  const by = facts.cancelledBy;
  const text =
    key === 'notice.cancelled' && by
      ? 'notice.cancelledBy'
      : key === 'notice.failed' && facts.newCourse
        ? 'notice.failedAfter'
        : key;
  return sentenceOf(raw(reader.translator, text), {
    course: { foreign: facts.course.name, strong: true },
    source: sourceOf(item),
    target: { foreign: titleOf(facts.target) },
    ...(by && { by: nameOf(by, reader.translator) }),
  });
}

const sourceOf = ({ facts, sourceAddress }: OwnItem): Foreign => ({
  foreign: titleOf(facts.source),
  ...(sourceAddress && { url: facts.source.url }),
});

/** Where the old platform stands is told only where the settings say so: in an error of its own, too. */
/** In the reader's language as far as it can be said in it; the rest, and what another machine said, is in English. */
export function detailOf(
  error: ErrorFacts,
  translator: Translator,
  clean: (text: string) => string = (text) => text,
): Sentence {
  const parts = failureParts(translator, error);
  const isEnglish = parts.every(({ foreign }) => foreign);
  const message = nameText(translator, clean(parts.map(({ text }) => text).join('')));
  return sentenceOf(raw(translator, isEnglish ? 'notice.detail.english' : 'notice.detail'), {
    message: { foreign: message, long: true },
  });
}

function withoutAddress({ facts, sourceAddress }: OwnItem, message: string): string {
  if (sourceAddress) return message;
  const { url } = facts.source;
  if (!url) return message;
  const host = URL.parse(url)?.host;
  return [url, ...(host ? [host] : [])].reduce((text, part) => text.replaceAll(part, titleOf(facts.source)), message);
}

function aside({ target }: EndedFacts, reader: OwnReader): Block {
  const { translator, username, page } = reader;
  const why: TextKey = username === null ? 'notice.why.operator' : 'notice.why.person';
  const choose: Sentence = page
    ? [' ', { foreign: translator.t('notice.choose'), url: page('/notices?tab=preferences') }]
    : [];
  return {
    kind: 'aside',
    sentence: [...sentenceOf(raw(translator, why), { target: { foreign: titleOf(target) } }), ...choose],
  };
}

const pageLink = ({ translator, page }: OwnReader): Content['link'] =>
  page ? { url: page('/requests'), name: translator.t('notice.link.requests') } : null;

/** What became of it, line by line. */
export const requestLink = (
  request: string,
  { translator, page }: { translator: Translator; page: PageAddress | null },
): Content['link'] => (page ? { url: page(`/requests/${request}`), name: translator.t('notice.link.request') } : null);

/** The text with its holes open: words of others go in as what they are. */
export const raw = ({ t }: Translator, key: TextKey): string => t(key, openHoles);

const openHoles: Record<string, string> = Object.fromEntries(
  [
    'course',
    'source',
    'target',
    'category',
    'message',
    'person',
    'actor',
    'by',
    'site',
    'step',
    'since',
    'profile',
    'command',
    'counts',
  ].map((name) => [name, `{{${name}}}`]),
);

const sum = (counts: Partial<Record<OwnKind, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);
