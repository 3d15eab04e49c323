import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call on its way to a site. */
export interface Passing {
  host: string;
  /** Path and query. */
  path: string;
  method: string;
  /** Of the web-service call, without `local_jouvence_`; '' for archives and pages. */
  name: string;
  req: IncomingMessage;
  res: ServerResponse;
  /** Lets the site answer after all; either may be altered on the way. */
  pass(change?: Change): Promise<void>;
}

export interface Change {
  request?: (body: string) => string;
  answer?: (body: Buffer) => Buffer;
}

/** Takes a call over and answers it in its own way; undefined: not this one. */
export type Mischief = (call: Passing) => undefined | Promise<void>;

/**
 * Stands before the embedded sites as networks and proxies stand before real ones, and behaves as badly as they do.
 * Everything still travels over real HTTP.
 */
export interface Gate {
  port: number;
  mischief: Mischief | null;
  /** Web-service calls that reached it, by name. */
  calls: { host: string; name: string }[];
  close(): Promise<void>;
}

export async function openGate(site: (req: IncomingMessage, res: ServerResponse) => void): Promise<Gate> {
  const inner = createServer(site);
  await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve));
  const innerPort = (inner.address() as AddressInfo).port;
  const outer = createServer((req, res) => {
    void through(req, res).catch(() => req.socket.destroy());
  });
  await new Promise<void>((resolve) => outer.listen(0, '127.0.0.1', resolve));
  const gate: Gate = {
    port: (outer.address() as AddressInfo).port,
    mischief: null,
    calls: [],
    async close() {
      for (const server of [outer, inner]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };

  async function through(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const isCall = req.url!.startsWith('/webservice/');
    // Calls are small and have to be read to know which they are; archives flow.
    const body = isCall ? Buffer.concat(await req.toArray()) : undefined;
    const wsfunction = new URLSearchParams(body?.toString() ?? '').get('wsfunction') ?? '';
    const call: Passing = {
      host: (req.headers.host ?? '').split(':')[0]!,
      path: req.url!,
      method: req.method!,
      name: wsfunction.replace('local_jouvence_', ''),
      req,
      res,
      pass: (change = {}) => forward(req, res, body, innerPort, change),
    };
    if (isCall) gate.calls.push({ host: call.host, name: call.name });
    await (gate.mischief?.(call) ?? call.pass());
  }

  return gate;
}

function forward(
  req: IncomingMessage,
  res: ServerResponse,
  body: Buffer | undefined,
  port: number,
  change: Change,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { method, url: path } = req;
    const sent = body && change.request ? Buffer.from(change.request(body.toString())) : body;
    const headers = { ...req.headers, ...(sent && { 'content-length': String(sent.length) }) };
    const onward = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      answer.on('error', () => res.destroy());
      res.on('close', resolve);
      const alter = change.answer;
      if (!alter) {
        res.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(res);
        return;
      }
      void answer.toArray().then((parts) => {
        const changed = alter(Buffer.concat(parts));
        res.writeHead(answer.statusCode!, { ...answer.headers, 'content-length': String(changed.length) });
        res.end(changed);
      }, reject);
    });
    onward.on('error', reject);
    res.on('close', () => onward.destroy());
    if (sent) onward.end(sent);
    else req.pipe(onward);
  });
}

/** A site that is not there. */
export const hangUp = ({ req }: Passing): Promise<void> => {
  req.socket.destroy();
  return Promise.resolve();
};

export function answer(status: number, type: string, text: string): (call: Passing) => Promise<void> {
  return async ({ res }) => {
    res.writeHead(status, { 'content-type': type });
    res.end(text);
  };
}

/** The old campus gives this archive in place of the one that it made, and is consistent about it. */
export function serveInstead(archive: Buffer): Mischief {
  const facts = { sizebytes: archive.length, sha256: createHash('sha256').update(archive).digest('hex') };
  const alter = (body: Buffer): Buffer => {
    const answered = JSON.parse(body.toString()) as { archive?: object | null; grant?: string };
    if (answered.archive) answered.archive = { ...answered.archive, ...facts };
    if (answered.grant) Object.assign(answered, facts);
    return Buffer.from(JSON.stringify(answered));
  };
  return (call) => {
    if (['get_job', 'start_backup', 'grant_download'].includes(call.name)) return call.pass({ answer: alter });
    if (!call.path.startsWith('/local/jouvence/archive.php')) return undefined;
    call.res.writeHead(200, { 'content-length': String(archive.length), etag: `"${facts.sha256}"` });
    call.res.end(archive);
    return Promise.resolve();
  };
}
