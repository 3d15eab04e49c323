import type { CodeBase, SiteClient } from '@jouvence/moodle-client';
import type { Profile, TicketClaims, TrustKey } from '@jouvence/protocol';
import type { Actor } from '../accounts/index.ts';
import type { SiteCheck } from './check/findings.ts';

/** A site that we know. Its tokens are sealed in the database and leave it only inside a client. */
export interface Site {
  id: number;
  /** Unique, lower case. */
  name: string;
  title: string;
  /** wwwroot, without a trailing slash. */
  url: string;
  /** `strasbourg`: a Moodle that has only Strasbourg's block, as a source. */
  kind: 'moodle' | 'embedded' | 'strasbourg';
  /** Version of its block, such as 2022061500; null for every other kind. */
  block: string | null;
  /** As a source. */
  abilities: SiteAbilities;
  release: string;
  /** Moodle's branch, such as 405. */
  branch: number;
  /** Moodle's site identifier; two sites that share it would match people by id. */
  identifier: string;
  /** IANA name. */
  timezone: string;
  demo: boolean;
  /** By which it is reached, on this machine; null: over the network, by tokens. */
  codeBase: CodeBase | null;
  /** What our tokens open there, or what is set up there for the command line. */
  profiles: Profile[];
  /** The same, and until when. */
  tokens: SiteToken[];
  /** By which key it signs tickets, as it was given when it was paired. */
  trust: TrustKey | null;
  /** Our own address as the site was told it; empty: none. */
  control: string;
  /** Where courses go that name no category. */
  defaultCategoryId: number | null;
  /** Nothing new is started on it while this is set. */
  pausedAt: Date | null;
  /** Why, in the operator's words; empty: not paused, or not said. */
  pauseReason: string;
  health: SiteHealth;
}

/** What a source can do, whatever it is made of: who depends on one of these asks here, not for its kind. */
export interface SiteAbilities {
  /** Tells what is in a course before it is backed up. */
  outline: boolean;
  /** Backups with participants' data. */
  people: boolean;
  /** A backup is a task that tells how far it is, and can be stopped; else it is one call. */
  followed: boolean;
  /** What was made for us there can be removed again. */
  discards: boolean;
  /** The roles of the pair are the ones that count; else those that the site's own setting names. */
  namesRoles: boolean;
  /** By which field a person can be found. */
  identities: readonly IdentityField[];
}

/** What is known of a token; never the token. */
export interface SiteToken {
  profile: Profile;
  setAt: Date;
  /** Null: never, or the site did not say. */
  expiresAt: Date | null;
  /** Why it could not be renewed when that was due. */
  renewal: { tries: number; code: string; message: string } | null;
}

export interface SiteHealth {
  /** `unknown` until the first call; `expired` when it no longer accepts our token. */
  state: 'unknown' | 'ok' | 'failing' | 'expired';
  lastError: { code: string; message: string } | null;
  latencyMs: number | null;
  checkedAt: Date | null;
  /** Since when it has been in that state; null: not known. */
  since: Date | null;
}

/** As one call shows it. */
export type SeenHealth = Omit<SiteHealth, 'since'>;

export interface NewSite {
  name: string;
  url: string;
  profile: Profile;
  token: string;
  demo?: boolean;
  /** It has only Strasbourg's block; the profile is `source` then. */
  strasbourg?: boolean;
}

export interface NewLocalSite {
  name: string;
  /** Directory of its code, on the machine of every process of ours. */
  codeBase: string;
  /** Default: the `php` of the path. */
  php?: string | undefined;
  /** Unix account that owns its data directory; default: as config.php says. */
  account?: string | undefined;
  /** Which site, where the code serves several. */
  host?: string | undefined;
  profile: Profile;
  /** Whether restores may create accounts; for a target. */
  createPeople?: boolean | undefined;
}

export interface NewPairing {
  name: string;
  /** `{wwwroot}#{secret}`, as the site's `cli/setup.php` prints it. */
  code: string;
  /** Whether its address may be one of a private network. */
  private?: boolean;
  demo?: boolean;
}

/** How a call ended. What the site refused by itself (`not-allowed`, …) shows that it is alive. */
export type Outcome = { ok: true; latencyMs?: number } | { ok: false; error: unknown; latencyMs?: number };

/** Told of each call to a site, as it ends, and of bytes as they pass; it must neither throw nor take time. */
export interface SiteObserver {
  /** `code`: of the catalogue, or `ok`. */
  called(about: { site: string; function: string; code: string; ms: number }): void;
  /** `in`: from the site to us. */
  moved(about: { site: string; direction: 'in' | 'out'; bytes: number }): void;
}

/** The registry: which sites there are, how to reach them, which courses go from where to where. */
export interface Sites {
  /**
   * Asks the site who it is, and whether the token opens all that the profile needs, then keeps it. The same name and
   * address again adds, or replaces, the token of that profile.
   * @throws AppError `conflict` (the name is another site's, or the site is a clone of a known one), `not-allowed`
   * (names the functions that the token does not open), or what the client throws.
   */
  add(actor: Actor, input: NewSite, signal?: AbortSignal): Promise<Site>;
  /**
   * The same with a pairing code, which the site exchanges for a token, once; the profile is what the code was made for.
   * When that has succeeded and we could not keep the token, the message says that the code is used up.
   * @throws AppError `invalid-parameter` (no code; an address that must not be used), `conflict`, `not-allowed`; or
   * what the client throws
   */
  pair(actor: Actor, input: NewPairing, signal?: AbortSignal): Promise<{ site: Site; profile: Profile }>;
  /**
   * A site on this machine, reached through its own code from now on: sets the profile up there, and keeps no token. Its
   * code is run, as the account that owns its data directory: only for who may do that on this machine anyway.
   * @throws AppError `conflict`; or what the client throws
   */
  addCodeBase(actor: Actor, input: NewLocalSite, signal?: AbortSignal): Promise<Site>;
  /** By name. */
  list(): Promise<Site[]>;
  /** @throws AppError `not-found` */
  get(nameOrId: string | number): Promise<Site>;
  /** With its pairs and tokens. @throws AppError `not-found`, `conflict` when something still needs it. */
  remove(actor: Actor, nameOrId: string | number): Promise<void>;
  /** A new token for a profile; checked like in `add`. */
  setToken(
    actor: Actor,
    nameOrId: string | number,
    input: { profile: Profile; token: string },
    signal?: AbortSignal,
  ): Promise<Site>;
  /** The same site under another address; nobody is asked. @throws AppError `conflict` when it is another site's. */
  setUrl(actor: Actor, nameOrId: string | number, url: string): Promise<Site>;
  /** Nothing new begins on it until it goes on; what is under way is finished. Paused already: the reason changes. */
  setPaused(actor: Actor, nameOrId: string | number, paused: boolean, reason?: string): Promise<Site>;
  /**
   * Whether everything is in order between the site and us, for each profile or one. Nothing that a site does is thrown;
   * what it says of itself is kept anew, and its health too. @throws AppError `not-found`
   */
  check(nameOrId: string | number, options?: { profile?: Profile; signal?: AbortSignal }): Promise<SiteCheck>;
  /**
   * New tokens in place of those of the site, or of one profile. The old one works until the new one is first used.
   * @throws AppError `not-allowed` (no such token), `conflict` (somebody is at it), or why the site gave none
   */
  rotate(actor: Actor, nameOrId: string | number, profile?: Profile): Promise<Site>;
  /** Renews what ends within 30 days, or in the last third of its life; says how many were. Failures are kept, not thrown. */
  renewDue(signal?: AbortSignal): Promise<number>;
  /** Does that now and then, until it is stopped; of several processes one at a time. */
  keepRenewed(): { stop(): Promise<void> };
  /**
   * Kept until the token changes or the site goes; do not close it. Each call's outcome goes into the site's health.
   * @throws AppError `not-found`, `not-allowed` (no token for that profile), `key-missing` (it has to be paired again).
   */
  client(nameOrId: string | number, profile: Profile): Promise<SiteClient>;
  /** Tokens that the key here does not open: of these the key is brought back, or the site is paired again. */
  locked(): Promise<{ site: string; profile: Profile }[]>;
  /** Where a browser is sent to fetch a ticket of that site, for us and naming this state. */
  entranceOf(site: Site, state: string): string;
  /**
   * Whom a ticket speaks of, which a site gave a browser with this state; that it is used once is the caller's part, and
   * `until` is how long it has to be remembered. @throws AppError `not-found` (no such site), `not-allowed` (not good)
   */
  readTicket(siteId: number, state: string, ticket: string): Promise<{ claims: TicketClaims; site: Site; until: Date }>;
  /** Cheap: kept in memory, written now and then and by `close`. Clients call it by themselves. */
  recordOutcome(siteId: number, outcome: Outcome): void;
  readonly pairs: Pairs;
  close(): Promise<void>;
}

export const identityFields = ['username', 'email', 'idnumber'] as const;
export type IdentityField = (typeof identityFields)[number];

/** Courses of `source` may go to `target`. */
export interface Pair {
  source: Site;
  target: Site;
  /** Short names: who holds one of these in the course, or in a category above it, may take the course. */
  roles: string[];
  /** By which field a person of the target is found on the source, and one of an archive on the target. */
  identity: IdentityField;
  /** Authentication methods whose accounts may be matched; empty: the rule of `mayMatch`, which is what reads it. */
  auth: string[];
  /** Whether a restore may create accounts on the target for people of an archive who have none there. */
  createPeople: boolean;
  /** When it was last made or changed, and by whom; nobody is named of pairs that are older than this was kept. */
  changed: { at: Date; by: string };
}

/** `changed.at` of the pair that somebody saw; `never`: there was none. */
export type SeenPair = Date | 'never';

/** What is left out stays as it is; of a new pair it has the default. */
export interface NewPair {
  source: string | number;
  target: string | number;
  /** Default: `editingteacher`. */
  roles?: string[];
  /** Default: `username`. */
  identity?: IdentityField;
  /** Default: every method that vouches for a person (`mayMatch`). */
  auth?: string[];
  /** Default: on an embedded target. A real one needs `moodle/restore:createuser` for it, which not all sites give. */
  createPeople?: boolean;
  seen?: SeenPair;
}

export interface Pairs {
  /**
   * The same pair again changes the rules that are given.
   * @throws AppError `not-found`, `not-allowed` when a side has no such token, `conflict` when the pair is not what was
   * `seen` any more (`details.reason`: `pair-changed`, `pair-removed`)
   */
  add(actor: Actor, input: NewPair): Promise<Pair>;
  list(): Promise<Pair[]>;
  /** @throws AppError `not-found` */
  get(source: string | number, target: string | number): Promise<Pair>;
  /** @throws AppError as `add` */
  remove(actor: Actor, source: string | number, target: string | number, seen?: SeenPair): Promise<void>;
  /** Pairs that bring courses to this target, by the source's name. */
  sourcesOf(target: string | number): Promise<Pair[]>;
}
