import type { ApiError } from '@jouvence/contract';
import {
  createTranslator,
  failureText,
  type Language,
  languageOfEnvironment,
  languages,
  type Translator,
} from '@jouvence/i18n';
import { Command, CommanderError } from 'commander';
import { AppError, errorCatalogue, toAppError } from '../errors.ts';
import { badValue, type Cli } from './cli.ts';
import { harmlessLines } from './terminal-text.ts';
import { prepare, UsageError, usageErrorOf } from './usage.ts';

export interface CliOptions {
  version: string;
  /** Commands that need no server, made by whoever composes the program. */
  localVerbs: readonly Command[];
  /** Where the server of a data directory listens; of the default one when none is named. */
  socketPath(dataDir: string | undefined): string;
  env?: NodeJS.ProcessEnv;
  stdin?: NodeJS.ReadStream;
  stdout?: NodeJS.WriteStream;
  stderr?: NodeJS.WriteStream;
}

/** Each noun's file is read only when it is used: a start must not cost what it does not need. */
const nouns = {
  sites: async () => (await import('./sites.ts')).siteVerbs,
  pairs: async () => (await import('./pairs.ts')).pairVerbs,
  operators: async () => (await import('./operators.ts')).operatorVerbs,
  audit: async () => (await import('./audit.ts')).auditVerbs,
  tokens: async () => (await import('./tokens.ts')).tokenVerbs,
  'block-tokens': async () => (await import('./block-tokens.ts')).blockTokenVerbs,
  courses: async () => (await import('./courses.ts')).courseVerbs,
  notices: async () => (await import('./notices.ts')).noticeVerbs,
  people: async () => (await import('./people.ts')).peopleVerbs,
  requests: async () => (await import('./requests.ts')).requestVerbs,
  settings: async () => (await import('./settings.ts')).settingVerbs,
} satisfies Record<string, () => Promise<(cli: Cli, noun: Command) => void>>;

/**
 * Runs one command line (without `node` and the script) and gives its exit code. What was asked for goes to standard
 * output, everything else to standard error; with `--json` standard output holds one document, whatever happens.
 */
export async function runCli(argv: readonly string[], options: CliOptions): Promise<number> {
  const { env = process.env, stdin = process.stdin, stdout = process.stdout, stderr = process.stderr } = options;
  const { language, unknown, rest } = takeLanguage(argv);
  const translator = createTranslator(language ?? languageOfEnvironment(env));
  const cli: Cli = { env, stdin, stdout, stderr, translator, socketPath: options.socketPath, exitCode: 0 };
  // Left in place for good: the error of the last line comes after the end of the command that wrote it.
  for (const stream of [stdout, stderr])
    if (!stream.listeners('error').includes(passBrokenPipe)) stream.on('error', passBrokenPipe);
  try {
    if (unknown !== undefined) throw badValue(translator, '--lang', unknown, languages.join(' | '));
    const program = await createProgram(cli, options, rest);
    await program.parseAsync(rest, { from: 'user' });
    return cli.exitCode || Number(process.exitCode ?? 0);
  } catch (error) {
    return fail(cli, error, rest);
  }
}

/** `jouvence … | head` closes its end: that is no failure of ours, and a server goes on. */
function passBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

async function createProgram(cli: Cli, { version, localVerbs }: CliOptions, argv: readonly string[]): Promise<Command> {
  const { t } = cli.translator;
  const program = new Command('jouvence')
    .description(t('cli.about'))
    .version(version, '-V, --version', t('cli.help.version'))
    .option('--lang <language>', t('cli.option.lang'))
    .enablePositionalOptions();
  const words = argv.filter((word) => !word.startsWith('-')).slice(0, 2);
  for (const [name, load] of Object.entries(nouns)) {
    const noun = program.command(name).description(t(`cli.${name as keyof typeof nouns}`));
    if (words[0] === name || (words[0] === 'help' && words[1] === name)) (await load())(cli, noun);
  }
  if (words[0] === 'status' || words[1] === 'status') (await import('./status.ts')).statusVerb(cli, program);
  else program.command('status').description(t('cli.jouvence.status'));
  for (const verb of localVerbs) {
    program.addCommand(verb);
    describeLocal(verb, 'cli.local', cli.translator);
  }
  prepare(program, cli);
  return program;
}

/** Local verbs are made without knowing who reads: their descriptions are put in here. */
function describeLocal(command: Command, key: string, translator: Translator): void {
  const own = `${key}.${command.name()}`;
  const text = translator.maybe(own);
  if (text !== undefined) command.description(text);
  for (const each of command.commands) describeLocal(each, own, translator);
}

/** `--lang` may stand anywhere, also where a local verb knows nothing of it. */
function takeLanguage(argv: readonly string[]): { language?: Language; unknown?: string; rest: string[] } {
  const end = argv.indexOf('--') < 0 ? argv.length : argv.indexOf('--');
  const rest: string[] = [];
  let language: Language | undefined;
  let unknown: string | undefined;
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index]!;
    const value = word === '--lang' ? argv[index + 1] : /^--lang=(.*)$/s.exec(word)?.[1];
    const known = languages.find((each) => each === value);
    if (index < end && value !== undefined && known === undefined) unknown = value;
    if (index >= end || known === undefined) rest.push(word);
    else {
      language = known;
      if (word === '--lang') index++;
    }
  }
  return { language, unknown, rest };
}

function fail(cli: Cli, thrown: unknown, argv: readonly string[]): number {
  const { stdout, stderr, translator } = cli;
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
  const usage = thrown instanceof CommanderError ? usageErrorOf(thrown, translator, argv) : thrown;
  const error = usage instanceof UsageError ? new AppError('invalid-parameter', usage.message) : toAppError(usage);
  const requestId = isApiError(thrown) ? thrown.requestId : '';
  if (argv.includes('--json')) {
    const details = Object.keys(error.details).length > 0 ? { details: error.details } : {};
    const body = { error: { code: error.code, message: error.message, ...details, ...(requestId && { requestId }) } };
    stdout.write(`${JSON.stringify(body, null, 2)}\n`);
  }
  stderr.write(`${harmlessLines(describe(error, thrown, translator, requestId))}\n`);
  if (usage instanceof UsageError && usage.hint !== '') stderr.write(`${harmlessLines(usage.hint)}\n`);
  // A mistake of ours, and nobody has seen where: without its place it cannot be mended.
  if (error.code === 'internal' && !isApiError(thrown) && thrown instanceof Error) stderr.write(`${thrown.stack}\n`);
  return errorCatalogue[error.code].exitCode;
}

/** By its name: to load the class here would load the schemas of the API with every command. */
function isApiError(thrown: unknown): thrown is ApiError {
  return thrown instanceof Error && thrown.name === 'ApiError';
}

/** In the reader's language; before what the server says in English alone, the catalogue's sentence. */
function describe(error: AppError, thrown: unknown, translator: Translator, requestId: string): string {
  const { t, language } = translator;
  const colon = language === 'fr' ? '\u00a0: ' : ': ';
  const text = failureText(translator, error);
  const isEnglishAlone = language !== 'en' && text === error.message;
  const sentence = isApiError(thrown) && isEnglishAlone ? `${t(`error.${error.code}`)} ` : '';
  const log = error.code === 'internal' && requestId ? `\n${t('cli.error.requestId', { id: requestId })}` : '';
  return `${t('cli.error.prefix')}${colon}${sentence}${text}${log}`;
}
