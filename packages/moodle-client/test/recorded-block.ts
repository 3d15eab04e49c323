import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { strasbourg } from '@jouvence/protocol';
import { openSite, readForm } from './misbehaving-site.ts';

interface Recorded {
  function?: string;
  get?: string;
  params: Record<string, string | number>;
  token?: string;
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
  text?: string | null;
}

export type BlockLine = '2.1.2-on-moodle-4.5' | '3.1-on-moodle-4.3';

export const blockToken = 'token-of-the-block';
/** What stands for it in the recordings. */
const recordedToken = 'TOKEN';

/**
 * A Moodle with Strasbourg's block, as one was recorded: it answers what that one answered to the same call, and refuses
 * parameters as Moodle does. The archive itself was not recorded; `archive` stands for it, under the recorded headers.
 */
export async function openRecordedBlock(line: BlockLine, { archive = Buffer.alloc(0) } = {}) {
  const file = new URL(`strasbourg/block-${line}.json`, import.meta.url);
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded[];
  const state = {
    /** Functions and addresses asked for, in order. */
    calls: [] as string[],
    /** Addresses with their queries. */
    addresses: [] as string[],
    /** Takes over while it is set; false: not this one. */
    misbehave: undefined as ((...args: [...Parameters<RequestListener>, URLSearchParams]) => boolean) | undefined,
  };

  const alike = (own: Recorded['params'], asked: [string, string][]): boolean =>
    asked.length === Object.keys(own).length &&
    asked.every(([key, value]) => key === 'token' || String(own[key]) === value);

  const site = await openSite(async (request, response) => {
    const [path, query] = request.url!.split('?') as [string, string | undefined];
    const form = request.method === 'POST' ? await readForm(request) : new URLSearchParams(query);
    state.addresses.push(request.url!);
    state.calls.push(form.get('wsfunction') ?? path);
    if (state.misbehave?.(request, response, form)) return;
    if (path === strasbourg.downloadPath) {
      const ofToken = recorded.filter(
        (each) => each.get === path && (each.params.token === recordedToken) === (form.get('token') === blockToken),
      );
      // Of a file that is not there, as of one that never was.
      const found =
        ofToken.find(({ params }) => alike(params, [...form])) ??
        ofToken.find(({ params }) => params.filerecordid === 99_999_999) ??
        ofToken[0]!;
      const { headers, text } = found;
      const { 'Content-Length': _, ...others } = headers!;
      // It was made just before it was asked for.
      const rest = { ...others, date: headers!['Last-Modified']! };
      if (text !== null) return void response.writeHead(200, headers).end(text);
      const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
      if (!range) return void response.writeHead(200, { ...rest, 'content-length': archive.length }).end(archive);
      const [from, to] = [Number(range[1]), range[2] ? Number(range[2]) : archive.length - 1];
      const part = archive.subarray(from, to + 1);
      const contentRange = `bytes ${from}-${to}/${archive.length}`;
      return void response
        .writeHead(206, { ...rest, 'content-range': contentRange, 'content-length': part.length })
        .end(part);
    }
    const own = [...form].filter(([key]) => !['wstoken', 'wsfunction', 'moodlewsrestformat'].includes(key));
    const name = form.get('wsfunction');
    const known = recorded.some(({ params }) => params.username === form.get('username'));
    const asked = known
      ? own
      : own.map(([key, value]): [string, string] => [key, key === 'username' ? 'nobody.here' : value]);
    const refused = recorded.find((each) => each.function && each.token !== recordedToken);
    const found =
      form.get('wstoken') === blockToken
        ? recorded.find((each) => each.function === name && each.token === recordedToken && alike(each.params, asked))
        : refused;
    const body = found?.body ?? {
      exception: 'invalid_parameter_exception',
      errorcode: 'invalidparameter',
      message: 'Invalid parameter value detected',
    };
    // Addresses were replaced in the recordings; each site has its own.
    const text = JSON.stringify(body).replaceAll('https://old.example.org', site.url);
    response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  });
  return Object.assign(site, { state });
}
