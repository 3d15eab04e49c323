import { z } from 'zod';

/**
 * Values of paths, queries and bodies. What comes in is strict, so that a misspelt field is an error and not a silence;
 * what goes out may grow: readers ignore keys they do not know.
 */

/** A site's name, as in host names: lower-case letters, digits and hyphens. */
export const siteName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be lower-case letters, digits and hyphens, at most 63');

/** What an address names that is none, no site is called. */
export const isSiteName = (text: string): boolean => siteName.safeParse(text).success;

/** Text that a person writes: something, no NUL (PostgreSQL keeps none), at most 255 characters as in Moodle. */
export const shortText = z
  .string()
  .min(1, 'must not be empty')
  .max(255, 'must be at most 255 characters')
  .refine((value) => !value.includes('\0'), 'must not contain NUL');

/** A secret that only ever comes in: no answer has a field for it. */
export const secret = z
  .string()
  .min(8, 'must be at least 8 characters')
  .max(4096)
  .regex(/^[\x21-\x7e]+$/, 'must be printable, without spaces');

/** As a site's set-up prints it: address, `#`, 26 letters and digits; people may type spaces. */
export const pairingCode = z
  .string()
  .max(2048)
  .regex(/^\s*https?:\/\/[^#]+#[^#]+$/, 'must be a pairing code: the address of the site, # and 26 letters and digits');

/** A directory or program of this machine, by its whole path. */
export const directory = z
  .string()
  .max(1024)
  .regex(/^\/[^\0\r\n]*$/, 'must be a whole path, from / on');

/** A unix account. */
export const accountName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$/, 'must be the name of an account');

/** A name in addresses, perhaps with a port. */
export const hostName = z.string().regex(/^[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/, 'must be a host name');

/** Name of an authentication plugin of Moodle. */
export const authMethod = z.string().regex(/^[a-z][a-z0-9_]{0,49}$/, 'must be the name of an authentication method');

/** An id of a site or of ours, in a body. */
export const id = z.int().positive();

/** The same in a path or a query, where everything is text. */
export const idText = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'must be a positive whole number')
  .transform(Number);

/** A `Date` at both ends; ISO 8601 in UTC on the way. */
export const time = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

/** `changed.at` of what the caller saw, or `never`: somebody else's change since then is not overwritten unseen. */
export const seen = z.union([time, z.literal('never')]).optional();

/** A yes or no of a query. */
export const yes = z.enum(['true', 'false']).transform((value) => value === 'true');

/** Our own id of a request. */
export const requestId = z.string().regex(/^[A-Za-z0-9]{12}$/, 'must be the id of a request: 12 letters and digits');

/** The same of an address of a request. */
export const isRequestId = (text: string): boolean => requestId.safeParse(text).success;

/** One page of a list; `after` is the `next` of the page before. */
export const paging = {
  limit: idText.refine((value) => value <= 200, 'must be at most 200').optional(),
  after: z.string().max(200).optional(),
};

/** A role's short name on a site. */
export const role = z.string().regex(/^[a-z][a-z0-9_-]{0,99}$/i, 'must be the short name of a role');

/** A yes or no, of a query or of a body. */
export const flag = z.union([z.boolean(), yes]);

/** One or more: a list, or in a query text with commas between. */
export const several = <S extends z.ZodType>(one: S) =>
  z.preprocess(
    (given) => (typeof given === 'string' ? given.split(',') : given),
    z.array(one).min(1).max(200),
  ) as unknown as z.ZodType<z.output<S>[], string | z.input<S>[]>;

/** A moment, ISO 8601, or a day of UTC: its beginning, or its end. */
export const moment = (of: 'begin' | 'end') =>
  z.union([z.iso.datetime({ offset: true }), z.iso.date()]).transform((text) => {
    const at = new Date(text);
    if (of === 'end' && text.length === 10) at.setUTCDate(at.getUTCDate() + 1);
    return at;
  });
