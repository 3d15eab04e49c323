import { RigError } from './programs.ts';
import type { MoodleSite } from './site.ts';

/** Somebody's browser, as far as it takes to come from a Moodle into Jouvence: cookies, forms, redirects. */
export class PersonBrowser {
  readonly #cookies = new Map<string, Map<string, string>>();

  /** Signs in on the site, and comes from there to Jouvence by the site's ticket. */
  static async enter(site: MoodleSite, control: string, username: string, password = 'Person-123') {
    const browser = new PersonBrowser();
    const form = await browser.text(`${site.url}/login/index.php`);
    const logintoken = /name="logintoken" value="([^"]+)"/.exec(form)?.[1] ?? '';
    await browser.post(`${site.url}/login/index.php`, { username, password, logintoken });
    // Jouvence gives the browser a state, the site a ticket for it.
    const page = await browser.text(`${control}/enter/${site.name}`);
    const ticket = /name="ticket"\s+value="([^"]+)"/.exec(page)?.[1];
    if (!ticket) throw new RigError(`${site.name} gave ${username} no ticket: ${page.slice(0, 2000)}`);
    const entered = await browser.post(`${control}/enter`, { ticket });
    if (entered.status !== 200)
      throw new RigError(`Jouvence did not take the ticket of ${username}: ${entered.status}`);
    return browser;
  }

  async text(url: string): Promise<string> {
    return (await this.#go(url, { method: 'GET' })).text();
  }

  post(url: string, form: Record<string, string>): Promise<Response> {
    return this.#go(url, { method: 'POST', body: new URLSearchParams(form) });
  }

  /** A call of the API; the answer's status and JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  async api(method: string, url: string, body?: unknown): Promise<{ status: number; json: any }> {
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await this.#go(url, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    return { status: answer.status, json: await answer.json() };
  }

  async #go(
    url: string,
    init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> },
    hops = 0,
  ): Promise<Response> {
    const { origin } = new URL(url);
    const jar = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, jar);
    const headers = { origin, ...init.headers, cookie: [...jar].map((pair) => pair.join('=')).join('; ') };
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0]!.split('=') as [string, string];
      if (value === '' || value === 'deleted') jar.delete(name);
      else jar.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null || hops > 9) return answer;
    await answer.body?.cancel();
    return this.#go(new URL(location, url).href, { method: 'GET' }, hops + 1);
  }
}
