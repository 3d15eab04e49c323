import { setUpCommand } from '@jouvence/moodle-client';
import type { Profile } from '@jouvence/protocol';
import type { Site } from '../site.ts';

/**
 * What a check may find. `error`: courses cannot be carried, or not for long. `warning`: something will be lost, slow
 * or wrong. `info`: worth knowing. The sentences are in packages/i18n: `check.<code>.why` and `.todo`.
 */
export const findingCodes = {
  unreachable: 'error',
  silent: 'error',
  'bad-answer': 'error',
  busy: 'error',
  refused: 'error',
  'maintenance-locked': 'error',
  'key-missing': 'error',
  'no-token': 'error',
  'token-refused': 'error',
  'wrong-profile': 'error',
  'functions-missing': 'error',
  'capabilities-missing': 'error',
  'people-not-created': 'warning',
  'roles-unassignable': 'warning',
  'roles-unknown': 'warning',
  'enrol-role-unknown': 'error',
  'token-ends': 'warning',
  'token-endless': 'info',
  'renewal-failed': 'warning',
  'transfer-blocked': 'error',
  'grant-lost': 'error',
  'head-blocked': 'warning',
  'parts-refused': 'error',
  'parts-small': 'warning',
  'certificate-ended': 'error',
  'certificate-ends': 'warning',
  'tls-unseen': 'warning',
  'cron-never': 'error',
  'cron-stopped': 'error',
  'cron-late': 'warning',
  'tasks-waiting': 'warning',
  clock: 'warning',
  protocol: 'error',
  'release-old': 'error',
  'release-untried': 'info',
  maintenance: 'info',
  'other-site': 'error',
  clone: 'error',
  'address-other': 'warning',
  'address-open': 'info',
  'key-changed': 'warning',
  'entrance-other': 'info',
  'block-token': 'error',
  'block-functions': 'error',
  'block-forbidden': 'error',
  'block-downloads': 'error',
  'block-admin': 'warning',
  'block-roles': 'info',
  'block-limits': 'info',
  'block-people': 'info',
} as const satisfies Record<string, 'info' | 'warning' | 'error'>;

export type FindingCode = keyof typeof findingCodes;

export interface Finding {
  code: FindingCode;
  severity: 'info' | 'warning' | 'error';
  /** The thing: address, function, role. */
  what: string;
  /** Of whose token this is said; null: of the site. */
  profile: Profile | null;
  /** What the sentences speak of. */
  values: Record<string, string | number>;
}

/** What was seen, whether or not something is wrong with it; null: not known. */
export interface CheckFacts {
  release: string | null;
  agent: string | null;
  latencyMs: number | null;
  /** Of the site, against ours. */
  clockSeconds: number | null;
  lastCronAt: Date | null;
  /** From where the site sees our calls come. */
  address: string | null;
  certificateEndsAt: Date | null;
  /** Largest part of an upload that arrived. */
  partBytes: number | null;
}

export interface SiteCheck {
  site: Site;
  /** Nothing is an error. */
  ok: boolean;
  findings: Finding[];
  facts: CheckFacts;
}

/**
 * Findings about one site, with what the sentences speak of at hand: its name and address, and the command that sets a
 * profile up on it, or in order again. That takes away what it is not told to give, such as the making of accounts.
 */
export function findingsOf(
  { name, url, codeBase }: Pick<Site, 'name' | 'url' | 'codeBase'>,
  { createPeople }: { createPeople: boolean },
) {
  const setup = (profile: Profile) =>
    (codeBase ? setUpCommand(codeBase, profile) : `php local/jouvence/cli/setup.php --profile ${profile}`) +
    (profile === 'target' && createPeople ? ' --create-people' : '');
  return (
    code: FindingCode,
    what: string,
    values: Record<string, string | number> = {},
    profile: Profile | null = null,
  ): Finding => ({
    code,
    severity: findingCodes[code],
    what,
    profile,
    values: { site: name, url, ...(profile && { profile, setup: setup(profile) }), ...values },
  });
}

export type Find = ReturnType<typeof findingsOf>;

/** The worst first; what several parts say of the same thing, once. */
export function arrange(findings: Finding[]): Finding[] {
  const order = ['error', 'warning', 'info'];
  const seen = new Map(findings.map((each) => [`${each.code} ${each.what} ${each.profile ?? ''}`, each]));
  return [...seen.values()].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
