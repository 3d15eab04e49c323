import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * scrypt from the platform: a site's demo accounts are all that an embedded site protects, and no package is needed for
 * it. N = 2^15, r = 8 costs 32 MiB and about 0.1 s, in the thread pool.
 */
const cost = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const keyBytes = 32;

/** As it is kept: `scrypt$N$salt$key`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt);
  return ['scrypt', cost.N, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** No account, or none with a password, takes as long as a wrong one: the time tells nobody which usernames exist. */
export async function checkPassword(password: string, kept: string | null | undefined): Promise<boolean> {
  const [kind, , salt, key] = (kept ?? '').split('$');
  const known = kind === 'scrypt' && salt !== undefined && key !== undefined;
  const derived = await derive(password, known ? Buffer.from(salt, 'base64url') : Buffer.alloc(16));
  const expected = known ? Buffer.from(key, 'base64url') : Buffer.alloc(keyBytes);
  return timingSafeEqual(derived, expected) && known;
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The same letters typed on another system may be composed otherwise.
    scrypt(password.normalize('NFKC'), salt, keyBytes, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
