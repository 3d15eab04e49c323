import { isLoopback, probeHead, readCertificateEnd, type SiteClient, type SiteLimits } from '@jouvence/moodle-client';
import { type Profile, type Result, transfer } from '@jouvence/protocol';
import type { Clock } from '../../clock.ts';
import { missingFunctions } from '../introduce.ts';
import type { Pair, Site } from '../site.ts';
import type { SiteFacts } from '../sites.sql.ts';
import { judgeCertificate } from './certificate.ts';
import { type CheckFacts, type Find, type Finding, findingsOf } from './findings.ts';
import { judgeSite } from './site-facts.ts';
import { judgeConnection, judgeRoles } from './standing.ts';
import { checkTransfers } from './transfers.ts';
import { describeTrouble } from './trouble.ts';

/** Of one call; and of the whole, with a part of an archive in it. */
const callMs = 25_000;
const wholeMs = 45_000;

export interface CheckInput {
  site: Site;
  /** To be checked, each by its own way in. */
  profiles: readonly Profile[];
  /** A client of its own, to be closed; undefined: there is no token. @throws AppError `key-missing` */
  connect: (profile: Profile) => SiteClient | undefined;
  others: Site[];
  pairs: Pair[];
  /** In which people are enrolled there; null: nobody is, or it is no target. */
  enrolRole: string | null;
  /** Our own address; empty: none. */
  publicUrl: string;
  clock: Clock;
  limits?: Partial<SiteLimits>;
  signal?: AbortSignal;
}

export interface Checked {
  findings: Finding[];
  facts: CheckFacts;
  /** As the site answered, if it did. */
  answer: Result<'get_site'> | undefined;
  /** The same of a site with only Strasbourg's block. */
  block?: SiteFacts;
  /** Until when each token opens, as the site says; 0: for ever. */
  tokens: { profile: Profile; expires: number }[];
  /** What a call ended with, the worst: the site's health. */
  failure: unknown;
}

/**
 * Asks everything at once, each within its time; what fails is a finding. With a client of its own, so that what is
 * asked with a grant that opens nothing does not look like the site's health.
 */
export async function checkSite(input: CheckInput): Promise<Checked> {
  const { profiles, signal } = input;
  const timeout = AbortSignal.timeout(wholeMs);
  const run = new CheckRun(input, signal ? AbortSignal.any([signal, timeout]) : timeout);
  try {
    await Promise.all([...profiles.map((profile) => run.profile(profile)), run.certificate()]);
    run.judgeAnswer();
    // What broke because nobody waits for it any more says nothing about the site.
    signal?.throwIfAborted();
    return run.result();
  } finally {
    await run.close();
  }
}

/** Seconds that theirs is ahead: it was read at some time between ours, and has no fractions. */
function compareClocks(theirs: number, from: number, until: number): number {
  if (theirs + 1 < from) return Math.round(theirs + 1 - from);
  return theirs > until ? Math.round(theirs - until) : 0;
}

class CheckRun {
  readonly #input: CheckInput;
  readonly #signal: AbortSignal;
  readonly #find: Find;
  readonly #findings: Finding[] = [];
  readonly #clients: SiteClient[] = [];
  readonly #tokens: Checked['tokens'] = [];
  #answer: Result<'get_site'> | undefined;
  #failure: unknown;
  readonly #facts: CheckFacts = {
    release: null,
    agent: null,
    latencyMs: null,
    clockSeconds: null,
    lastCronAt: null,
    address: null,
    certificateEndsAt: null,
    partBytes: null,
  };

  constructor(input: CheckInput, signal: AbortSignal) {
    this.#input = input;
    this.#signal = signal;
    const createPeople = input.pairs.some((pair) => pair.target.id === input.site.id && pair.createPeople);
    this.#find = findingsOf(input.site, { createPeople });
  }

  /** Everything that is asked with one token. */
  async profile(profile: Profile): Promise<void> {
    const { site, pairs, limits, enrolRole } = this.#input;
    const client = await this.#attempt(profile, async () => this.#open(profile));
    if (!client) return;
    const options = { signal: this.#signal, timeoutMs: callMs };
    const identity = this.#attempt(profile, () => this.#askWho(client));
    await Promise.all([
      this.#attempt(profile, async () => {
        const missing = await missingFunctions(client, profile, this.#signal);
        if (missing.length > 0) this.#findings.push(this.#find('functions-missing', missing.join(', '), {}, profile));
      }),
      this.#attempt(profile, async () => {
        const [connection] = await Promise.all([client.call('get_connection', {}, options), identity]);
        this.#keepConnection(profile, connection);
      }),
      this.#attempt(profile, async () => {
        if (profile === 'fleet') return;
        const roles = await client.call('list_roles', {}, options);
        this.#findings.push(...judgeRoles(this.#find, roles, { site, profile, pairs, enrolRole }));
      }),
      this.#attempt(profile, () => this.#askTrust(client)),
      this.#attempt(profile, async () => {
        const partBytes = (await identity)?.uploadpartbytes ?? transfer.minPartBytes;
        const checked = await checkTransfers(this.#find, client, profile, {
          partBytes,
          // Nothing but the file system stands between us and its code.
          ...(!site.codeBase && {
            probe: (path) =>
              probeHead({ site: site.name, url: site.url, limits, path, grant: 'none', signal: this.#signal }),
          }),
          signal: this.#signal,
        });
        this.#findings.push(...checked.findings);
        this.#facts.partBytes ??= checked.partBytes;
      }),
    ]);
  }

  async certificate(): Promise<void> {
    const { site, clock } = this.#input;
    const endsAt = await readCertificateEnd(site.url).catch(() => null);
    this.#facts.certificateEndsAt = endsAt;
    this.#findings.push(...judgeCertificate(this.#find, site.url, endsAt, clock.now()));
  }

  judgeAnswer(): void {
    const { site, others, profiles } = this.#input;
    if (profiles.length === 0) this.#findings.push(this.#find('no-token', site.name));
    if (!this.#answer) return;
    const offset = this.#facts.clockSeconds ?? 0;
    this.#findings.push(...judgeSite(this.#find, this.#answer, { site, others, profiles, offset }));
  }

  result(): Checked {
    const [findings, facts, answer, tokens, failure] = [
      this.#findings,
      this.#facts,
      this.#answer,
      this.#tokens,
      this.#failure,
    ];
    return { findings, facts, answer, tokens, failure };
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  #open(profile: Profile): SiteClient | undefined {
    const { site, connect } = this.#input;
    const client = connect(profile);
    if (client === undefined) {
      this.#findings.push(this.#find('no-token', site.name, {}, profile));
      return undefined;
    }
    this.#clients.push(client);
    return client;
  }

  async #askWho(client: SiteClient): Promise<Result<'get_site'>> {
    const { clock } = this.#input;
    const start = clock.nowMs();
    const answer = await client.call('get_site', {}, { signal: this.#signal, timeoutMs: callMs });
    const end = clock.nowMs();
    if (!this.#answer) {
      this.#answer = answer;
      this.#facts.release = answer.release;
      this.#facts.agent = answer.agent;
      this.#facts.latencyMs = end - start;
      this.#facts.clockSeconds = compareClocks(answer.clock, start / 1000, end / 1000);
      this.#facts.lastCronAt = answer.lastcron === 0 ? null : new Date(answer.lastcron * 1000);
    }
    return answer;
  }

  #keepConnection(profile: Profile, connection: Result<'get_connection'>): void {
    const { site, pairs, clock } = this.#input;
    this.#facts.address ??= connection.address;
    if (connection.profile === profile) this.#tokens.push({ profile, expires: connection.tokenexpires });
    const context = { site, profile, pairs, now: clock.now(), offset: this.#facts.clockSeconds ?? 0 };
    const local = isLoopback(new URL(site.url).hostname);
    this.#findings.push(...judgeConnection(this.#find, connection, { ...context, local }));
  }

  async #askTrust(client: SiteClient): Promise<void> {
    const { site, publicUrl } = this.#input;
    const { kid, publickey } = await client.call('get_trust', {}, { signal: this.#signal, timeoutMs: callMs });
    if (site.trust && (site.trust.kid !== kid || site.trust.publickey !== publickey))
      this.#findings.push(this.#find('key-changed', site.name));
    if (publicUrl !== '' && site.control !== publicUrl)
      this.#findings.push(this.#find('entrance-other', site.name, { told: site.control || '–', ours: publicUrl }));
  }

  /** Undefined: it failed, and that is among the findings. */
  async #attempt<T>(profile: Profile, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#failure ??= error;
      this.#findings.push(describeTrouble(this.#find, this.#input.site, profile, error));
      return undefined;
    }
  }
}
