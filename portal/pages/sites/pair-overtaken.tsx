import type { Pair } from '@jouvence/contract';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { When } from '../../ui/when.tsx';

/** What somebody else has made of a pair while it was being edited, rule by rule; it is not overwritten unseen. */
export function PairOvertaken({
  seen,
  now,
  onTake,
  onKeep,
}: {
  seen: Pair | undefined;
  now: Pair | undefined;
  onTake: () => void;
  onKeep: () => void;
}) {
  const { t } = useLanguage();
  const rulesOf = ({ roles, identity, auth, createPeople }: Pair): [string, string][] => [
    [t('sites.pair.roles'), roles.join(', ')],
    [t('sites.pair.identity'), t(`sites.identity.${identity}`)],
    [t('sites.pair.auth'), auth.join(', ') || '–'],
    [t('sites.pair.people'), t(createPeople ? 'yes' : 'no')],
  ];
  const before = new Map(seen && rulesOf(seen));
  const different = now ? rulesOf(now).filter(([label, value]) => before.get(label) !== value) : [];
  const what = !now ? 'removed' : seen ? 'changed' : 'added';
  return (
    <Callout tone="warn" live title={t(`sites.pair.overtaken.${what}`)}>
      {now && (
        <>
          {now.changed.by !== '' && (
            <p className="text-sm text-muted">
              <bdi>{now.changed.by}</bdi>, <When at={now.changed.at} />
            </p>
          )}
          {different.length === 0 && <p>{t('sites.pair.overtaken.same')}</p>}
          <dl className="mt-1 space-y-1 text-sm">
            {different.map(([label, value]) => (
              <div key={label}>
                <dt className="text-muted">{label}</dt>
                <dd className="font-medium break-words">
                  {seen ? t('sites.pair.overtaken.from', { before: before.get(label) ?? '', after: value }) : value}
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <div className="mt-2 flex flex-wrap gap-2">
        <Button small onClick={onTake}>
          {t(now ? 'sites.pair.overtaken.take' : 'sites.pair.overtaken.close')}
        </Button>
        <Button small onClick={onKeep}>
          {t('sites.pair.overtaken.keep')}
        </Button>
      </div>
    </Callout>
  );
}
