/** A page of ours, whatever was asked for, else `home`: `//evil.example` and `/\evil.example` are addresses of others. */
export function ownPath(next: unknown, home: string): string {
  if (typeof next !== 'string' || next.length > 1000 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(next)) return home;
  const url = URL.parse(next, 'http://own.invalid');
  return url?.origin === 'http://own.invalid' && !url.pathname.startsWith('//') ? url.pathname + url.search : home;
}

/** In a cookie beside other things: letters, digits, `-` and `_`. */
export const packPath = (path: string): string => Buffer.from(path).toString('base64url');
export const unpackPath = (packed: string | undefined, home: string): string =>
  ownPath(Buffer.from(packed ?? '', 'base64url').toString(), home);
