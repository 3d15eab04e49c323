import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { type ApiClient, createApiClient, type Fetch } from '@jouvence/contract';
import type { Translator } from '@jouvence/i18n';
import { AppError } from '../errors.ts';

export interface ConnectOptions {
  env: NodeJS.ProcessEnv;
  /** Where the server of this data directory listens; default directory when none is named. */
  socketPath(dataDir: string | undefined): string;
  translator: Translator;
}

/**
 * The server: that of `JOUVENCE_URL`, else that of the data directory. A directory named on the command line goes before
 * the environment.
 * @throws AppError `config-invalid` for an address that cannot be used; each call `no-server` when nobody answers.
 */
export function connect(options: ConnectOptions, dataDir: string | undefined): ApiClient {
  const { env, translator } = options;
  const url = env.JOUVENCE_URL;
  if (dataDir === undefined && url) {
    const { t } = translator;
    const base = readUrl(url, t);
    if (!env.JOUVENCE_TOKEN) throw new AppError('config-invalid', t('cli.url.noToken'));
    return createApiClient({
      fetch: fetchFrom({ base }, t),
      baseUrl: url.replace(/\/+$/, ''),
      token: env.JOUVENCE_TOKEN,
    });
  }
  const socketPath = findSocket(options, dataDir);
  return createApiClient({ fetch: fetchFrom({ socketPath }, translator.t), baseUrl: 'http://localhost' });
}

/** A data directory of somebody else, or a file of that name, is found out here already. */
function findSocket(options: ConnectOptions, dataDir: string | undefined): string {
  try {
    return options.socketPath(dataDir);
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === undefined || path === undefined) throw error;
    throw noAnswer(error as NodeJS.ErrnoException, { socketPath: path }, options.translator.t);
  }
}

function readUrl(url: string, t: Translator['t']): URL {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new AppError('config-invalid', t('cli.url.invalid', { url }));
  const base = new URL(url);
  const name = base.hostname.replace(/^\[|\]$/g, '');
  const isHere =
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    (isIP(name) === 4 && name.startsWith('127.'));
  if (base.protocol === 'http:' && !isHere) throw new AppError('config-invalid', t('cli.url.insecure', { url }));
  return base;
}

/** As `fetch`, but also through a unix socket, following no redirection (the token would go along). */
function fetchFrom(place: { base: URL } | { socketPath: string }, t: Translator['t']): Fetch {
  return (address, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const request = 'base' in place && place.base.protocol === 'https:' ? httpsRequest : httpRequest;
      const call = request(
        address,
        {
          method,
          headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
          signal,
          // A command makes few calls; a kept connection would hold up its end.
          agent: false,
          ...('socketPath' in place && { socketPath: place.socketPath }),
        },
        (response) => {
          response.on('error', (error) => reject(noAnswer(error, place, t)));
          const chunks = async function* (): AsyncGenerator<Uint8Array> {
            try {
              yield* response as AsyncIterable<Uint8Array>;
            } catch (error) {
              throw noAnswer(error as NodeJS.ErrnoException, place, t);
            }
          };
          const text = async (): Promise<string> => {
            const parts: Uint8Array[] = [];
            for await (const part of chunks()) parts.push(part);
            return Buffer.concat(parts).toString();
          };
          resolve({ status: response.statusCode!, text, body: chunks() });
        },
      );
      call.on('error', (error) => reject(noAnswer(error, place, t)));
      call.end(body);
    });
}

/** `ENOENT` and `ECONNREFUSED` (a socket that a killed server left) mean the same; a server that died meanwhile too. */
function noAnswer(
  error: NodeJS.ErrnoException,
  place: { base: URL } | { socketPath: string },
  t: Translator['t'],
): Error {
  if (error.name === 'AbortError') return error;
  if ('base' in place)
    return new AppError('no-server', `${t('cli.noServer.url', { url: place.base.origin })} (${error.message})`, {
      cause: error,
    });
  const path = place.socketPath;
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return new AppError('not-allowed', t('cli.noServer.rights', { path }), { cause: error });
  return new AppError('no-server', `${t('cli.noServer.socket', { path })}\n${t('cli.noServer.start')}`, {
    cause: error,
  });
}
