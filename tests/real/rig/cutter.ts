import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** Stands before a site, and lets a connection end once so many bytes of one answer have gone by. */
export interface Cutter {
  url: string;
  /** Does that once; `first` is done while the connection still stands. Settles when it has happened. */
  after(bytes: number, first: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export async function openCutter(siteUrl: string): Promise<Cutter> {
  const { hostname, port, host } = new URL(siteUrl);
  let armed: { bytes: number; first: () => Promise<void>; done: () => void } | undefined;
  const server = createServer((client) => {
    const upstream = connect({ host: hostname, port: Number(port) });
    let passed = 0;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    client.on('data', (data) => {
      passed = 0;
      // A Moodle sends whoever calls it by another name to its own.
      const asked = data.toString('latin1').replace(/^host: .*$/im, `Host: ${host}`);
      upstream.write(Buffer.from(asked, 'latin1'));
    });
    upstream.on('data', (data) => {
      passed += data.length;
      if (!client.write(data)) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
      if (!armed || passed < armed.bytes) return;
      const { first, done } = armed;
      armed = undefined;
      upstream.pause();
      upstream.removeAllListeners('end');
      void first().then(() => {
        end();
        done();
      });
    });
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    after: (bytes, first) =>
      new Promise<void>((done) => {
        armed = { bytes, first, done };
      }),
    async close() {
      await new Promise((closed) => server.close(closed));
    },
  };
}
