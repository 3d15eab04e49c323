import { type Input, requestStates } from '@jouvence/contract';
import type { Translator } from '@jouvence/i18n';
import type { Command } from 'commander';
import { type Flags, oneOf } from './cli.ts';
import { momentOf } from './moment.ts';

/** Which requests are meant, as the API's filter. */
export interface FilterFlags extends Flags {
  state?: string;
  open?: boolean;
  ended?: boolean;
  target?: string;
  source?: string;
  person?: string;
  nobody?: boolean;
  actor?: string;
  course?: string;
  since?: Date;
  until?: Date;
  error?: string;
  undealt?: boolean;
}

export function filterOptions(translator: Translator) {
  const { t } = translator;
  const known = oneOf(translator, '--state', requestStates);
  return (command: Command) =>
    command
      .option('--state <states>', t('cli.requests.option.state'), (text: string) =>
        text.split(',').map(known).join(','),
      )
      .option('--open', t('cli.requests.option.open'))
      .option('--ended', t('cli.requests.option.ended'))
      .option('--target <site>', t('cli.column.target').toLowerCase())
      .option('--source <site>', t('cli.courses.option.source'))
      .option('--person <username>', t('cli.courses.option.person'))
      .option('--nobody', t('cli.requests.option.onlyNobody'))
      .option('--actor <name>', t('cli.requests.option.actor'))
      .option('--course <words>', t('cli.requests.option.course'))
      .option('--since <day>', t('cli.requests.option.since'), momentOf(translator, '--since', 'begin'))
      .option('--until <day>', t('cli.requests.option.until'), momentOf(translator, '--until', 'end'))
      .option('--error <code>', t('cli.requests.option.error'))
      .option('--undealt', t('cli.requests.option.undealt'));
}

export function filterOf(flags: FilterFlags): NonNullable<Input<'requests.bulk'>['body']['filter']> {
  const { state, open, ended, target, source, person, nobody, actor, course, since, until, error, undealt } = flags;
  const isOpen = open ? true : ended ? false : undefined;
  const moments = { since: since?.toISOString(), until: until?.toISOString() };
  return { state, open: isOpen, target, source, person, nobody, actor, course, ...moments, error, undealt };
}
