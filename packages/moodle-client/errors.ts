import { inEnglish, type KeptSaid, type Said } from '@jouvence/i18n/failures';
import { type ProtocolErrorCode, protocolErrors } from '@jouvence/protocol';

/** What can go wrong on the way to a site, besides what the site itself refuses; the value says whether to retry. */
const wayErrors = {
  'site-unreachable': true,
  'site-timeout': true,
  'site-bad-answer': true,
  'token-expired': false,
  /** The bytes are not those that were announced. */
  'archive-altered': true,
} as const;

export type SiteErrorCode = ProtocolErrorCode | keyof typeof wayErrors;

/** What is said of a site; its name goes in by itself. */
export type SiteSaid = Said<'site'>;

export interface SiteErrorOptions {
  /** Moodle's own code. */
  errorcode?: string | null;
  /** Class of Moodle's exception, where it says so. */
  exception?: string;
  /** Of the agent protocol. */
  function?: string;
  /** The site may have begun what it was asked for, and go on with it. */
  begun?: boolean;
  cause?: unknown;
}

/**
 * A call that did not end with a result. Neither message nor details ever hold a token or a grant. It says why in sentences
 * of the catalogue, or in English alone where only who sets a site up ever reads it.
 */
export class SiteError extends Error {
  readonly code: SiteErrorCode;
  readonly site: string;
  readonly errorcode: string | undefined;
  readonly exception: string | undefined;
  /** The same call, later and unchanged, may succeed. */
  readonly retry: boolean;
  /** The message, for readers of other languages; nothing: it is in English alone. */
  readonly said: readonly KeptSaid[];
  /** The same facts, for programs. */
  readonly details: Record<string, unknown>;

  constructor(
    code: SiteErrorCode,
    site: string,
    why: string | SiteSaid | readonly KeptSaid[],
    options: SiteErrorOptions = {},
  ) {
    const said =
      typeof why === 'string' ? [] : [why].flat().map((each) => ({ ...each, values: { site, ...each.values } }));
    super(
      typeof why === 'string' ? `${site}: ${why}` : inEnglish(said),
      'cause' in options ? { cause: options.cause } : undefined,
    );
    this.said = said;
    this.name = 'SiteError';
    this.code = code;
    this.site = site;
    this.errorcode = options.errorcode ?? undefined;
    this.exception = options.exception ?? undefined;
    this.retry =
      code in wayErrors ? wayErrors[code as keyof typeof wayErrors] : protocolErrors[code as ProtocolErrorCode].retry;
    this.details = {
      site,
      ...(options.function !== undefined && { function: options.function }),
      ...(this.errorcode !== undefined && { errorcode: this.errorcode }),
      ...(options.begun && { begun: true }),
    };
  }
}
