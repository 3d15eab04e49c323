import { readFile, rename, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { findCodeBase, type NewCodeBase } from '@jouvence/moodle-client';
import { type Profile, profiles, readPairingCode, wireName } from '@jouvence/protocol';
import { sendCommand } from './command.ts';
import { type ConformanceOptions, type Outcome, runConformance } from './conformance.ts';

const usage = `npm run test:conformance -- --site URL --token-file FILE [options]

Asks a site the whole agent protocol, and lists what it answers differently from every other site.

  --site URL                 the site (wwwroot)
  --token-file FILE          a token of the profile "source"
  --target-token-file FILE   a token of "target"; with it courses are restored, and removed again
  --target-site URL          another site for it; default: --site
  --fleet-token-file FILE    a token of "fleet"; with it the site is in maintenance for a moment
  --course ID                a course of the source to back up; without it one is put there (needs both tokens, one site)
  --code-base DIR            instead of --site and tokens: a site on this machine, by the command line; all that are set
                             up of its profiles are tried
  --php PATH                 of that code base
  --account NAME             that owns its data directory
  --person USERNAME          who is looked for and enrolled; default: the service's own account
  --inherited ID             a course in which that person holds a role only by a category above it
  --pairing-code-file FILE   a pairing code of --site, which is used up; its token takes the place of its profile's
  --only TEXT                only cases whose name holds this
  --rotate                   also exchanges the tokens; the new ones are written into the files
  --slow                     also waits for a quarter of an hour
  --patience SECONDS         for one task; default 300
  --json                     the outcome as JSON on standard output
  --help                     this
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      site: { type: 'string' },
      'token-file': { type: 'string' },
      'target-token-file': { type: 'string' },
      'target-site': { type: 'string' },
      'fleet-token-file': { type: 'string' },
      'code-base': { type: 'string' },
      php: { type: 'string' },
      account: { type: 'string' },
      course: { type: 'string' },
      person: { type: 'string' },
      inherited: { type: 'string' },
      'pairing-code-file': { type: 'string' },
      only: { type: 'string' },
      help: { type: 'boolean', default: false },
      rotate: { type: 'boolean', default: false },
      slow: { type: 'boolean', default: false },
      patience: { type: 'string', default: '300' },
      json: { type: 'boolean', default: Boolean(process.env.npm_config_json) },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const files: Partial<Record<Profile, string | undefined>> = {
    source: values['token-file'],
    target: values['target-token-file'],
    fleet: values['fleet-token-file'],
  };
  if (!values['code-base'] && (!values.site || !Object.values(files).some(Boolean)))
    throw new Usage('--site and a token file are needed, or --code-base');
  const tokens: ConformanceOptions['tokens'] = values['code-base']
    ? await findDoors({ site: 'site', path: values['code-base'], php: values.php, account: values.account })
    : {};
  for (const [profile, file] of Object.entries(files) as [Profile, string | undefined][])
    if (file)
      tokens[profile] = {
        url: (profile === 'target' && values['target-site']) || values.site!,
        token: (await readFile(file, 'utf8')).trim(),
      };
  const code = values['pairing-code-file'] && readPairingCode(await readFile(values['pairing-code-file'], 'utf8'));
  if (values['pairing-code-file'] && !code) throw new Usage('there is no pairing code in --pairing-code-file');

  const say = (text: string) => process.stderr.write(`${text}\n`);
  const outcomes = await runConformance({
    tokens,
    course: number('--course', values.course),
    person: values.person,
    inherited: number('--inherited', values.inherited),
    patienceMs: number('--patience', values.patience)! * 1000,
    slow: values.slow,
    ...(code && { pairing: code }),
    ...(values.only && { only: (name) => name.includes(values.only!) }),
    rotate: values.rotate,
    keepToken: async (profile, token) => {
      if (files[profile]) await replaceFile(files[profile], `${token}\n`);
    },
    onCase: (outcome) => say(describeOutcome(outcome)),
  });
  const differences = outcomes.flatMap((outcome) => outcome.differences);
  const skipped = outcomes.filter((outcome) => outcome.skipped).length;
  if (values.json) process.stdout.write(`${JSON.stringify({ site: values.site, outcomes, differences }, null, 2)}\n`);
  say(
    `${values.site ?? values['code-base']}: ${outcomes.length - skipped} cases, ${skipped} skipped, ${differences.length} differences${differences.length === 0 ? '' : ' (above)'}`,
  );
  return differences.length === 0 ? 0 : 1;
}

/** Every profile that is set up there. */
async function findDoors(given: NewCodeBase): Promise<ConformanceOptions['tokens']> {
  const codeBase = await findCodeBase(given);
  const doors: ConformanceOptions['tokens'] = {};
  for (const profile of Object.keys(profiles) as Profile[]) {
    const { lines } = await sendCommand(codeBase, { request: { profile, function: wireName('get_site') } });
    if (lines[0]?.result) doors[profile] = { codeBase };
  }
  if (Object.keys(doors).length === 0) throw new Usage('no profile is set up there: cli/setup.php --command-line');
  return doors;
}

class Usage extends Error {}

function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,12}$/.test(text)) throw new Usage(`${name} must be a number`);
  return Number(text);
}

/** Whole, or as it was: the old token is about to end. */
async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

function describeOutcome({ name, skipped, differences, milliseconds }: Outcome): string {
  if (skipped) return `– ${name} (skipped: needs ${skipped})`;
  const head = `${differences.length === 0 ? '✓' : '✗'} ${name} (${(milliseconds / 1000).toFixed(1)} s)`;
  const lines = differences.map(
    (it) => `    ${it.function} · ${it.asked || '—'} · expected ${it.expected} · found ${it.found}`,
  );
  return [head, ...lines].join('\n');
}

try {
  process.exitCode = await main();
} catch (error) {
  const mistaken = error instanceof Usage || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${(error as Error).message}\n${mistaken ? `\n${usage}` : ''}`);
  process.exitCode = mistaken ? 2 : 3;
}
