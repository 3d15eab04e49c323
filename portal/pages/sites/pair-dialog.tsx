import type { Pair, Site } from '@jouvence/contract';
import { type FormEvent, useState } from 'react';
import { useAction, useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useToast } from '../../ui/toast.tsx';
import { PairOvertaken } from './pair-overtaken.tsx';
import { type PairRules, pairWords, readAuth, rulesOf, seenOf } from './pair-rules.ts';
import { RolesField } from './roles-field.tsx';

/** A new pair of this site, or other rules for one that is there. */
export function PairDialog({
  site,
  end,
  pair,
  onClose,
}: {
  site: Site;
  /** What the site is in it. */
  end: 'source' | 'target';
  pair?: Pair;
  onClose: () => void;
}) {
  const { t } = useLanguage();
  const sites = useCall('sites.list', {});
  const pairs = useCall('pairs.list', {});
  const title = pair
    ? t('sites.pair.change.of', { source: pair.source, target: pair.target })
    : t(`sites.pairs.add.${end}`);
  return (
    <Dialog open onClose={onClose} title={title} place="side">
      {sites.data && pairs.data ? (
        <PairForm
          site={site}
          end={end}
          pair={pair}
          sites={sites.data.sites}
          pairs={pairs.data.pairs}
          onClose={onClose}
        />
      ) : sites.error ? (
        <ErrorNote error={sites.error} onRetry={() => void sites.refetch()} />
      ) : (
        <Skeleton />
      )}
    </Dialog>
  );
}

function PairForm({
  site,
  end,
  pair,
  sites,
  pairs,
  onClose,
}: {
  site: Site;
  /** What the site is in it. */
  end: 'source' | 'target';
  pair: Pair | undefined;
  sites: Site[];
  pairs: Pair[];
  onClose: () => void;
}) {
  const { t } = useLanguage();
  const toast = useToast();
  const otherEnd = end === 'source' ? 'target' : 'source';
  const free = sites.filter(
    ({ name, profiles }) =>
      name !== site.name &&
      profiles.includes(otherEnd) &&
      !pairs.some((each) => each[end] === site.name && each[otherEnd] === name),
  );
  // The one that was chosen stays, also when somebody else pairs it meanwhile.
  const [other, setOther] = useState(pair?.[otherEnd] ?? free[0]?.name ?? '');
  const offered = sites.filter((each) => each.name === other || free.includes(each));
  const [source, target] = end === 'source' ? [site.name, other] : [other, site.name];
  const find = (name: string) => sites.find((each) => each.name === name);
  const [rules, setRules] = useState<PairRules>(() => rulesOf(pair, find(target)));
  const [peopleChosen, setPeopleChosen] = useState(pair !== undefined);
  const [asked, setAsked] = useState(false);
  // What others do meanwhile shows in the list, which is asked again when the window is looked at and after a refusal.
  const now = pairs.find((each) => each.source === source && each.target === target);
  const [seen, setSeen] = useState<Pair | undefined>(pair);
  const add = useAction('pairs.add', { changes: ['pairs', 'sites', 'settings', 'courses'] });
  const overtaken = seenOf(now) !== seenOf(seen) && !add.isPending && !add.isSuccess;
  const abilities = find(source)?.abilities;
  // Of a block only one field finds people.
  const identity = abilities?.identities.includes(rules.identity) === false ? abilities.identities[0]! : rules.identity;
  const createPeople = peopleChosen ? rules.createPeople : find(target)?.kind === 'embedded';
  const auth = readAuth(rules.auth);
  const change = (part: Partial<PairRules>) => setRules((before) => ({ ...before, ...part }));
  const faults = {
    roles: rules.roles.length === 0 ? t('sites.pair.roles.none') : undefined,
    auth: auth === null ? t('sites.pair.auth.wrong') : undefined,
  };
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (faults.roles || auth === null || overtaken) return;
    add.mutate(
      { body: { source, target, roles: rules.roles, identity, auth, createPeople, seen: seenOf(seen) } },
      {
        onSuccess: () => {
          toast.done(t(pair ? 'sites.pair.changed' : 'sites.pair.added', { source, target }));
          onClose();
        },
      },
    );
  };
  if (!pair && offered.length === 0) return <p>{t(`sites.pairs.nobody.${otherEnd}`)}</p>;
  return (
    <form onSubmit={send} className="space-y-5" noValidate>
      {!pair && (
        <SelectField
          label={t(`sites.pair.${otherEnd}`)}
          value={other}
          onChange={(event) => {
            setOther(event.target.value);
            setSeen(undefined);
          }}
        >
          {offered.map(({ name, title }) => (
            <option key={name} value={name}>
              {title && title !== name ? `${title} (${name})` : name}
            </option>
          ))}
        </SelectField>
      )}
      {abilities && !abilities.namesRoles && (
        <Callout tone="warn">
          <p>{t('sites.pair.roles.theirs')}</p>
        </Callout>
      )}
      <RolesField
        roles={rules.roles}
        fault={asked ? faults.roles : undefined}
        onChange={(roles) => change({ roles })}
      />
      <SelectField
        label={t('sites.pair.identity')}
        hint={t('sites.pair.identity.hint')}
        value={identity}
        onChange={(event) => change({ identity: event.target.value as PairRules['identity'] })}
      >
        {(abilities?.identities ?? [rules.identity]).map((field) => (
          <option key={field} value={field}>
            {t(`sites.identity.${field}`)}
          </option>
        ))}
      </SelectField>
      <TextField
        label={t('sites.pair.auth')}
        hint={t('sites.pair.auth.hint')}
        fault={asked ? faults.auth : undefined}
        value={rules.auth}
        placeholder="shibboleth, ldap"
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => change({ auth: event.target.value })}
      />
      <Checkbox
        label={t('sites.pair.people')}
        hint={t('sites.pair.people.hint')}
        checked={createPeople}
        onChange={(event) => {
          setPeopleChosen(true);
          change({ createPeople: event.target.checked });
        }}
      />
      {overtaken && (
        <PairOvertaken
          seen={seen}
          now={now}
          onTake={() => {
            add.reset();
            if (!now) return onClose();
            setRules(rulesOf(now, undefined));
            setPeopleChosen(true);
            setSeen(now);
          }}
          onKeep={() => {
            add.reset();
            setSeen(now);
          }}
        />
      )}
      {add.error && !overtaken && <ErrorNote error={add.error} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={overtaken} busy={add.isPending}>
          {t(pair ? 'sites.pair.save' : 'sites.pair.make')}
        </Button>
        <Button onClick={onClose}>{t('shell.cancel')}</Button>
      </div>
      <Command words={pairWords(source, target, { ...rules, identity, createPeople })} />
    </form>
  );
}
