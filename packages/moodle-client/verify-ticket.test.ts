import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { TrustKey } from '@jouvence/protocol';
import { expect, test } from 'vitest';
import { verifyTicket } from './index.ts';

const now = 1_795_000_000;
const state = 'state-of-this-browser';
const audience = 'https://jouvence.example';
const claims = {
  iss: 'identifier-of-the-site',
  aud: audience,
  sub: '12',
  username: 'ada',
  lang: 'fr',
  state,
  iat: now - 2,
  exp: now + 58,
  jti: 'abcdefghijklmnop0123',
};
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }) as string;
const ed = generateKeyPairSync('ed25519');
const rsa = generateKeyPairSync('rsa', { modulusLength: 3072 });
const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
const edTrust: TrustKey = { kid: 'key-of-site', alg: 'EdDSA', publickey: pem(ed.publicKey) };
const rsaTrust: TrustKey = { kid: 'key-of-site', alg: 'RS256', publickey: pem(rsa.publicKey) };

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
function ticketOf(
  more: object = {},
  header: object = {},
  key: KeyObject = ed.privateKey,
  digest: string | null = null,
) {
  const data = `${encode({ typ: 'jouvence-ticket', alg: 'EdDSA', kid: 'key-of-site', ...header })}.${encode({ ...claims, ...more })}`;
  return `${data}.${sign(digest, Buffer.from(data), key).toString('base64url')}`;
}
const check = (ticket: string, more: object = {}) =>
  verifyTicket(ticket, {
    trust: edTrust,
    identifier: claims.iss,
    audience,
    state,
    nowSeconds: now,
    ...more,
  });

test('a good ticket says who it is, by either kind of key', () => {
  expect(check(ticketOf())).toEqual({ claims });
  const byRsa = ticketOf({}, { alg: 'RS256' }, rsa.privateKey, 'sha256');
  expect(check(byRsa, { trust: rsaTrust })).toEqual({ claims });
});

test.each([
  ['of another site', { iss: 'other' }, 'other-site'],
  ['for another control plane', { aud: 'https://evil.example' }, 'other-audience'],
  ['of another browser', { state: 'state-of-another-one' }, 'other-browser'],
  ['from the future', { iat: now + 31, exp: now + 91 }, 'not-yet'],
  ['that is over', { iat: now - 91, exp: now - 31 }, 'expired'],
  ['that lives too long', { exp: now + 3600 }, 'malformed'],
  ['that ends before it begins', { exp: now - 3 }, 'malformed'],
  ['with a person id that is none', { sub: '0' }, 'malformed'],
  ['without a number of its own', { jti: undefined }, 'malformed'],
])('a ticket %s opens nothing', (_, more, fault) => {
  expect(check(ticketOf(more))).toEqual({ refused: fault });
});

test.each([
  ['of another key', ticketOf({}, { kid: 'another-key' }), 'other-key'],
  ['without a signature', ticketOf({}, { alg: 'none' }), 'other-key'],
  ['of another type', ticketOf({}, { typ: 'JWT' }), 'malformed'],
  ['that brings its own key', ticketOf({}, { jwk: {} }), 'malformed'],
  ['that says a weaker algorithm', ticketOf({}, { alg: 'HS256' }), 'other-key'],
  ['signed by somebody else', ticketOf({}, {}, generateKeyPairSync('ed25519').privateKey), 'forged'],
  ['that is none', 'a.b', 'malformed'],
  ['of nothing', '', 'malformed'],
  ['with an empty part', `${ticketOf().split('.').slice(0, 2).join('.')}.`, 'malformed'],
  ['with padding', `${ticketOf()}=`, 'malformed'],
  ['of megabytes', ticketOf({ username: 'x'.repeat(10_000) }), 'malformed'],
])('a ticket %s is refused', (_, ticket, fault) => {
  expect(check(ticket)).toEqual({ refused: fault });
});

test('a changed letter is found', () => {
  const [header, , signature] = ticketOf().split('.');
  expect(check(`${header}.${encode({ ...claims, sub: '2' })}.${signature}`)).toEqual({ refused: 'forged' });
});

test('a key that is weak, of another kind or unreadable verifies nothing', () => {
  const byRsa = ticketOf({}, { alg: 'RS256' }, small.privateKey, 'sha256');
  const weak = { ...rsaTrust, publickey: pem(small.publicKey) };
  expect(check(byRsa, { trust: weak })).toEqual({ refused: 'forged' });
  expect(check(ticketOf(), { trust: { ...edTrust, publickey: pem(rsa.publicKey) } })).toEqual({ refused: 'forged' });
  expect(check(ticketOf(), { trust: { ...edTrust, publickey: 'none' } })).toEqual({ refused: 'forged' });
});
