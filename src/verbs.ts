import { existsSync, readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { backupVerb, restoreVerb } from './backup-verbs.ts';
import { AppError } from './errors.ts';
import { configOf, type LocalArguments, onDataDir, withModules } from './local-verb.ts';
import { secretsVerb } from './secrets-verbs.ts';

/**
 * Commands that work on this machine's data directory, not through the API. Each brings in what it runs only when it
 * is used: `jouvence --version` must not load a database client.
 */
export function localVerbs(): Command[] {
  return [
    startVerb(),
    serveVerb(),
    workVerb(),
    demoVerb(),
    migrateVerb(),
    backupVerb(),
    restoreVerb(),
    secretsVerb(),
    configVerb(),
  ];
}

interface ServeArguments extends LocalArguments {
  demo: boolean;
}

function startVerb(): Command {
  return serveOptions(new Command('start').description('Serves with the demo loaded: two old campuses and a new one.'))
    .option('--no-demo', 'leave the demo out')
    .action(serveUntilStopped);
}

function serveVerb(): Command {
  return serveOptions(
    new Command('serve').description('Runs API, worker and embedded sites on a data directory, until it is stopped.'),
  )
    .option('--demo', 'load the demo', false)
    .option('--no-demo', 'leave the demo out (the default)')
    .action(serveUntilStopped);
}

function serveOptions(command: Command): Command {
  return onDataDir(command)
    .option('--port <number>', 'port of the API and of the embedded sites (8080); 0 takes a free one')
    .option('--host <address>', 'address to listen on (127.0.0.1)');
}

async function serveUntilStopped(args: ServeArguments): Promise<void> {
  const { serveForever } = await import('./serve-forever.ts');
  await serveForever(await configOf(args), { demo: args.demo });
}

function workVerb(): Command {
  return onDataDir(new Command('work'))
    .description(
      'Runs one more worker, on this machine or on another one that has the same DATABASE_URL and secret key.',
    )
    .action(async (args: ServeArguments) => {
      const { workForever } = await import('./serve-forever.ts');
      const config = await configOf(args);
      // A worker alone has no work: a database of its own, made because of a wrong name, would only hide that.
      if (config.get('database.url') === '' && !existsSync(config.dataDir))
        throw new AppError(
          'config-invalid',
          `there is no data directory ${config.dataDir}: name that of the server with --data, or its database with DATABASE_URL`,
        );
      await workForever(config);
    });
}

interface DemoArguments {
  json?: boolean;
  keep?: string;
}

function demoVerb(): Command {
  const demo = new Command('demo')
    .description('Carries five courses between three campuses, compares what arrived, and ends by itself.')
    .option('--json', 'one JSON document, and nothing else, on standard output')
    .option('--keep <directory>', 'keep the data directory there, which must be empty or new')
    .action(async ({ json, keep }: DemoArguments) => {
      const { demoCommand } = await import('./demo/index.ts');
      process.exitCode = await demoCommand({
        json: json === true,
        keep: keep === undefined ? undefined : emptyDir(keep),
      });
    });
  demo.addCommand(
    onDataDir(new Command('remove'))
      .description("Takes away the demo's sites, courses, accounts and requests; the server must not be running.")
      .action(async (args: ServeArguments) => {
        const { removeDemoCommand } = await import('./demo/index.ts');
        await removeDemoCommand(await configOf({ ...args, port: '0' }));
      }),
  );
  return demo;
}

function migrateVerb(): Command {
  return onDataDir(new Command('migrate'))
    .description('Brings the database up to date, after a backup; a server does it by itself when it starts.')
    .action((args: LocalArguments) =>
      withModules(args, async ({ config, modules: { store }, log }) => {
        const { migrateSafely } = await import('./safekeeping.ts');
        await migrateSafely(config, store, log);
        process.stdout.write('The database is up to date.\n');
      }),
    );
}

function configVerb(): Command {
  const config = new Command('config').description('What is configured, and from where.');
  config.addCommand(
    onDataDir(new Command('show'))
      .description('Every key, its value and where it comes from; secrets are hidden.')
      .option('--json', 'one JSON document')
      .action(async (args: ServeArguments & { json?: boolean }) => {
        const rows = (await configOf(args)).show();
        if (args.json) return void process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
        for (const { key, value, origin, meaning } of rows)
          process.stdout.write(`${key} = ${JSON.stringify(value)}   (${origin})\n    ${meaning}\n`);
      }),
  );
  config.addCommand(
    onDataDir(new Command('check'))
      .description('Whether the configuration can be used; says what cannot.')
      .action(async (args: ServeArguments) => {
        const config = await configOf(args);
        process.stdout.write('The configuration can be used.\n');
        if (config.get('mail.url') === '') process.stdout.write('mail.url is empty: no mail goes out.\n');
        else process.stdout.write('Whether mail goes out: jouvence notices test ADDRESS\n');
      }),
  );
  return config;
}

function emptyDir(path: string): string {
  const directory = resolve(path);
  if (!existsSync(directory)) return directory;
  if (!statSync(directory).isDirectory() || readdirSync(directory).length > 0) {
    throw new AppError('invalid-parameter', `${directory} is there already and not empty: name a new directory`);
  }
  return directory;
}
