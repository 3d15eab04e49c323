import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** Stands in front of a site, and takes it off the net and puts it back as it is told. */
export async function openCutOff() {
  const sockets = new Set<Socket>();
  let toPort = 0;
  let trigger: { text: string; met: () => void } | undefined;
  const server = createServer((from) => {
    const to = connect(toPort, '127.0.0.1');
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    from.on('data', (data) => {
      if (trigger && data.includes(trigger.text)) return trigger.met();
      to.write(data);
    });
    to.pipe(from);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const down = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    to(engine: number) {
      toPort = engine;
    },
    /** It dies at the first call that has this in it, which never reaches it. Resolves when it is gone. */
    dieAt: (text: string) =>
      new Promise<void>((resolve) => {
        trigger = {
          text,
          met() {
            trigger = undefined;
            down();
            resolve();
          },
        };
      }),
    async up() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    [Symbol.dispose]: down,
  };
}
