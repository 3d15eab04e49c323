import type { ServerResponse } from 'node:http';

/**
 * No script: a restored course is what strangers wrote. Styles come from the engine's own sheet. A page of the engine's
 * own may name one script by its hash, and one more origin that its form goes to.
 */
export function pagePolicy({ formAction, script }: { formAction?: string; script?: string } = {}): string {
  const forms = `form-action 'self'${formAction ? ` ${formAction}` : ''}`;
  const scripts = script ? `script-src '${script}'; ` : '';
  return `default-src 'none'; ${scripts}style-src 'self'; img-src 'self'; ${forms}; base-uri 'none'; frame-ancestors 'none'`;
}

const always = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin' };

export function sendPage(
  res: ServerResponse,
  status: number,
  html: string,
  headers: Record<string, string | string[]> = {},
): void {
  const body = Buffer.from(html);
  res.writeHead(status, {
    ...always,
    'content-type': 'text/html; charset=utf-8',
    'content-length': body.length,
    'content-security-policy': pagePolicy(),
    'cache-control': 'private, no-store',
    ...headers,
  });
  res.end(res.req.method === 'HEAD' ? undefined : body);
}

export function redirect(res: ServerResponse, location: string, headers: Record<string, string | string[]> = {}): void {
  res.writeHead(303, { ...always, location, 'content-length': 0, 'cache-control': 'no-store', ...headers });
  res.end();
}

export function sendJson(
  res: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  const body = Buffer.from(JSON.stringify(value));
  res.writeHead(status, {
    ...always,
    'content-type': 'application/json',
    'content-length': body.length,
    'cache-control': 'private, no-store',
    ...headers,
  });
  res.end(res.req.method === 'HEAD' ? undefined : body);
}
