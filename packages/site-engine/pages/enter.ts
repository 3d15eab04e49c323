import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ticketClaims } from '@jouvence/protocol';
import type { Database } from '../database.ts';
import { pagePolicy, redirect, sendPage } from '../http/respond.ts';
import { fullname } from '../people.ts';
import type { Site } from '../sites.ts';
import { getTrust, signTicket } from '../trust.ts';
import { html } from './html.ts';
import { languageOf, renderNotice, renderPage, type Visitor } from './layout.ts';
import { wordsIn } from './words.ts';

/** Sends the form on by itself; without scripts its button does. */
const script = "document.getElementById('enter').submit()";
const scriptHash = `sha256-${createHash('sha256').update(script).digest('base64')}`;

/** `enter.php?state=…`: says to the paired control plane who is signed in here. */
export async function enterPage(
  database: Database,
  req: IncomingMessage,
  res: ServerResponse,
  site: Site,
  visitor: Visitor | undefined,
): Promise<void> {
  const state = new URLSearchParams(req.url!.split('?', 2)[1]).get('state') ?? '';
  if (!ticketClaims.shape.state.safeParse(state).success)
    return sendPage(res, 400, renderNotice(site, 'notFound', visitor));
  if (!visitor) return redirect(res, `/login/index.php?wantsurl=${encodeURIComponent(req.url!)}`);
  const trust = await database.withSite(site.id, getTrust);
  if (trust.control === '') return sendPage(res, 404, renderNotice(site, 'notPaired', visitor));
  const words = wordsIn(languageOf(site, visitor.person));
  const ticket = signTicket(trust, site, visitor.person, state);
  const body = html`<p>${words.entering} <strong dir="auto">${fullname(visitor.person)}</strong></p>
<form id="enter" method="post" action="${trust.control}/enter">
<input type="hidden" name="ticket" value="${ticket}">
<button>${words.enter}</button>
</form>`;
  sendPage(res, 200, renderPage({ site, title: words.enterTitle, body, visitor, script }), {
    'content-security-policy': pagePolicy({ formAction: new URL(trust.control).origin, script: scriptHash }),
  });
}
