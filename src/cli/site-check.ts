import { styleText } from 'node:util';
import type { Finding, SiteCheck } from '@jouvence/contract';
import type { Translator } from '@jouvence/i18n';
import { harmless } from './terminal-text.ts';

/**
 * What a check found, one thing after the other with how to mend it; then what was seen, and whether all is well: in
 * green or red where `stream` shows colours.
 */
export function checkWords(
  { site, ok, findings, facts }: SiteCheck,
  translator: Translator,
  stream: NodeJS.WriteStream,
): string {
  const { t } = translator;
  const last = findings.length === 0 ? 'allWell' : ok ? 'usable' : 'notWell';
  const lines = [...findings.flatMap((finding) => findingLines(finding, translator)), seen(site, facts, translator)]
    .filter((line) => line !== '')
    .map(harmless);
  const summary = harmless(t(`cli.sites.${last}`, { site: site.name }));
  const painted = stream.isTTY ? styleText(ok ? 'green' : 'red', summary, { stream }) : summary;
  return [...lines, painted].join('\n');
}

function findingLines(finding: Finding, { t, maybe, language }: Translator): string[] {
  const { code, severity, profile, what, values } = finding;
  // A server that is newer than this command may find more than is known here.
  const why = maybe(`check.${code}.why`, values) ?? finding.why;
  const todo = maybe(`check.${code}.todo`, values) ?? finding.todo;
  const whose = profile === null ? '' : ` (${profile})`;
  return [
    `${t(`check.severity.${severity}`)}${language === 'fr' ? '\u00a0: ' : ': '}${what}${whose}`,
    `    ${why}`,
    ...(todo === '' ? [] : [`    → ${todo}`]),
  ];
}

function seen(site: SiteCheck['site'], facts: SiteCheck['facts'], { t, time, bytes }: Translator): string {
  const { release, agent, latencyMs, clockSeconds, lastCronAt, address, certificateEndsAt, partBytes } = facts;
  if (release === null) return '';
  return [
    `Moodle ${release}`,
    ...(agent === null ? [] : [t('cli.sites.fact.agent', { agent })]),
    ...site.tokens.flatMap(({ profile, expiresAt }) =>
      expiresAt === null ? [] : [t('cli.sites.fact.token', { profile, date: time(expiresAt) })],
    ),
    ...(address === null ? [] : [t('cli.sites.fact.address', { address })]),
    ...(certificateEndsAt === null ? [] : [t('cli.sites.fact.certificate', { date: time(certificateEndsAt) })]),
    ...(partBytes === null ? [] : [t('cli.sites.fact.parts', { size: bytes(partBytes) })]),
    ...(lastCronAt === null ? [] : [t('cli.sites.fact.cron', { date: time(lastCronAt) })]),
    ...(clockSeconds === null ? [] : [t('cli.sites.fact.clock', { seconds: clockSeconds })]),
    ...(latencyMs === null ? [] : [t('cli.sites.fact.latency', { ms: Math.round(latencyMs) })]),
  ].join(' · ');
}
