import type { ApiClient } from '@jouvence/contract';
import type { TextKey, Translator } from '@jouvence/i18n';
import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import type { ConnectOptions } from './connect.ts';
import { harmlessLines } from './terminal-text.ts';

/** What a command needs to be run; handed in, so that a test can hold every end of it. */
export interface Cli extends ConnectOptions {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** Set by the verb that ran. */
  exitCode: number;
}

/** One verb's answer: data for programs, words for people. */
export interface Answer {
  /** The one document of `--json`. */
  data: unknown;
  words: string;
  /** For people too, but not part of what is asked for: on standard error. */
  note?: string;
  exitCode?: number;
}

/** Of every verb. */
export interface Flags {
  json?: boolean;
  data?: string;
}

export interface Run<F extends Flags> {
  client: ApiClient;
  flags: F;
  args: string[];
  translator: Translator;
  cli: Cli;
  /** Columns of the terminal; undefined in a pipe, where nothing is cut. */
  width: number | undefined;
}

/** A verb with the options that all have, described by the catalogue's text of `noun.verb`. */
export function addVerb<F extends Flags>(
  cli: Cli,
  noun: Command,
  usage: string,
  describe: (command: Command) => void,
  work: (run: Run<F>) => Promise<Answer>,
): void {
  const { t } = cli.translator;
  const verb = usage.split(' ')[0]!;
  const command = noun.command(usage).description(t(`cli.${noun.name()}.${verb}` as TextKey));
  describe(command);
  command
    .option('--json', t('cli.option.json'))
    .option('--data <directory>', t('cli.option.data'))
    .action(async () => {
      const flags = command.opts<F>();
      // A variadic argument comes as a list of its own.
      const args = (command.processedArgs as (string | string[] | undefined)[])
        .flat()
        .filter((each) => each !== undefined);
      const width = cli.stdout.isTTY ? cli.stdout.columns : undefined;
      // Read only now: the schemas of the API cost every command line 15 MB and 40 ms.
      const { connect } = await import('./connect.ts');
      const run: Run<F> = { client: connect(cli, flags.data), flags, args, translator: cli.translator, cli, width };
      give(cli, flags, await work(run));
    });
}

function give(cli: Cli, flags: Flags, { data, words, note, exitCode }: Answer): void {
  if (flags.json) cli.stdout.write(`${JSON.stringify(data, null, 2)}\n`);
  else {
    if (note !== undefined) cli.stderr.write(`${harmlessLines(note)}\n`);
    if (words !== '') cli.stdout.write(`${words}\n`);
  }
  cli.exitCode = exitCode ?? 0;
}

/** For values of options and arguments, before anything is asked of a server. */
export function badValue({ t }: Translator, name: string, given: string, expected: string): AppError {
  return new AppError('invalid-parameter', t('cli.error.badValue', { name, given, expected }));
}

/** For an option that may be given several times. */
export const addTo = (given: string, before: string[] = []): string[] => [...before, given];

export function oneOf<T extends string>(translator: Translator, name: string, known: readonly T[]) {
  return (given: string): T => {
    if ((known as readonly string[]).includes(given)) return given as T;
    throw badValue(translator, name, given, known.join(' | '));
  };
}

export function wholeNumber(translator: Translator, name: string, min: number, max: number) {
  return (given: string): number => {
    const value = Number(given);
    if (/^\d{1,15}$/.test(given) && value >= min && value <= max) return value;
    throw badValue(translator, name, given, translator.t('cli.requests.expected.number', { min, max }));
  };
}
