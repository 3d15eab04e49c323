/** What a site may answer instead of a result; `retry` says whether the same call can succeed later by itself. */
export const protocolErrors = {
  'not-found': { retry: false },
  'not-allowed': { retry: false },
  'invalid-parameter': { retry: false },
  conflict: { retry: false },
  busy: { retry: true },
  quota: { retry: false },
  unsupported: { retry: false },
  'site-error': { retry: false },
} as const;

export type ProtocolErrorCode = keyof typeof protocolErrors;

/** `exception` of an error that the agent throws by itself; then `errorcode` is a ProtocolErrorCode. */
export const agentException = 'local_jouvence\\error';

/** The body of an error over REST: HTTP 200, as Moodle does. */
export interface WireError {
  exception: string;
  errorcode: string | null;
  message: string;
  debuginfo?: string;
}

/** Moodle's own error codes that say the token no longer opens the site. */
export const tokenErrorCodes = ['invalidtoken', 'accessexception', 'tokenexpired', 'servicenotavailable'] as const;
