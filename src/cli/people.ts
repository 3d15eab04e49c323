import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { addVerb, type Cli, type Flags } from './cli.ts';
import { harmless } from './terminal-text.ts';

interface EraseFlags extends Flags {
  yes?: boolean;
  cancel?: boolean;
  alsoCalled?: string[];
}

/** `jouvence people …` */
export function peopleVerbs(cli: Cli, noun: Command): void {
  const { t } = cli.translator;
  const named = (command: Command) =>
    command.argument('<site>', t('cli.sites.arg.name')).argument('<username>', t('cli.people.arg.username'));

  // A document for programs and for the person, whichever way it is asked for.
  addVerb(cli, noun, 'export', named, async ({ client, args: [site, username] }) => {
    const document = await client.call('people.export', { params: { site: site!, username: username! } });
    return { data: document, words: JSON.stringify(document, null, 2) };
  });

  addVerb<EraseFlags>(
    cli,
    noun,
    'erase',
    (command) =>
      named(command)
        .option('--yes', t('cli.people.option.yes'))
        .option('--cancel', t('cli.people.option.cancel'))
        .option('--also-called <names...>', t('cli.people.option.alsoCalled')),
    async ({ client, flags: { yes, cancel, alsoCalled }, args: [site, username] }) => {
      const who = { site: site!, username: username! };
      if (!yes) await confirm(cli, who);
      const done = await client.call('people.erase', { params: who, body: { cancel, alsoCalled } });
      const words =
        done.state === 'erased'
          ? t('cli.people.erased', { ...who, rows: done.rows })
          : t('cli.people.cancelling', { ...who, requests: done.requests.join(', ') });
      return { data: done, words: harmless(words), exitCode: done.state === 'erased' ? 0 : 75 };
    },
  );
}

/** The username typed once more: it cannot be taken back. @throws AppError `invalid-parameter` */
async function confirm({ stdin, stderr, translator: { t } }: Cli, who: { site: string; username: string }) {
  if (!stdin.isTTY) throw new AppError('invalid-parameter', t('cli.people.needsYes'));
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: stdin, output: stderr });
  const typed = await lines.question(`${harmless(t('cli.people.confirm', who))} `).finally(() => lines.close());
  if (typed.trim() !== who.username) throw new AppError('cancelled', t('cli.people.notConfirmed'));
}
