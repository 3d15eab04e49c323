import { isIP } from 'node:net';

/** A DNS name as clients write it; anything else names neither us nor a site. */
const dnsName = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/**
 * One port serves Jouvence and the embedded sites, told apart by the name that was asked for. `localhost`, addresses and
 * the configured names are Jouvence's own, every other name is a site's.
 */
export function isSiteHost(hostHeader: string | undefined, ownNames: readonly string[]): boolean {
  const name = nameOf(hostHeader);
  return name !== undefined && isIP(name) === 0 && !isOwnName(name, ownNames);
}

/** Not merely the opposite: a missing or malformed name is neither. */
export function isOwnHost(hostHeader: string | undefined, ownNames: readonly string[]): boolean {
  const name = nameOf(hostHeader);
  return name !== undefined && (isIP(name) !== 0 || isOwnName(name, ownNames));
}

function isOwnName(name: string, ownNames: readonly string[]): boolean {
  return name === 'localhost' || ownNames.some((own) => own.toLowerCase() === name);
}

/** Lower case, without port, brackets and the final dot. */
function nameOf(hostHeader: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/i.exec(hostHeader ?? '');
  if (!match) return undefined;
  if (match[1] !== undefined) return isIP(match[1]) === 6 ? match[1] : undefined;
  const name = match[2]!.toLowerCase().replace(/\.$/, '');
  // A name that ends in a number would be an address (RFC 3986, WHATWG): 127.1 is not a site.
  if (isIP(name) === 4) return name;
  return dnsName.test(name) && !/(^|\.)\d+$/.test(name) ? name : undefined;
}
