import { randomInt } from 'node:crypto';
import type { RequestId } from './types.ts';

/** Without what is mistaken for something else when read aloud or written down: i, l, o, u. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

export function newId(): RequestId {
  return Array.from({ length: 12 }, () => alphabet[randomInt(alphabet.length)]).join('') as RequestId;
}
