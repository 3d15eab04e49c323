import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stands before real sites: firewalls, limits, sign-in pages. Passes everything on unless `meddle` answers itself. */
export async function openMeddlingProxy(toPort: () => number) {
  const proxy = {
    port: 0,
    /** True: it has answered, or will. */
    meddle: undefined as ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  const server = createServer((incoming, outgoing) => {
    if (proxy.meddle?.(incoming, outgoing)) return;
    const { method, url, headers } = incoming;
    const onward = request({ port: toPort(), host: '127.0.0.1', method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy.port = (server.address() as AddressInfo).port;
  return proxy;
}
