import type { Site } from '@jouvence/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { refresh, useAction, useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { TextField } from '../../ui/field.tsx';
import { Section } from '../../ui/section.tsx';
import { useToast } from '../../ui/toast.tsx';
import type { useCounts } from './counts.ts';

/** Forgets a site: says what goes, and asks for its name. */
export function SiteRemove({ site, countsOf }: { site: Site; countsOf: ReturnType<typeof useCounts> }) {
  const { t } = useLanguage();
  const [open, setOpen] = useState(false);
  const pairs = useCall('pairs.list', {}).data?.pairs.filter(({ source, target }) =>
    [source, target].includes(site.name),
  );
  return (
    <Section title={t('sites.remove.title')} lead={t('sites.remove.lead')}>
      <Button look="danger" disabled={pairs === undefined || pairs.length > 0} onClick={() => setOpen(true)}>
        {t('sites.remove')}
      </Button>
      {pairs !== undefined && pairs.length > 0 && (
        <p className="mt-2 text-sm text-muted">{t('sites.remove.pairs', { count: pairs.length })}</p>
      )}
      {open && <RemoveDialog site={site} countsOf={countsOf} onClose={() => setOpen(false)} />}
    </Section>
  );
}

function RemoveDialog({
  site,
  countsOf,
  onClose,
}: {
  site: Site;
  countsOf: ReturnType<typeof useCounts>;
  onClose: () => void;
}) {
  const { t } = useLanguage();
  const toast = useToast();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [typed, setTyped] = useState('');
  const remove = useAction('sites.remove', { changes: ['pairs', 'status', 'settings', 'requests'] });
  const open = (['source', 'target'] as const)
    .map((end) => countsOf?.(site.name, end))
    .reduce((total, count) => total + (count ? count.queued + count.begun : 0), 0);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (typed !== site.name) return;
    remove.mutate(
      { params: { site: site.name } },
      {
        onSuccess: () => {
          toast.done(t('sites.removed', { site: site.title || site.name }));
          // Asked again from the list only: this page would be told that there is no such site.
          void navigate({ to: '/sites' }).then(() => refresh(queries, ['sites']));
        },
      },
    );
  };
  return (
    <Dialog open onClose={onClose} title={t('sites.remove.of', { site: site.title || site.name })}>
      <form onSubmit={send} className="space-y-4" autoComplete="off">
        <ul className="list-disc space-y-1 pl-5">
          <li>{t('sites.remove.tokens', { count: site.tokens.length })}</li>
          <li>{t('sites.remove.settings')}</li>
          {open > 0 && <li className="font-medium text-bad">{t('sites.remove.requests', { count: open })}</li>}
          <li>{t('sites.remove.stays')}</li>
        </ul>
        <TextField
          label={t('sites.remove.type', { name: site.name })}
          value={typed}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
        {remove.error && <ErrorNote error={remove.error} />}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="danger" disabled={typed !== site.name} busy={remove.isPending}>
            {t('sites.remove')}
          </Button>
          <Button onClick={onClose}>{t('shell.cancel')}</Button>
        </div>
        <Command words={['sites', 'remove', site.name]} />
      </form>
    </Dialog>
  );
}
