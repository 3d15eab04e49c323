import { inEnglish, type KeptSaid, type Said } from '@jouvence/i18n/failures';

export type { KeptSaid, Said };

/**
 * The one list of what can go wrong: every error that a person or a program sees carries a code from here.
 *
 * Exit codes: 1 it failed · 2 asked wrongly · 3 already running · 4 no server · 5 refused · 6 not there ·
 * 7 something stands in the way · 8 this installation cannot work as it is · 75 try again later · 130 cancelled.
 */
interface ErrorEntry {
  httpStatus: number;
  exitCode: number;
  /** The same thing, asked again later and unchanged, may succeed. */
  retry: boolean;
  /** What it means, for someone who has never seen it. */
  sentence: string;
}

export const errorCatalogue = {
  'not-found': entry(404, 6, false, 'There is no such thing, or you may not know of it.'),
  'not-allowed': entry(403, 5, false, 'You have not the right to do this.'),
  unauthenticated: entry(401, 5, false, 'Nobody is known by what was presented, or it has expired.'),
  'invalid-parameter': entry(400, 2, false, 'A value is missing, unknown or of the wrong shape.'),
  conflict: entry(409, 7, false, 'Something that is already there stands in the way.'),
  busy: entry(503, 75, true, 'The site or the server has too much to do just now.'),
  quota: entry(507, 7, false, 'There is not enough room for it where it should go.'),
  unsupported: entry(501, 7, false, 'This site, or this version of it, cannot do this.'),

  'site-error': entry(502, 1, false, 'The site refused with an error of its own.'),
  'site-unreachable': entry(502, 75, true, 'The site could not be reached.'),
  'site-timeout': entry(504, 75, true, 'The site did not answer in time.'),
  'site-cron': entry(504, 75, true, 'The site does not run its scheduled tasks: its cron stands still.'),
  'site-paused': entry(409, 75, true, 'An operator has paused the site: nothing new is begun on it until it goes on.'),
  'site-bad-answer': entry(502, 1, true, 'The site answered something that is not what it should be.'),
  'token-expired': entry(502, 7, false, 'The site no longer accepts our token: it has to be paired again.'),

  'mail-unavailable': entry(503, 75, true, 'The mail server cannot be used just now.'),
  'mail-refused': entry(422, 1, false, 'The mail server does not take this mail, or not for this address.'),

  'lost-lease': entry(409, 75, true, 'Another worker has taken over this work.'),
  cancelled: entry(409, 130, false, 'It was cancelled.'),
  'spool-full': entry(507, 75, true, 'There is not enough room on the worker to hold the archives.'),
  'archive-invalid': entry(422, 1, false, 'The file is not a backup that can be used.'),
  'archive-altered': entry(
    422,
    1,
    true,
    'The archive is not the one that was announced: its size or checksum differs.',
  ),
  'archive-wrong-course': entry(422, 1, false, 'The archive holds another course than the one that was asked for.'),
  'backup-invalid': entry(422, 1, false, 'The file is not a backup of Jouvence that can be restored.'),
  'too-large': entry(413, 7, false, 'It is larger than what is carried.'),
  'people-found': entry(422, 1, false, 'People’s data is in an archive that must hold none.'),
  'people-unmatched': entry(
    422,
    7,
    false,
    'It is not certain which accounts of the target are those of the people in the archive.',
  ),

  'already-running': entry(409, 3, false, 'Another process already serves this data directory.'),
  'no-server': entry(503, 4, true, 'No server is running on this data directory.'),
  'config-invalid': entry(500, 8, false, 'The configuration has a value that cannot be used.'),
  'key-missing': entry(500, 8, false, 'The key that opens the stored secrets is missing or is another one.'),
  'database-unavailable': entry(503, 75, true, 'The database cannot be reached.'),
  'database-unusable': entry(500, 8, false, 'The database cannot be started, or is not one that we can use.'),
  'schema-mismatch': entry(500, 8, false, 'The database belongs to another version of the program.'),
  internal: entry(500, 1, false, 'Something went wrong that we did not foresee.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

export interface AppErrorOptions {
  /** Facts for programs: shown by `--json` and the API. Never a secret. */
  details?: Record<string, unknown>;
  /** The message sentence by sentence, for readers of other languages. */
  said?: readonly KeptSaid[];
  cause?: unknown;
}

/** The error of everything under `src`. The message says what, where, expected and found, and what to do next. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;
  /** Nothing: the message says it, in English. */
  readonly said: readonly KeptSaid[];

  constructor(code: ErrorCode, message?: string, options: AppErrorOptions = {}) {
    super(message ?? errorCatalogue[code].sentence, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? {};
    this.said =
      options.said ?? (message === undefined ? [{ reason: 'plain', values: { code } }] : ruleOf(this.details));
  }
}

/** Why a request failed or waits, in sentences of the catalogue: in English, and kept for other languages. */
export function failure(
  code: ErrorCode,
  said: Said | readonly KeptSaid[],
  options: Omit<AppErrorOptions, 'said'> = {},
): AppError {
  const all = [said].flat();
  return new AppError(code, inEnglish(all), { ...options, said: all });
}

/** The same sentences and one more. What is said in English alone stays so: half of it would be no help. */
export const andSaid = (said: readonly KeptSaid[] | undefined, more: Said): readonly KeptSaid[] =>
  said && said.length > 0 ? [...said, more] : [];

/** A rule of ours that does not let something be says itself by its reason. */
function ruleOf({ reason, values }: Record<string, unknown>): readonly KeptSaid[] {
  return typeof reason === 'string' ? [{ reason, values: (values ?? {}) as KeptSaid['values'] }] : [];
}

export function isAppError(error: unknown, ...codes: ErrorCode[]): error is AppError {
  return error instanceof AppError && (codes.length === 0 || codes.includes(error.code));
}

/**
 * Packages throw classes of their own with codes of their own, and this file may import none of them. So a class is
 * known by its name, and its code is looked up in `codes`; else, when the catalogue has a code of that name, it means
 * the same; else it is `otherwise`. The package's own code is kept in `details.packageCode`. A test holds the lists
 * against those of the packages.
 */
export const packageErrors: Record<string, { otherwise: ErrorCode; codes?: Record<string, ErrorCode> }> = {
  MbzError: {
    otherwise: 'archive-invalid',
    codes: {
      unreadable: 'not-found',
      // Of the archive's form; in the catalogue it is said of a site.
      unsupported: 'archive-invalid',
      'directory-not-empty': 'conflict',
      'cannot-write': 'conflict',
      'plan-impossible': 'conflict',
      // Of what unpacking would take; in the catalogue it is said of what a setting allows.
      'too-large': 'archive-invalid',
      'stale-entry': 'internal',
    },
  },
  SiteError: { otherwise: 'site-error' },
  EngineError: { otherwise: 'internal', codes: { configuration: 'config-invalid', unauthorized: 'unauthenticated' } },
  // Somebody's own file; who reads it says which one it was.
  BlockTableError: { otherwise: 'invalid-parameter' },
  // Our own server's words, in another process: its code is one of these already.
  ApiError: { otherwise: 'internal' },
  // Its client begins again, or asks without a stream; whoever sees it had neither.
  StreamLost: { otherwise: 'no-server' },
};

/** Whatever was caught, as an error of the catalogue; what nobody foresaw is `internal`, with its cause kept. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error)) return new AppError('internal', String(error), { cause: error });
  const known = Object.hasOwn(packageErrors, error.name) ? packageErrors[error.name] : undefined;
  if (!known) {
    if (error.name === 'AbortError') return new AppError('cancelled', error.message, { cause: error });
    return new AppError('internal', error.message, { cause: error });
  }
  const {
    code,
    details,
    entry: file,
    hint,
    said,
  } = error as Error & Partial<Record<'code' | 'details' | 'entry' | 'hint' | 'said', unknown>>;
  const packageCode = typeof code === 'string' ? code : '';
  return new AppError(
    known.codes?.[packageCode] ?? (isErrorCode(packageCode) ? packageCode : known.otherwise),
    error.message,
    {
      details: {
        ...(typeof details === 'object' ? details : {}),
        ...(packageCode && { packageCode }),
        ...(file ? { entry: file } : {}),
        ...(hint ? { hint } : {}),
      },
      ...(Array.isArray(said) && { said }),
      cause: error,
    },
  );
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}

function entry(httpStatus: number, exitCode: number, retry: boolean, sentence: string): ErrorEntry {
  return { httpStatus, exitCode, retry, sentence };
}
