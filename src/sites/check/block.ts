import { type BlockFacts, readCertificateEnd, type SiteClient, SiteError } from '@jouvence/moodle-client';
import { strasbourg } from '@jouvence/protocol';
import { blockSiteFacts } from '../introduce-block.ts';
import { judgeCertificate } from './certificate.ts';
import type { Checked, CheckInput } from './check.ts';
import { type CheckFacts, type Find, type Finding, findingsOf } from './findings.ts';
import { describeTrouble } from './trouble.ts';

const wholeMs = 45_000;
/** That no file has: the largest that Moodle's ids go to. */
const noFile = 2_147_483_647;
const nobody = 'jouvence.check.nobody';

/**
 * The same as `checkSite`, of a site that has only Strasbourg's block. Nothing is made on it: the list is asked for a
 * person whom nobody knows, the download for a file that is not there; how each is refused tells what would pass.
 */
export async function checkBlock(input: CheckInput): Promise<Checked> {
  const { site, pairs, connect, clock, signal: given } = input;
  const timeout = AbortSignal.timeout(wholeMs);
  const signal = given ? AbortSignal.any([given, timeout]) : timeout;
  const find = findingsOf(site, { createPeople: false });
  const findings: Finding[] = [];
  const facts: CheckFacts = {
    release: null,
    agent: null,
    latencyMs: null,
    clockSeconds: null,
    lastCronAt: null,
    address: null,
    certificateEndsAt: await readCertificateEnd(site.url).catch(() => null),
    partBytes: null,
  };
  findings.push(...judgeCertificate(find, site.url, facts.certificateEndsAt, clock.now()));
  const checked: Checked = { findings, facts, answer: undefined, tokens: [], failure: undefined };
  let client: SiteClient | undefined;
  try {
    client = connect('source');
    if (client === undefined) {
      findings.push(find('no-token', site.name, {}, 'source'));
      return checked;
    }
    const start = clock.nowMs();
    const described = await client.block!.describe({ signal });
    facts.latencyMs = clock.nowMs() - start;
    facts.release = described.release;
    checked.block = blockSiteFacts(described);
    const roles = pairs.filter(({ source }) => source.id === site.id).flatMap((pair) => pair.roles);
    findings.push(
      ...judgeFacts(find, described, checked.block, input),
      ...(await askList(find, client, roles, signal)),
      ...(await askDownload(find, client, signal)),
    );
  } catch (error) {
    checked.failure = error;
    const refused = error instanceof SiteError && error.code === 'token-expired';
    findings.push(
      refused
        ? find('block-token', site.name, {
            said: error.message.replace(`${site.name}: `, ''),
            service: strasbourg.service,
          })
        : describeTrouble(find, site, 'source', error),
    );
  } finally {
    await client?.close();
  }
  given?.throwIfAborted();
  return checked;
}

function judgeFacts(
  find: Find,
  { blockVersion, shape, missing, downloadfiles, userissiteadmin, username, siteurl }: BlockFacts,
  now: { identifier: string },
  { site, pairs }: CheckInput,
): Finding[] {
  const what = `block ${blockVersion}`;
  const named = pairs.filter(({ source }) => source.id === site.id).map((pair) => pair.roles.join(', '));
  return [
    ...(missing.length > 0 ? [find('block-functions', missing.join(', '), { service: strasbourg.service })] : []),
    ...(downloadfiles === 0 ? [find('block-downloads', strasbourg.service, { said: '–' })] : []),
    ...(userissiteadmin ? [find('block-admin', username)] : []),
    ...(now.identifier === site.identifier ? [] : [find('other-site', site.url)]),
    ...(siteurl === site.url ? [] : [find('address-other', site.url, { wwwroot: siteurl })]),
    ...(shape === '3.2' ? [] : [find('block-roles', what, { roles: named.join('; ') || 'editingteacher' })]),
    ...(shape === '2.1' ? [find('block-people', what)] : []),
    find('block-limits', what),
  ];
}

async function askList(find: Find, client: SiteClient, roles: string[], signal: AbortSignal): Promise<Finding[]> {
  const asked = roles.length > 0 ? roles : ['editingteacher'];
  try {
    await client.block!.listCourses({ username: nobody, roles: asked }, { signal });
    return [];
  } catch (error) {
    return forbidden(find, strasbourg.listCourses, 'can_see_backup_courses', error);
  }
}

async function askDownload(find: Find, client: SiteClient, signal: AbortSignal): Promise<Finding[]> {
  try {
    const { body } = await client.block!.open({ fileid: noFile, signal });
    for await (const _ of body) break;
    return [];
  } catch (error) {
    if (error instanceof SiteError && error.code === 'not-found') return [];
    if (error instanceof SiteError && error.code === 'site-bad-answer') {
      const said = error.message.replace(`${error.site}: `, '');
      return [find('block-downloads', strasbourg.downloadPath, { said })];
    }
    return forbidden(find, strasbourg.downloadPath, 'can_retrieve_courses', error);
  }
}

/** @throws what says more of the site than of one right */
function forbidden(find: Find, what: string, capability: string, error: unknown): Finding[] {
  if (!(error instanceof SiteError) || error.code !== 'site-error') throw error;
  const said = error.message.replace(`${error.site}: `, '');
  return [
    find('block-forbidden', what, { capability: `block/my_external_backup_restore_courses:${capability}`, said }),
  ];
}
