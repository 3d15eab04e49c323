import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openEngine } from '@jouvence/site-engine';
import { type BodyInit, fetch } from 'undici';
import { testDatabase } from '../../store/testing.ts';

const doorKey = 'key-of-the-door-in-tests';

/** The embedded sites on a port of this machine, and their door. */
export async function openEmbeddedSites() {
  const poolDir = mkdtempSync(join(tmpdir(), 'jouvence-pool-'));
  const database = await testDatabase();
  const engine = await openEngine({ databaseUrl: database.url, poolDir, doorKey });
  const sites = await listen((request, response) => engine.handleSite(request, response));
  const door = await listen((request, response) => engine.handleDoor(request, response));

  const ask = async (method: string, path: string, body?: BodyInit): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${door.port}/engine/v1${path}`, {
      method,
      body,
      headers: { authorization: `Bearer ${doorKey}` },
      ...(body !== undefined && { duplex: 'half' }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
    return JSON.parse(text);
  };

  return {
    /** Makes a site with a category, and gives its address and a token. */
    async create(name: string, profile: 'source' | 'target', options: object = {}) {
      const host = `${name}.localhost`;
      const url = `http://${host}:${sites.port}`;
      await ask('POST', '/sites', JSON.stringify({ name, host, url, fullname: `Campus ${name}`, ...options }));
      await ask('POST', `/sites/${name}/categories`, JSON.stringify([{ name: 'Biologie', idnumber: 'BIO' }]));
      const days = JSON.stringify({ profile });
      const { token } = (await ask('POST', `/sites/${name}/tokens`, days)) as { token: string };
      return { name, url, profile, token };
    },
    async load(name: string, file: string) {
      const archive = Readable.toWeb(createReadStream(file)) as unknown as BodyInit;
      return (await ask('POST', `/sites/${name}/courses?category=BIO`, archive)) as { courseid: number };
    },
    door: ask,
    async close() {
      await sites.close();
      await door.close();
      await engine.close();
      await database.drop();
      rmSync(poolDir, { recursive: true, force: true });
    },
  };
}

async function listen(listener: RequestListener) {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}
