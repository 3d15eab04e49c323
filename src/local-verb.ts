import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import type { Modules } from './compose.ts';
import type { Config, ConfigKey } from './config.ts';
import { AppError } from './errors.ts';
import type { Log } from './log.ts';

/** What every command takes that works on a data directory of this machine. */
export interface LocalArguments {
  data: string;
  config?: string;
  port?: string;
  host?: string;
}

/** In the clone, so that two clones never share one; git ignores it. */
export const defaultDataDir = (): string =>
  process.env.JOUVENCE_DATA || fileURLToPath(new URL('../data', import.meta.url));

/** With `--data` and `--config`. */
export function onDataDir(command: Command): Command {
  return command
    .addOption(
      new Option('--data <directory>', 'data directory').default(
        defaultDataDir(),
        'data in the clone, or JOUVENCE_DATA',
      ),
    )
    .option('--config <file>', 'configuration file (jouvence.yaml in the data directory)');
}

export async function configOf({ data, config, port, host }: LocalArguments): Promise<Config> {
  const { readConfig } = await import('./config.ts');
  if (existsSync(data) && !statSync(data).isDirectory())
    throw new AppError('config-invalid', `${resolve(data)} is no directory: name another one with --data`);
  const options: Partial<Record<ConfigKey, unknown>> = { 'server.port': port, 'server.host': host };
  return readConfig({ dataDir: data, file: config, env: process.env, options });
}

/** The modules of that data directory, for as long as `work` takes. */
export async function withModules(
  args: LocalArguments,
  work: (tools: { config: Config; modules: Modules; log: Log }) => Promise<void>,
): Promise<void> {
  const [{ openModules }, { openLog }] = await Promise.all([import('./compose.ts'), import('./log.ts')]);
  const config = await configOf(args);
  const log = openLog({ level: config.get('log.level') });
  const modules = await openModules({ config, log });
  try {
    await work({ config, modules, log });
  } finally {
    await modules.close();
  }
}
