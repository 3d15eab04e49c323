import {
  type Notice,
  type NoticeKind,
  type NoticePreference,
  noticeKinds,
  type OutboxMessage,
} from '@jouvence/contract';
import type { Translator } from '@jouvence/i18n';
import type { Command } from 'commander';
import { addVerb, badValue, type Cli, type Flags, oneOf, wholeNumber } from './cli.ts';
import { renderTable } from './table.ts';
import { harmless, harmlessLines } from './terminal-text.ts';

interface ListFlags extends Flags {
  unread?: boolean;
  read?: boolean;
  limit?: number;
  after?: string;
}

interface OutboxFlags extends Flags {
  state?: OutboxMessage['state'];
  failing?: boolean;
  limit?: number;
  after?: string;
}

interface PreferenceFlags extends Flags {
  set?: { kind: NoticeKind; way: 'site' | 'mail'; wanted: boolean | null }[];
}

const states = ['waiting', 'sent', 'given-up', 'dropped'] as const;

/** `jouvence notices …` */
export function noticeVerbs(cli: Cli, noun: Command): void {
  const { translator } = cli;
  const { t } = translator;
  const paged = (command: Command) =>
    command
      .option('--limit <number>', t('cli.requests.option.limit'), wholeNumber(translator, '--limit', 1, 200))
      .option('--after <next>', t('cli.requests.option.after'));

  addVerb<ListFlags>(
    cli,
    noun,
    'list',
    (command) =>
      paged(command).option('--unread', t('cli.notices.option.unread')).option('--read', t('cli.notices.option.read')),
    async ({ client, flags: { unread, read, limit, after } }) => {
      const { language } = translator;
      const page = await client.call('notices.list', { query: { language, unread, limit, after } });
      const newest = page.notices[0];
      if (read && newest) await client.call('notices.read', { body: { upTo: newest.id } });
      return {
        data: page,
        words:
          page.notices.length > 0
            ? page.notices.map((each) => noticeLines(each, translator)).join('\n\n')
            : t('cli.notices.empty'),
        ...(page.next !== null && { note: t('cli.requests.more', { next: page.next }) }),
      };
    },
  );

  addVerb<OutboxFlags>(
    cli,
    noun,
    'outbox',
    (command) =>
      paged(command)
        .option('--state <state>', t('cli.requests.option.state'), oneOf(translator, '--state', states))
        .option('--failing', t('cli.notices.option.failing')),
    async ({ client, flags: { json: _json, data: _data, ...query }, width }) => {
      const page = await client.call('notices.outbox', { query });
      const { counts, mail } = page;
      const summary = t('cli.notices.counts', {
        waiting: counts.waiting,
        failing: counts.failing,
        sent: counts.sent,
        givenUp: counts['given-up'],
        dropped: counts.dropped,
        unaddressed: counts.unaddressed,
      });
      const notes = [
        summary,
        ...(mail ? [] : [t('cli.notices.noMail')]),
        ...(page.next === null ? [] : [t('cli.requests.more', { next: page.next })]),
      ];
      return {
        data: page,
        words: page.messages.length > 0 ? outboxTable(page.messages, translator, width) : t('cli.notices.outboxEmpty'),
        note: notes.join('\n'),
      };
    },
  );

  addVerb(
    cli,
    noun,
    'retry',
    (command) =>
      command.argument('<id>', t('cli.notices.arg.id'), (text) => String(wholeNumber(translator, 'ID', 1, 1e15)(text))),
    async ({ client, args: [id], width }) => {
      const message = await client.call('notices.retry', { params: { id: id! } });
      return { data: message, words: outboxTable([message], translator, width) };
    },
  );

  addVerb(
    cli,
    noun,
    'test',
    (command) => command.argument('<address>', t('cli.notices.arg.address')),
    async ({ client, args: [address] }) => {
      const answer = await client.call('notices.test', { body: { address: address!, language: translator.language } });
      return {
        data: answer,
        words: harmless(t('cli.notices.tested', { address: address!, response: answer.response })),
      };
    },
  );

  addVerb<PreferenceFlags>(
    cli,
    noun,
    'preferences',
    (command) =>
      command.option('--set <choice>', t('cli.notices.option.set'), (text: string, before: PreferenceFlags['set']) => [
        ...(before ?? []),
        readChoice(text, translator),
      ]),
    async ({ client, flags: { set }, width }) => {
      const answer = set
        ? await client.call('notices.setPreferences', { body: { preferences: set } })
        : await client.call('notices.preferences');
      return { data: answer, words: preferenceTable(answer.preferences, translator, width) };
    },
  );
}

function noticeLines({ id, at, read, subject, text }: Notice, { t, time }: Translator): string {
  const head = `${read ? ' ' : '*'} ${id}  ${time(at)}  ${harmless(subject)}`;
  const body = harmlessLines(text)
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`));
  return [read ? head : `${head}  (${t('cli.notices.unread')})`, ...body].join('\n');
}

function outboxTable(messages: readonly OutboxMessage[], { t, time }: Translator, width: number | undefined): string {
  const columns = [
    { title: t('cli.column.id') },
    { title: t('cli.column.way') },
    { title: t('cli.column.recipient'), flexible: true },
    { title: t('cli.column.kinds'), flexible: true },
    { title: t('cli.column.state') },
    { title: t('cli.column.tries'), align: 'right' as const },
    { title: t('cli.column.next') },
    { title: t('cli.column.error'), flexible: true },
  ];
  const rows = messages.map((message) => [
    String(message.id),
    t(`cli.notices.way.${message.way}`),
    message.recipient,
    message.kinds.map((kind) => t(`cli.notices.kind.${kind}`)).join(', ') +
      (message.notices > 1 ? ` (${message.notices})` : ''),
    t(`cli.notices.state.${message.state}`),
    String(message.tries),
    message.nextAt ? time(message.nextAt) : message.endedAt ? time(message.endedAt) : '',
    message.error ? `${message.error.code}: ${message.error.message}` : '',
  ]);
  return renderTable(columns, rows, width);
}

function preferenceTable(
  preferences: readonly NoticePreference[],
  { t }: Translator,
  width: number | undefined,
): string {
  const columns = [
    { title: t('cli.column.kind') },
    { title: t('cli.column.what'), flexible: true },
    { title: t('cli.column.way') },
    { title: t('cli.column.wanted') },
  ];
  const rows = preferences.map(({ kind, way, wanted, own }) => [
    kind,
    t(`cli.notices.kind.${kind}`),
    way,
    t(wanted ? 'cli.notices.yes' : 'cli.notices.no') + (own ? '' : ` (${t('cli.notices.bySettings')})`),
  ]);
  return renderTable(columns, rows, width);
}

/** `done:mail=off` */
function readChoice(text: string, translator: Translator) {
  const [, kind, way, value] = /^([a-z]+):(site|mail)=(on|off|default)$/.exec(text) ?? [];
  const known = noticeKinds.find((each) => each === kind);
  if (!known || !way || !value) throw badValue(translator, '--set', text, translator.t('cli.notices.expected.choice'));
  return { kind: known, way: way as 'site' | 'mail', wanted: value === 'default' ? null : value === 'on' };
}
