import type { Profile } from '@jouvence/protocol';
import { SiteError } from '../errors.ts';
import { wordsOf } from '../wire.ts';
import { identityOf } from './account.ts';
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
  const said = wordsOf(site).quote((stderr.trim() || stdout.trim()).slice(-300));
  throw new SiteError('site-error', site, `its set-up did not succeed: ${[failure, said].filter(Boolean).join(': ')}`);
}
