import type { IncomingMessage } from 'node:http';

/** The one public port hands requests on over a socket of the data directory, and adds whom it had them from at the end. */
export function addressOf(req: IncomingMessage): string {
  const forwarded = req.headers['x-forwarded-for'];
  const last = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',').at(-1)!.trim();
  return last || req.socket.remoteAddress || 'local';
}
