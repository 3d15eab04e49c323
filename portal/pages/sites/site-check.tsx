import type { Site, SiteCheck } from '@jouvence/contract';
import { useEffect, useRef } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Command } from '../../ui/command.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Section } from '../../ui/section.tsx';
import { Findings } from './findings.tsx';

/** Asks the site for everything that could stand in the way, and says how to mend it. `atOnce`: without being told. */
export function SiteCheckSection({ site, atOnce }: { site: Site; atOnce: boolean }) {
  const { t, time } = useLanguage();
  const check = useAction('sites.check', { changes: ['sites', 'status'] });
  const { mutate } = check;
  const begun = useRef(false);
  useEffect(() => {
    if (!atOnce || begun.current) return;
    begun.current = true;
    mutate({ params: { site: site.name }, body: {} });
  }, [atOnce, mutate, site.name]);
  return (
    <Section
      title={t('sites.check.title')}
      lead={t('sites.check.lead')}
      actions={
        <Button busy={check.isPending} onClick={() => mutate({ params: { site: site.name }, body: {} })}>
          {t(check.data ? 'sites.check.again' : 'sites.check.run')}
        </Button>
      }
    >
      <div className="space-y-4">
        <div role="status">
          {check.isPending && <p className="text-muted">{t('sites.check.running')}</p>}
          {check.data && !check.isPending && <Result check={check.data} />}
        </div>
        {check.error && <ErrorNote error={check.error} />}
        {check.data && <Findings findings={check.data.findings} url={site.url} />}
        {check.data && <CheckFacts facts={check.data.facts} />}
        {check.data && check.submittedAt > 0 && (
          <p className="text-sm text-muted">{t('sites.check.at', { time: time(new Date(check.submittedAt)) })}</p>
        )}
        <Command words={['sites', 'check', site.name]} />
      </div>
    </Section>
  );
}

function Result({ check: { ok, findings } }: { check: SiteCheck }) {
  const { t } = useLanguage();
  const worth = findings.filter(({ severity }) => severity !== 'info').length;
  if (!ok)
    return (
      <Callout
        tone="bad"
        title={t('sites.check.notWell', { count: findings.filter((each) => each.severity === 'error').length })}
      />
    );
  return worth > 0 ? (
    <Callout tone="warn" title={t('sites.check.usable', { count: worth })} />
  ) : (
    <Callout tone="good" title={t('sites.check.allWell')} />
  );
}

function CheckFacts({ facts }: { facts: SiteCheck['facts'] }) {
  const { t, time, bytes, number } = useLanguage();
  const { release, agent, latencyMs, clockSeconds, lastCronAt, address, certificateEndsAt, partBytes } = facts;
  if (release === null) return null;
  const shown: [string, string | null][] = [
    [t('sites.fact.release'), release],
    [t('sites.fact.agent'), agent],
    [t('sites.fact.latency'), latencyMs === null ? null : t('sites.ms', { ms: number(Math.round(latencyMs)) })],
    [
      t('sites.fact.clock'),
      clockSeconds === null
        ? null
        : Math.abs(clockSeconds) < 1
          ? t('sites.fact.clock.same')
          : t('sites.fact.clock.off', { seconds: number(clockSeconds) }),
    ],
    [t('sites.fact.cron'), lastCronAt && time(lastCronAt)],
    [t('sites.fact.certificate'), certificateEndsAt && time(certificateEndsAt)],
    [t('sites.fact.address'), address],
    [t('sites.fact.parts'), partBytes === null ? null : bytes(partBytes)],
  ];
  return (
    <div>
      <h3 className="mb-2 font-semibold">{t('sites.facts')}</h3>
      <Facts
        facts={shown.flatMap(([name, is]) => (is === null ? [] : [[name, <bdi key={name}>{is}</bdi>] as const]))}
      />
    </div>
  );
}
