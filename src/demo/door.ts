import { request } from 'node:http';
import { type DoorRoute, doorRoutes } from '@jouvence/protocol';
import type { z } from 'zod';
import { AppError } from '../errors.ts';

type Input<R extends DoorRoute> = (typeof doorRoutes)[R]['body'] extends infer B extends z.ZodType
  ? z.input<B>
  : undefined;
type Output<R extends DoorRoute> = z.output<(typeof doorRoutes)[R]['result']>;

/** The engine's own door, over its unix socket. */
export interface Door {
  call<R extends DoorRoute>(route: R, path: Record<string, string>, body?: Input<R>): Promise<Output<R>>;
  /** Restores an archive into a category of an embedded site, named by its idnumber. */
  load(site: string, category: string, archive: AsyncIterable<Uint8Array>): Promise<Output<'loadCourse'>>;
}

export function openDoor(socketPath: string, key: string): Door {
  const send = async <R extends DoorRoute>(
    route: R,
    path: string,
    body: string | AsyncIterable<Uint8Array> | undefined,
  ): Promise<Output<R>> => {
    const { status, text } = await exchange(
      { socketPath, path: `/engine/v1${path}`, method: doorRoutes[route].method, key },
      body,
    );
    const answer = JSON.parse(text) as { error?: { message: string } };
    if (status >= 300)
      throw new AppError(
        status === 404 ? 'not-found' : 'site-error',
        `the engine refused ${route}: ${answer.error?.message ?? text.slice(0, 200)}`,
      );
    return doorRoutes[route].result.parse(answer) as Output<R>;
  };
  return {
    call: (route, path, body) => {
      const filled = doorRoutes[route].path.replace(/:(\w+)/g, (_, name: string) =>
        encodeURIComponent(path[name] ?? ''),
      );
      return send(route, filled, body === undefined ? undefined : JSON.stringify(body));
    },
    load: (site, category, archive) =>
      send('loadCourse', `/sites/${site}/courses?category=${encodeURIComponent(category)}`, archive),
  };
}

interface Target {
  socketPath: string;
  path: string;
  method: string;
  key: string;
}

function exchange(
  target: Target,
  body: string | AsyncIterable<Uint8Array> | undefined,
): Promise<{ status: number; text: string }> {
  const { key, ...rest } = target;
  const type = typeof body === 'string' ? 'application/json' : 'application/octet-stream';
  return new Promise((resolve, reject) => {
    const call = request(
      {
        ...rest,
        headers: {
          authorization: `Bearer ${key}`,
          host: 'engine',
          ...(body !== undefined && { 'content-type': type }),
          // Node frames the body of a DELETE only when it is told how long it is.
          ...(typeof body === 'string' && { 'content-length': Buffer.byteLength(body) }),
        },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
      },
    );
    call.on('error', reject);
    if (body === undefined || typeof body === 'string') return void call.end(body);
    void (async () => {
      for await (const part of body) if (!call.write(part)) await new Promise((free) => call.once('drain', free));
      call.end();
    })().catch((error: Error) => call.destroy(error));
  });
}
