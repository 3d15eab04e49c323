import type { Profile, Result } from '@jouvence/protocol';
import { speaksOurs } from '../introduce.ts';
import type { Site } from '../site.ts';
import type { Find, Finding } from './findings.ts';

type SiteAnswer = Result<'get_site'>;

/** Moodle's cron is meant to run every minute; our tasks begin with it. */
const cronLateSeconds = 900;
const cronStoppedSeconds = 3600;
/** Tickets of people who enter are good for a minute, with half a minute of leeway. */
const clockSeconds = 30;
/** Where the agent can be a source, and a target; the newest that it was tried on, and what before it was not. */
const oldestSource = 309;
const oldestTarget = 401;
const newestTried = 501;
const untried = [500];

/** What a site says of itself, judged. `offset`: its clock less ours, in seconds. */
export function judgeSite(
  find: Find,
  answer: SiteAnswer,
  context: { site: Site; others: Site[]; profiles: readonly Profile[]; offset: number },
): Finding[] {
  const { site, others, profiles, offset } = context;
  return [
    ...judgeIdentity(find, answer, site, others),
    ...judgeRelease(find, answer, profiles),
    // Embedded sites have no cron, and on the command line no work waits for one: it is done when it is asked for.
    ...(answer.kind === 'moodle' && !site.codeBase && profiles.some((each) => each !== 'fleet')
      ? judgeCron(find, answer)
      : []),
    ...(answer.maintenance ? [find('maintenance', site.name)] : []),
    ...(Math.abs(offset) > clockSeconds ? [find('clock', site.name, { seconds: offset })] : []),
  ];
}

function judgeIdentity(find: Find, answer: SiteAnswer, site: Site, others: Site[]): Finding[] {
  const double = others.find(({ id, identifier }) => id !== site.id && identifier === answer.identifier);
  return [
    ...(double ? [find('clone', site.name, { other: double.name })] : []),
    ...(!double && answer.identifier !== site.identifier ? [find('other-site', site.url)] : []),
    ...(answer.url === site.url ? [] : [find('address-other', site.url, { wwwroot: answer.url })]),
  ];
}

function judgeRelease(find: Find, { branch, release, protocol }: SiteAnswer, profiles: readonly Profile[]): Finding[] {
  // Moodle 3.9 calls itself 39, and 3.10 310.
  const number = branch < 100 ? 300 + (branch % 10) : branch;
  const tooOld = profiles.filter((profile) => number < (profile === 'target' ? oldestTarget : oldestSource));
  return [
    ...(speaksOurs(protocol) ? [] : [find('protocol', release, { min: protocol.min, max: protocol.max })]),
    ...tooOld.map((profile) => find('release-old', release, {}, profile)),
    ...(number > newestTried || untried.includes(number) ? [find('release-untried', release)] : []),
  ];
}

function judgeCron(find: Find, { lastcron, clock }: SiteAnswer): Finding[] {
  if (lastcron === 0) return [find('cron-never', 'cron')];
  const minutes = Math.round((clock - lastcron) / 60);
  if (clock - lastcron > cronStoppedSeconds) return [find('cron-stopped', 'cron', { minutes })];
  return clock - lastcron > cronLateSeconds ? [find('cron-late', 'cron', { minutes })] : [];
}
