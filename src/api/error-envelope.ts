import type { ErrorBody } from '@jouvence/contract';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { AppError, errorCatalogue, toAppError } from '../errors.ts';

/** Whatever was thrown, as status and body. What nobody foresaw keeps its reasons for the log. */
export function describeError(thrown: unknown, requestId: string): { status: number; body: ErrorBody } {
  const ownStatus = statusOfFramework(thrown);
  const error =
    ownStatus === undefined ? readable(thrown) : new AppError('invalid-parameter', (thrown as Error).message);
  const { code, message } = error;
  const details = Object.keys(error.details).length > 0 ? { details: error.details } : {};
  const said = error.said.length > 0 ? { said: [...error.said] } : {};
  return {
    status: ownStatus ?? errorCatalogue[error.code].httpStatus,
    body: { error: { code, message, ...details, ...said, requestId } },
  };
}

function readable(thrown: unknown): AppError {
  if (hasZodFastifySchemaValidationErrors(thrown)) return wrongInput(thrown);
  const error = toAppError(thrown);
  if (error.code !== 'internal') return error;
  // Its message may be the database's, with rows in it.
  return new AppError('internal', `${errorCatalogue.internal.sentence} The log says more under this request id.`);
}

/** Fastify's own refusals of a call (too large, not JSON, not a media type of ours) keep their status. */
function statusOfFramework(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || hasZodFastifySchemaValidationErrors(thrown)) return undefined;
  const { code, statusCode } = thrown as Error & { code?: unknown; statusCode?: unknown };
  const isTheirs = typeof code === 'string' && code.startsWith('FST_');
  return isTheirs && typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}

type WrongInput = Parameters<typeof hasZodFastifySchemaValidationErrors>[0] & {
  validation: { instancePath: string; message?: string; keyword: string; params?: Record<string, unknown> }[];
  validationContext?: string;
};

/** Each wrong field by its path in what was sent: `items.0.courseid: must be positive`. */
function wrongInput(thrown: unknown): AppError {
  const { validation, validationContext } = thrown as WrongInput;
  const fields = validation.flatMap(({ instancePath, message, keyword, params }) => {
    const path = instancePath.split('/').filter(Boolean);
    if (keyword !== 'unrecognized_keys') return [{ field: path.join('.'), message: message ?? 'is wrong' }];
    return ((params?.keys ?? []) as string[]).map((key) => ({
      field: [...path, key].join('.'),
      message: 'is unknown',
    }));
  });
  const sentence = fields.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join('; ');
  const place = { querystring: 'query', params: 'path' }[validationContext ?? ''] ?? validationContext ?? 'body';
  return new AppError('invalid-parameter', `${place}: ${sentence}`, { details: { in: place, fields } });
}
