import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { lookup } from './address.ts';

const timeoutMs = 10_000;

/** When the certificate of an https address ends; null: none was seen. Whether it is trusted, the calls show. */
export function readCertificateEnd(address: string): Promise<Date | null> {
  const { hostname, port, protocol } = new URL(address);
  if (protocol !== 'https:') return Promise.resolve(null);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    // A server name is a name: TLS knows none for addresses.
    const named = isIP(host) === 0 ? { servername: host } : {};
    const options = { host, port: Number(port || 443), ...named, lookup: lookup as never, rejectUnauthorized: false };
    const socket = connect(options);
    const end = (found: Date | null) => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(timeoutMs, () => end(null));
    socket.once('error', () => end(null));
    socket.once('secureConnect', () => {
      const { valid_to: until } = socket.getPeerCertificate();
      const date = new Date(until);
      end(Number.isNaN(date.getTime()) ? null : date);
    });
  });
}
