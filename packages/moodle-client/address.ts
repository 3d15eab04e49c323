import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { SiteError } from './errors.ts';

/**
 * The site's base, without a trailing slash. A token in clear text is everybody's on the way: http is for this
 * machine only.
 * @throws SiteError `invalid-parameter`
 */
export function readAddress(site: string, text: string): URL {
  const url = URL.parse(text.replace(/\/+$/, ''));
  if (!url || !['https:', 'http:'].includes(url.protocol))
    throw new SiteError(
      'invalid-parameter',
      site,
      `"${text.slice(0, 200)}" is not an address that begins with https://`,
    );
  if (url.username || url.password || url.search || url.hash)
    throw new SiteError('invalid-parameter', site, 'its address must hold no account, no query and no fragment');
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new SiteError(
      'invalid-parameter',
      site,
      `http://${url.host} would carry the token in clear text: use https:// (http is for addresses of this machine)`,
    );
  return url;
}

/** Names and addresses that never leave this machine. */
export function isLoopback(hostname: string): boolean {
  return isLocalName(hostname) || /^127(\.\d{1,3}){3}$/.test(hostname) || hostname === '[::1]';
}

const isLocalName = (hostname: string): boolean => hostname === 'localhost' || hostname.endsWith('.localhost');

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** RFC 6761 gives `.localhost` to the loopback, but not every resolver knows it (glibc without systemd does not). */
export function lookup(hostname: string, options: LookupOptions, callback: LookupCallback): void {
  if (!isLocalName(hostname)) dnsLookup(hostname, options, callback);
  else if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
}
