import { chmodSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';

/** A socket that a killed process left is in the way of the next one. One data directory has one server: it is safe. */
export const claimSocket = (path: string): void => rmSync(path, { force: true });

/** Only our own user may open it: the file's rights are the authentication. */
export const shareSocket = (path: string): void => chmodSync(path, 0o600);

export function listenOnSocket(server: Server, path: string): Promise<void> {
  claimSocket(path);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      shareSocket(path);
      server.removeListener('error', reject);
      resolve();
    });
  });
}
