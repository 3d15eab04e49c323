import { expect, test } from 'vitest';
import { pairRequest, readPairingCode } from './index.ts';

const secret = '0123456789abcdefghjkmnpqrs';
const url = 'https://campus.example/moodle';

test.each([
  ['as it is printed', `${url}#01234-56789-abcde-fghjk-mnpqr-s`],
  ['without hyphens', `${url}#${secret}`],
  ['with an end of line, and a slash', ` ${url}/#${secret}\r\n`],
  ['in capitals and with spaces', `${url}#01234 56789 ABCDE FGHJK MNPQR S`],
  ['with letters that look like digits', `${url}#ol234-56789-abcde-fghjk-mnpqr-s`],
  ['with the other ones', `${url}#OI234-56789-abcde-fghjk-mnpqr-s`],
])('a code %s is read', (_, given) => {
  expect(readPairingCode(given)).toEqual({ url, secret });
});

test.each([
  ['nothing', ''],
  ['no secret', url],
  ['no address', `#${secret}`],
  ['an address of another kind', `ftp://campus.example#${secret}`],
  ['a letter too few', `${url}#${secret.slice(1)}`],
  ['a letter too many', `${url}#${secret}0`],
  ['a letter that is in no code', `${url}#u${secret.slice(1)}`],
])('%s is no code', (_, given) => {
  expect(readPairingCode(given)).toBeUndefined();
});

test('what is sent is strict: a code that was not read first is refused', () => {
  expect(pairRequest.safeParse({ secret, control: '' }).success).toBe(true);
  expect(pairRequest.safeParse({ secret: secret.toUpperCase(), control: '' }).success).toBe(false);
  expect(pairRequest.safeParse({ secret, control: '', more: 1 }).success).toBe(false);
});
