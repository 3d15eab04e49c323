import type { IncomingMessage, ServerResponse } from 'node:http';
import { enterPath, pairPath, strasbourg, transfer } from '@jouvence/protocol';
import type { Attempts } from '../attempts.ts';
import type { Courses } from '../courses/index.ts';
import type { Log } from '../database.ts';
import { EngineError } from '../errors.ts';
import { enterPage } from '../pages/enter.ts';
import { frontPage } from '../pages/front.ts';
import { renderNotice, unknownHost, type Visitor } from '../pages/layout.ts';
import { noticesPage, noticesPath } from '../pages/notices.ts';
import { signInPage, signOutPage } from '../pages/sign-in.ts';
import { style, stylePath } from '../pages/style.ts';
import { formKeyOf, readSessionCookie, sessionPerson } from '../sessions.ts';
import type { Site, Sites } from '../sites.ts';
import { handleDownload } from '../strasbourg/index.ts';
import { discardRest } from './body.ts';
import { handlePair } from './pair.ts';
import { redirect, sendPage } from './respond.ts';
import { handleRest, type RestOptions } from './rest.ts';

export interface SitesOptions extends RestOptions {
  sites: Sites;
  courses: Courses;
  attempts: Attempts;
  log: Log;
}

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/**
 * What each site state answers. Active: everything. Maintenance: pages are a notice with 503; web services, transfers
 * and pairing go on, for accounts that may enter. Suspended: all is a notice with 503. A host that no site has: 404,
 * which says nothing of other sites.
 */
export function handleSites(options: SitesOptions): Handler {
  return async (req, res) => {
    const site = options.sites.byHost(hostOf(req));
    if (!site) return sendPage(res, 404, unknownHost);
    try {
      await answer(options, req, res, site);
    } catch (error) {
      answerError(options.log, req, res, site, error);
    }
  };
}

async function answer(options: SitesOptions, req: IncomingMessage, res: ServerResponse, site: Site): Promise<void> {
  const { courses, database } = options;
  const path = req.url!.split('?', 1)[0]!;
  if (path === stylePath) return sendStyle(res);
  // Browsers ask by themselves; a page that says "not found" would stand as an error beside each of ours.
  if (path === '/favicon.ico') return void res.writeHead(204, { 'cache-control': 'public, max-age=86400' }).end();
  if (site.state === 'suspended') return sendPage(res, 503, renderNotice(site, 'suspended'));
  if (path === '/webservice/rest/server.php') return handleRest(options, req, res, site);
  if (path === transfer.downloadPath) return courses.handleArchive(req, res, site);
  if (path === transfer.uploadPath) return courses.handleUpload(req, res, site);
  if (path === pairPath) return handlePair(options, req, res, site);
  if (path === strasbourg.downloadPath && site.state === 'active') return handleDownload(options, req, res, site);
  if (site.state === 'maintenance') return sendPage(res, 503, renderNotice(site, 'maintenance'));

  if (path === '/login/index.php') return signInPage(options, req, res, site);
  if (path === '/login/logout.php') return signOutPage(options, req, res, site);
  const visitor = await visitorOf(options, req, site);
  if (path === '/' || path === '/index.php' || path === '/my/')
    return sendPage(res, 200, await frontPage(database, site, visitor));
  if (path === enterPath) return enterPage(database, req, res, site, visitor);
  const forPeople = path === '/course/view.php' || path === noticesPath || path.startsWith('/pluginfile.php/');
  if (!forPeople) return sendPage(res, 404, renderNotice(site, 'notFound', visitor));
  if (!visitor) return redirect(res, `/login/index.php?wantsurl=${encodeURIComponent(req.url!)}`);
  if (path === noticesPath) return sendPage(res, 200, await noticesPage(database, site, visitor));
  if (path === '/course/view.php') return courses.coursePage(req, res, site, visitor.person);
  return courses.pluginFile(req, res, site, visitor.person);
}

async function visitorOf({ database }: SitesOptions, req: IncomingMessage, site: Site): Promise<Visitor | undefined> {
  const key = readSessionCookie(req);
  if (key === undefined) return undefined;
  const person = await database.withSite(site.id, (tx) => sessionPerson(tx, key));
  return person && { person, formKey: formKeyOf(key) };
}

/** Without port and trailing dot; '' when there is none. */
function hostOf(req: IncomingMessage): string {
  return (req.headers.host ?? '').toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}

function sendStyle(res: ServerResponse): void {
  const headers = { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=300' };
  res.writeHead(200, { ...headers, 'x-content-type-options': 'nosniff', 'content-length': Buffer.byteLength(style) });
  res.end(res.req.method === 'HEAD' ? undefined : style);
}

/** What a page may be refused for; all else is the engine's trouble and goes to its log, not to the reader. */
const statusOf: Partial<Record<string, number>> = {
  'invalid-parameter': 400,
  'not-allowed': 403,
  'not-found': 404,
  quota: 413,
};

function answerError(log: Log, req: IncomingMessage, res: ServerResponse, site: Site, error: unknown): void {
  const status = (error instanceof EngineError && statusOf[error.code]) || 503;
  if (status === 503 && !req.destroyed)
    // Without the query: a caller may have put a token there.
    log('error', 'site-call-failed', { site: site.name, method: req.method, path: req.url!.split('?', 1)[0], error });
  if (res.headersSent) return void res.destroy();
  const kind = status === 503 ? 'failed' : 'notFound';
  sendPage(res, status, renderNotice(site, kind));
  discardRest(req);
}
