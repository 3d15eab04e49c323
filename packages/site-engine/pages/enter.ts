import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startPath, ticketClaims } from '@jouvence/protocol';
import type { Database } from '../database.ts';
import { pagePolicy, redirect, sendPage } from '../http/respond.ts';
import { fullname } from '../people.ts';
import type { Site } from '../sites.ts';
import { getTrust, listControls, signTicket } from '../trust.ts';
import { html } from './html.ts';
import { languageOf, renderNotice, renderPage, type Visitor } from './layout.ts';
import { wordsIn } from './words.ts';

/** Sends the form on by itself; without scripts its button does. */
const script = "document.getElementById('enter').submit()";
const scriptHash = `sha256-${createHash('sha256').update(script).digest('base64')}`;

/** `enter.php`: says to the paired control plane who is signed in here. */
export async function enterPage(
  database: Database,
  req: IncomingMessage,
  res: ServerResponse,
  site: Site,
  visitor: Visitor | undefined,
): Promise<void> {
  if (!visitor) return redirect(res, `/login/index.php?wantsurl=${encodeURIComponent(req.url!)}`);
  const query = new URLSearchParams(req.url!.split('?', 2)[1]);
  const [state, aud] = [query.get('state') ?? '', query.get('aud') ?? ''];
  const { trust, controls } = await database.withSite(site.id, async (tx) => ({
    trust: await getTrust(tx),
    controls: await listControls(tx),
  }));
  if (controls.length === 0) return sendPage(res, 404, renderNotice(site, 'notPaired', visitor));
  const words = wordsIn(languageOf(site, visitor.person));
  const page = { site, title: words.enterTitle, visitor };
  if (state === '') {
    const links = controls.map(
      (control) =>
        html`<p><a href="${control}${startPath}/${encodeURIComponent(site.identifier)}">${words.enter}</a> (${control})</p>`,
    );
    return sendPage(res, 200, renderPage({ ...page, body: html`${links}` }));
  }
  const control = aud === '' && controls.length === 1 ? controls[0]! : aud;
  if (!controls.includes(control) || !ticketClaims.shape.state.safeParse(state).success)
    return sendPage(res, 400, renderNotice(site, 'notFound', visitor));
  const ticket = signTicket(trust, site, visitor.person, { control, state });
  const body = html`<p>${words.entering} <strong dir="auto">${fullname(visitor.person)}</strong></p>
<form id="enter" method="post" action="${control}/enter">
<input type="hidden" name="ticket" value="${ticket}">
<button>${words.enter}</button>
</form>`;
  sendPage(res, 200, renderPage({ ...page, body, script }), {
    'content-security-policy': pagePolicy({ formAction: new URL(control).origin, script: scriptHash }),
  });
}
