import type { TextKey, Translator } from '@jouvence/i18n';
import {
  type AdministrationKind,
  type EndedFacts,
  type ErrorFacts,
  type NoticeFacts,
  type SiteFacts,
  type SiteTroubleFacts,
  type StuckFacts,
  type TokenFacts,
  titleOf,
} from '../types.ts';
import {
  type Block,
  type Content,
  type Foreign,
  type Item,
  nameInSubject,
  type Sentence,
  sentenceOf,
} from './content.ts';
import { detailOf, type PageAddress, raw, requestLink } from './own.ts';

/** Failures of one kind between the same two sites. */
export interface FailureGroup {
  source: SiteFacts;
  target: SiteFacts;
  code: string;
  count: number;
  /** The first few, in the order in which they failed. */
  first: EndedFacts[];
}

export interface AdministrationMail {
  failures: readonly FailureGroup[];
  /** Everything that is not a failed request, in the order in which it happened. */
  others: readonly NoticeFacts[];
  counts: Partial<Record<AdministrationKind, number>>;
}

export interface AdministrationReader {
  translator: Translator;
  /** Why this comes: one looks after sites here, or the settings name the address, or the account on a target. */
  why: 'operator' | 'address' | 'person';
  /** Null: nowhere to go by browser. */
  page: PageAddress | null;
}

export function composeAdministration(mail: AdministrationMail, reader: AdministrationReader): Content {
  const count = Object.values(mail.counts).reduce((sum, each) => sum + each, 0);
  const failure = mail.failures[0]?.first[0];
  if (count === 1 && failure) return composeFailure(failure, reader);
  if (count === 1 && mail.others[0]) return composeOther(mail.others[0], reader);
  return composeDigest(mail, reader);
}

function composeFailure(facts: EndedFacts, reader: AdministrationReader): Content {
  const { t } = reader.translator;
  const { course, source, target } = namesOf(facts);
  return {
    subject: t('notice.admin.subject.failure', {
      course: nameInSubject(facts.course.name),
      source: facts.source.name,
      target: facts.target.name,
    }),
    blocks: [
      text(say(reader, 'notice.failed', { course, source, target })),
      { kind: 'list', items: [{ sentence: whyOf(facts, reader), tone: 'bad', details: detailsOf(facts, reader) }] },
      commands(reader, [`jouvence requests show ${facts.request}`, `jouvence requests retry ${facts.request}`]),
      aside(reader),
    ],
    link: requestLink(facts.request, reader),
  };
}

function composeDigest({ failures, others, counts }: AdministrationMail, reader: AdministrationReader): Content {
  const { t } = reader.translator;
  const parts = (['site', 'stuck', 'token', 'failure'] as const)
    .filter((kind) => counts[kind])
    .map((kind) => t(`notice.admin.count.${kind}`, { count: counts[kind]! }));
  const blocks: Block[] = [text([t('notice.admin.digest')])];
  if (others.length > 0) blocks.push({ kind: 'list', items: others.map((facts) => otherItem(facts, reader)) });
  const more = (counts.site ?? 0) + (counts.stuck ?? 0) + (counts.token ?? 0) - others.length;
  if (more > 0) blocks.push(text([t('notice.digest.more', { count: more })]));
  for (const [between, groups] of Map.groupBy(failures, ({ source, target }) => `${source.name} → ${target.name}`)) {
    blocks.push({ kind: 'heading', sentence: [{ foreign: between }] });
    blocks.push({ kind: 'list', items: groups.map((group) => groupItem(group, reader)) });
  }
  if (failures.length > 0) blocks.push(commands(reader, ['jouvence requests list --state failed']));
  blocks.push(aside(reader));
  return { subject: t('notice.admin.subject.digest', { counts: parts.join(', ') }), blocks, link: pageLink(reader) };
}

function groupItem({ count, first }: FailureGroup, reader: AdministrationReader): Item {
  const { t } = reader.translator;
  const details: Sentence[] = first.map((facts) => [{ foreign: facts.course.name }, ` (${facts.request})`]);
  if (count > first.length) details.push([t('notice.digest.more', { count: count - first.length })]);
  const example = first[0]!;
  return {
    sentence: [t('notice.admin.times', { count }), ' ', ...whyOf(example, reader)],
    tone: 'bad',
    details: [...details, ...messageOf(example.error, reader)],
  };
}

const whyOf = ({ error }: EndedFacts, { translator }: AdministrationReader): Sentence => [
  (error && translator.maybe(`error.${error.code}`)) || translator.t('error.internal'),
];

/** Names, numbers, what to do next. */
const messageOf = (error: ErrorFacts | null, reader: AdministrationReader): Sentence[] =>
  error ? [detailOf(error, reader.translator)] : [];

function detailsOf(facts: EndedFacts, reader: AdministrationReader): Sentence[] {
  const { person, requester, error } = facts;
  const asked = requester.kind === 'operator' ? requester.name : requester.username;
  return [
    ...messageOf(error, reader),
    ...(person === null ? [] : [say(reader, 'notice.for', { person: { foreign: person } })]),
    ...(asked === person ? [] : [say(reader, 'notice.askedBy', { actor: { foreign: asked } })]),
  ];
}

function composeOther(facts: NoticeFacts, reader: AdministrationReader): Content {
  const { sentence, details = [] } = otherItem(facts, reader);
  return {
    subject: subjectOf(facts, reader),
    blocks: [text(sentence), ...details.map(text), commands(reader, commandsOf(facts)), aside(reader)],
    link: facts.kind === 'stuck' && facts.request ? requestLink(facts.request, reader) : pageLink(reader),
  };
}

function subjectOf(facts: NoticeFacts, { translator }: AdministrationReader): string {
  const { t } = translator;
  switch (facts.kind) {
    case 'stuck':
      if (facts.why === 'worker') return t('notice.admin.subject.worker');
      if (facts.why === 'cron') return t('notice.admin.subject.cron', { site: facts.site?.name ?? '' });
      return t('notice.admin.subject.stuck', { course: nameInSubject(facts.course ?? facts.request ?? '') });
    case 'site':
      return t(`notice.admin.subject.site.${facts.state}`, { site: facts.site.name });
    case 'token': {
      const site = facts.site.name;
      if (facts.error) return t('notice.admin.subject.token.failing', { site });
      return t('notice.admin.subject.token.soon', {
        site,
        date: facts.expiresAt ? dateOf(facts.expiresAt, facts.site, translator) : '',
      });
    }
    case 'ended':
      return t('notice.subject.failed', { course: nameInSubject(facts.course.name) });
  }
}

function otherItem(facts: NoticeFacts, reader: AdministrationReader): Item {
  switch (facts.kind) {
    case 'stuck':
      return stuckItem(facts, reader);
    case 'site':
      return siteItem(facts, reader);
    case 'token':
      return tokenItem(facts, reader);
    case 'ended':
      return { sentence: say(reader, 'notice.failed', namesOf(facts)), tone: 'bad' };
  }
}

function stuckItem(facts: StuckFacts, reader: AdministrationReader): Item {
  const { t } = reader.translator;
  const since = timeOf(facts.since, facts.site, reader);
  const waiting: Sentence[] = facts.count > 0 ? [[t('notice.admin.waiting', { count: facts.count })]] : [];
  const site = { foreign: facts.site ? titleOf(facts.site) : '' };
  const sentence =
    facts.why === 'worker'
      ? [t('notice.admin.worker', { since })]
      : facts.why === 'cron'
        ? say(reader, 'notice.admin.cron', { site, since })
        : say(reader, 'notice.admin.stuck', {
            course: { foreign: facts.course ?? facts.request ?? '', strong: true },
            step: reader.translator.maybe(`state.${facts.step}`) ?? facts.step ?? '',
            since,
          });
  return { sentence, tone: 'attention', details: [...waiting, ...messageOf(facts.error, reader)] };
}

function siteItem(facts: SiteTroubleFacts, reader: AdministrationReader): Item {
  const { t } = reader.translator;
  const site: Foreign = { foreign: titleOf(facts.site), strong: true };
  const since = timeOf(facts.since, facts.site, reader);
  if (facts.state === 'back') return { sentence: say(reader, 'notice.admin.site.back', { site, since }), tone: 'good' };
  const waiting: Sentence[] = facts.waiting > 0 ? [[t('notice.admin.waiting', { count: facts.waiting })]] : [];
  return {
    sentence: say(reader, 'notice.admin.site.failing', { site, since }),
    tone: 'bad',
    details: [...waiting, ...messageOf(facts.error, reader), [t('notice.admin.site.todo')]],
  };
}

function tokenItem({ site, profile, expiresAt, error }: TokenFacts, reader: AdministrationReader): Item {
  const values = {
    site: { foreign: titleOf(site), strong: true },
    profile,
    since: expiresAt ? timeOf(expiresAt, site, reader) : '',
  };
  const key = error ? 'notice.admin.token.failing' : 'notice.admin.token.soon';
  return {
    sentence: say(reader, key, values),
    tone: 'attention',
    details: [...messageOf(error, reader), [reader.translator.t('notice.admin.token.todo')]],
  };
}

function commandsOf(facts: NoticeFacts): string[] {
  switch (facts.kind) {
    case 'stuck':
      if (facts.why === 'worker') return ['jouvence work'];
      if (facts.why === 'cron') return [`jouvence sites check ${facts.site?.name}`];
      return [`jouvence requests show ${facts.request}`];
    case 'ended':
      return [`jouvence requests show ${facts.request}`];
    case 'site':
      return [`jouvence sites check ${facts.site.name}`];
    case 'token':
      return [
        `jouvence sites check ${facts.site.name}`,
        `jouvence sites rotate ${facts.site.name} --profile ${facts.profile}`,
      ];
  }
}

/** Whoever reads may be anywhere: as it is where the site is, and it says where that is. */
function timeOf(time: string, site: SiteFacts | null, { translator: { language } }: AdministrationReader): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'fr', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: site?.timezone ?? 'UTC',
    timeZoneName: 'short',
  }).format(new Date(time));
}

const dateOf = (time: string, site: SiteFacts, { language }: Translator): string =>
  new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'fr', {
    dateStyle: 'short',
    timeZone: site.timezone ?? 'UTC',
  }).format(new Date(time));

const namesOf = ({ course, source, target }: EndedFacts) => ({
  course: { foreign: course.name, strong: true },
  source: { foreign: titleOf(source) },
  target: { foreign: titleOf(target) },
});

const text = (sentence: Sentence): Block => ({ kind: 'text', sentence });

const say = ({ translator }: AdministrationReader, key: TextKey, values: Record<string, string | Foreign>): Sentence =>
  sentenceOf(raw(translator, key), values);

const commands = ({ translator }: AdministrationReader, lines: readonly string[]): Block => ({
  kind: 'commands',
  title: translator.t('notice.admin.commands'),
  lines,
});

const aside = ({ translator, why }: AdministrationReader): Block => ({
  kind: 'aside',
  sentence: [translator.t(`notice.admin.why.${why}`)],
});

const pageLink = ({ translator, page }: AdministrationReader): Content['link'] =>
  page ? { url: page('/'), name: translator.t('notice.link.jouvence') } : null;
