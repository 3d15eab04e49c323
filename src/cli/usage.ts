import type { Translator } from '@jouvence/i18n';
import type { Command, CommanderError, Help } from 'commander';
import type { Cli } from './cli.ts';
import { nearest } from './nearest.ts';

/** Asked wrongly. */
export class UsageError extends Error {
  /** Where to read more. */
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
  }
}

/** Help in the reader's language; errors thrown and not printed, with the command in which they were made. */
export function prepare(command: Command, cli: Cli): void {
  const { t } = cli.translator;
  command
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: (text) => cli.stdout.write(text),
      writeErr: (text) => cli.stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => (cli.stdout.isTTY ? cli.stdout.columns : 100),
      getErrHelpWidth: () => (cli.stderr.isTTY ? cli.stderr.columns : 100),
    })
    .configureHelp({ ...helpIn(cli.translator), showGlobalOptions: false })
    .helpOption('-h, --help', t('cli.help.help'))
    .exitOverride((error) => {
      throw Object.assign(error, { command });
    });
  if (command.commands.length > 0) command.helpCommand('help [command]', t('cli.help.command'));
  for (const each of command.commands) prepare(each, cli);
}

function helpIn({ t }: Translator): Partial<Help> {
  const titles: Record<string, string> = {
    'Usage:': t('cli.help.usage'),
    'Arguments:': t('cli.help.arguments'),
    'Options:': t('cli.help.options'),
    'Global Options:': t('cli.help.globalOptions'),
    'Commands:': t('cli.help.commands'),
  };
  return {
    styleTitle: (title) => titles[title] ?? title,
    // Commander adds "(default: …)" and "(choices: …)" in English.
    optionDescription: ({ description, defaultValue, defaultValueDescription, argChoices, negate }) => {
      const notes = [
        ...(argChoices ? [`${t('cli.help.choices')}: ${argChoices.join(' | ')}`] : []),
        ...(defaultValue === undefined || typeof defaultValue === 'boolean' || negate
          ? []
          : [`${t('cli.help.default')}: ${defaultValueDescription ?? String(defaultValue)}`]),
      ];
      return notes.length > 0 ? `${description} (${notes.join('; ')})` : description;
    },
  };
}

/** Commander's English sentence again, in the reader's language and with the word that was probably meant. */
export function usageErrorOf(
  error: CommanderError & { command?: Command },
  { t }: Translator,
  argv: readonly string[],
): UsageError {
  const { command } = error;
  const given = /'(.*?)'/s.exec(error.message)?.[1] ?? '';
  const path = command ? pathOf(command) : 'jouvence';
  const hint = t('cli.error.seeHelp', { command: path });
  const meant = (known: string[], said = given) => {
    const word = nearest(said, known);
    return word === undefined ? '' : `\n${t('cli.error.didYouMean', { nearest: word })}`;
  };
  const unknownOption = (word: string) =>
    new UsageError(t('cli.error.unknownOption', { given: word }) + meant(optionsOf(command), word), hint);
  switch (error.code) {
    case 'commander.unknownCommand':
      return new UsageError(t('cli.error.unknownCommand', { given }) + meant(commandsOf(command)), hint);
    case 'commander.unknownOption':
      return unknownOption(given);
    case 'commander.missingArgument':
      return new UsageError(t('cli.error.missingArgument', { name: given }), hint);
    case 'commander.missingMandatoryOptionValue': {
      // `--taget new`: that --target is missing is true, and no help.
      const misspelt = argv.find((word) => word.startsWith('--') && !optionsOf(command).includes(word.split('=')[0]!));
      if (misspelt !== undefined && misspelt !== '--') return unknownOption(misspelt.split('=')[0]!);
      return new UsageError(t('cli.error.missingOption', { name: given }), hint);
    }
    case 'commander.optionMissingArgument':
      return new UsageError(t('cli.error.missingValue', { name: given }), hint);
    case 'commander.excessArguments':
      return new UsageError(t('cli.error.tooMany'), hint);
    // A noun without a verb: its help has been printed.
    case 'commander.help':
      return new UsageError(t('cli.error.missingCommand'), '');
    default:
      return new UsageError(error.message.replace(/^error: /, ''), hint);
  }
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function commandsOf(command: Command | undefined): string[] {
  return (command?.commands ?? []).map((each) => each.name());
}

function optionsOf(command: Command | undefined): string[] {
  return ['--help', '--lang', ...(command?.options ?? []).map((option) => option.long ?? '')];
}
