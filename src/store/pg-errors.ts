/** True for a row that a unique index refused; `constraint` is the index's name. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const { code, constraint: found } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  return code === '23505' && (constraint === undefined || found === constraint);
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * True when the server was not there, went away or is going: the connection is at fault and not the statement. Server
 * codes: class 08, 57P01 to 57P03 (shutting down, crashed, starting), 53300 (too many connections), 25P03 (our process
 * slept in the middle of a transaction).
 */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = String((error as Error & { code?: unknown }).code ?? '');
  return (
    unreachable.has(code) ||
    /^(08...|57P0[123]|53300|25P03)$/.test(code) ||
    // Said by the driver itself, without a code.
    /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
      error.message,
    )
  );
}
