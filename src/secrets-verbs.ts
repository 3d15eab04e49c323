import { Command } from 'commander';
import { type LocalArguments, onDataDir, withModules } from './local-verb.ts';

interface SecretsArguments extends LocalArguments {
  prepare?: boolean;
  json?: boolean;
}

/** `jouvence secrets …`: on the machine that has the key. */
export function secretsVerb(): Command {
  const secrets = new Command('secrets').description('The key that seals the tokens of the sites.');
  secrets.addCommand(
    onDataDir(new Command('status'))
      .description('Which keys there are, how many secrets each has sealed, and what opens with none.')
      .option('--json', 'one JSON document')
      .action((args: SecretsArguments) =>
        withModules(args, async ({ config, modules }) => showState(args, config.dataDir, modules)),
      ),
  );
  secrets.addCommand(
    onDataDir(new Command('rotate'))
      .description('A new key: everything is sealed anew, while all goes on; then the old one goes.')
      .option('--prepare', 'only make the new key, to be copied to the other machines first')
      .option('--json', 'one JSON document')
      .action((args: SecretsArguments) => withModules(args, (tools) => rotate(args, tools))),
  );
  return secrets;
}

type Tools = Parameters<Parameters<typeof withModules>[1]>[0];

async function showState(args: SecretsArguments, dataDir: string, { store, sites }: Tools['modules']): Promise<void> {
  const { keyState } = await import('./rotation.ts');
  const state = await keyState(dataDir, store);
  const locked = await sites.locked();
  if (locked.length > 0) process.exitCode = 1;
  if (args.json) return void process.stdout.write(`${JSON.stringify({ ...state, locked }, null, 2)}\n`);
  const lines = [
    `From ${state.origin}:`,
    ...(state.keys.length === 0 ? ['  no key yet: the first secret that is sealed makes one'] : []),
    ...state.keys.map(({ id, values }, index) => `  ${id}  ${index === 0 ? 'seals' : 'opens'}  ${values} secrets`),
    ...state.missing.map(({ id, values }) => `  ${id}  MISSING  ${values} secrets need it`),
    ...(state.keys.length > 1 ? ['A rotation is not finished: jouvence secrets rotate'] : []),
    ...(locked.length > 0
      ? [
          `To be paired again, unless that key comes back: ${locked.map(({ site, profile }) => `${site} (${profile})`).join(', ')}`,
        ]
      : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function rotate(args: SecretsArguments, { config, modules: { store }, log }: Tools): Promise<void> {
  const [{ rotateKey }, { hostIdOf }] = await Promise.all([import('./rotation.ts'), import('./compose.ts')]);
  const { dataDir } = config;
  const onStep = (text: string) => process.stderr.write(`${text}\n`);
  const done = await rotateKey({ dataDir, store, log, host: hostIdOf(dataDir), prepare: args.prepare, onStep });
  if (args.json) return void process.stdout.write(`${JSON.stringify(done, null, 2)}\n`);
  if (done.state === 'prepared') {
    process.stdout.write(
      `Key ${done.keyId} is made and seals nothing yet. Copy the key file to every machine that runs Jouvence, then: jouvence secrets rotate\n`,
    );
    return;
  }
  process.stdout.write(
    `Key ${done.keyId} seals all: ${done.resealed} secrets sealed anew, the old key is gone. Save the new one, apart from the backups.\n`,
  );
  if (done.lost > 0)
    process.stdout.write(`${done.lost} secrets open with none of the keys here: see "jouvence secrets status".\n`);
}
