import { isAppError, toAppError } from '../errors.ts';

/**
 * Asks for something with the key of each category. A site may know no such key, or not give it away: that is no reason
 * to learn nothing of its courses, so it is asked once more without. What stands in the way of both is thrown.
 */
export async function withKey<T>(
  key: string | undefined,
  ask: (keyed: { key?: string }) => Promise<T>,
): Promise<{ answer: T; keyRefused: string | null }> {
  if (key === undefined) return { answer: await ask({}), keyRefused: null };
  try {
    return { answer: await ask({ key }), keyRefused: null };
  } catch (thrown) {
    const error = toAppError(thrown);
    if (!isAppError(error, 'not-allowed', 'invalid-parameter', 'unsupported')) throw thrown;
    return { answer: await ask({}), keyRefused: error.message };
  }
}
