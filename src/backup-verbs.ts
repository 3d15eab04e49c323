import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { AppError } from './errors.ts';
import { type LocalArguments, onDataDir, withModules } from './local-verb.ts';

interface BackupArguments extends LocalArguments {
  withoutSites?: boolean;
  json?: boolean;
}

export function backupVerb(): Command {
  return onDataDir(new Command('backup'))
    .description('Writes everything into one file, also while a server runs; the key of the secrets is not in it.')
    .argument('<file>', 'where to; it must not be there yet')
    .option('--without-sites', 'leave the embedded sites and their files out')
    .option('--json', 'one JSON document')
    .action(async (file: string, args: BackupArguments) => {
      const path = resolve(file);
      if (existsSync(path)) throw new AppError('conflict', `${path} is there already: name another file`);
      mustExist(args.data);
      await withModules(args, async ({ config, modules }) => {
        const { backUp } = await import('./safekeeping.ts');
        const done = await backUp(config, modules.store, path, { withoutSites: args.withoutSites });
        if (args.json) return void process.stdout.write(`${JSON.stringify({ file: path, ...done }, null, 2)}\n`);
        const { bytes, rows, files, keys } = done;
        process.stdout.write(`${path}: ${size(bytes)}, ${rows} rows, ${files} files of embedded sites.\n`);
        if (keys.length > 0)
          process.stdout.write(
            `The key of the secrets is not in it. Keep it apart (secret.key in the data directory, or where JOUVENCE_SECRET_KEY comes from): this backup needs ${keys.join(', ')}.\n`,
          );
      });
    });
}

interface RestoreArguments extends BackupArguments {
  replace?: boolean;
  pause?: boolean;
}

export function restoreVerb(): Command {
  return onDataDir(new Command('restore'))
    .description('Puts a backup in place of an empty installation; the server must not be running.')
    .argument('<file>', 'what `jouvence backup` wrote')
    .option('--without-sites', 'leave the embedded sites of the backup out')
    .option('--replace', 'what is here now goes')
    .option('--pause', 'pause every site: nothing is carried until you resume them')
    .option('--json', 'one JSON document')
    .action((file: string, args: RestoreArguments) =>
      withModules(args, async ({ config, modules }) => {
        const { restoreFrom } = await import('./safekeeping.ts');
        const done = await restoreFrom(config, modules.store, resolve(file), args);
        const { header, rows, files, missingKeys } = done;
        if (args.json) {
          const { createdAt, jouvence } = header;
          return void process.stdout.write(
            `${JSON.stringify({ createdAt, jouvence, rows, files, missingKeys, sites: header.sites !== null }, null, 2)}\n`,
          );
        }
        process.stdout.write(
          `Restored what Jouvence ${header.jouvence} saved at ${header.createdAt}: ${rows} rows, ${files} files of embedded sites.\n`,
        );
        for (const line of toDo(done, args)) process.stdout.write(`${line}\n`);
      }),
    );
}

/** What no program can do for the operator. */
function toDo({ header, missingKeys }: { header: { sites: unknown }; missingKeys: string[] }, args: RestoreArguments) {
  return [
    ...(missingKeys.length > 0
      ? [
          `To do: bring the key of the secrets here (${missingKeys.join(', ')}): secret.key in the data directory, or JOUVENCE_SECRET_KEY. Without it the sites have to be paired again.`,
        ]
      : []),
    ...(header.sites === null || args.withoutSites
      ? ['Embedded sites were left out: those that the register names do not answer.']
      : []),
    ...(args.pause ? ['Every site is paused: jouvence sites resume NAME'] : []),
    'Start it with: jouvence serve',
  ];
}

/** A wrong name must not make a new, empty installation, and save that. */
function mustExist(dataDir: string): void {
  if (process.env.DATABASE_URL || process.env.JOUVENCE_DATABASE_URL || existsSync(dataDir)) return;
  throw new AppError('config-invalid', `there is no data directory ${resolve(dataDir)}: name it with --data`);
}

function size(bytes: number): string {
  const [unit, name] = bytes >= 1e9 ? [1e9, 'GB'] : bytes >= 1e6 ? [1e6, 'MB'] : [1e3, 'kB'];
  return `${(bytes / unit).toFixed(1)} ${name}`;
}
