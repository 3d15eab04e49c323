import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Profile } from '@jouvence/protocol';
import { SiteError } from '../errors.ts';
import { wordsOf } from '../wire.ts';
import { identityOf, ownAccount } from './account.ts';
import { type CodeBase, publicRoot, scriptOf } from './code-base.ts';
import { run } from './run.ts';

export interface SetUp {
  /** The site's name, for messages. */
  site: string;
  codeBase: CodeBase;
  profile: Profile;
  /** Restores may create accounts; for a target. */
  createPeople?: boolean;
}

/** An upgrade's worth of roles and functions, on a slow disk. */
const setUpMs = 300_000;

/**
 * Makes or mends on the site what a profile needs (`cli/setup.php`), without a code or a token, and without switching web
 * services on. @throws SiteError `site-error` with what it said
 */
export async function setUpProfile({ site, codeBase, profile, createPeople = false }: SetUp): Promise<void> {
  const { php, path, account, host } = codeBase;
  const root = (await publicRoot(path)) ?? path;
  const args = [
    scriptOf(root, 'setup.php'),
    `--profile=${profile}`,
    '--command-line',
    ...(createPeople ? ['--create-people'] : []),
  ];
  const identity = await identityOf(site, account);
  const { code, stdout, stderr, failure } = await run(php, args, { identity, host, cwd: path, timeoutMs: setUpMs });
  if (code === 0) return;
  const said = wordsOf(site).quote((stderr.trim() || stdout.trim()).slice(-500));
  const why = `its set-up did not succeed: ${[failure, said].filter(Boolean).join(': ')}`;
  throw new SiteError('site-error', site, [why, ...(await circumstances(codeBase))].join('. '));
}

/** What may be the reason, and only we know: as whom it was run, and for which of several sites. */
async function circumstances({ path, account, host }: CodeBase): Promise<string[]> {
  const own = ownAccount();
  const config = await readFile(join(path, 'config.php'), 'utf8').catch(() => '');
  return [
    // Root has found out whose the data directory is, or was told.
    ...(own === 'root'
      ? []
      : [`Jouvence runs as ${account}: it has to be the account that owns the site's data directory, or root`]),
    ...(host ? [`It was run with JOUVENCE_HOST ${host}`] : []),
    ...(!host && config.includes('JOUVENCE_HOST')
      ? ['Its config.php looks at JOUVENCE_HOST: name the site that is meant (--host)']
      : []),
  ];
}

/** The same by hand: the command that an administrator types. */
export function setUpCommand({ path, php, account, host }: CodeBase, profile: Profile): string {
  const root = existsSync(join(path, 'public/version.php')) ? join(path, 'public') : path;
  const program = [...(host ? ['env', `JOUVENCE_HOST=${host}`] : []), php, scriptOf(root, 'setup.php')];
  return `sudo -u ${account} ${program.join(' ')} --profile ${profile} --command-line`;
}
