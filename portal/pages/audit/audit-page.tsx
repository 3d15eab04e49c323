import { useNavigate, useSearch } from '@tanstack/react-router';
import { ScrollText, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { usePages } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useSession } from '../../session.tsx';
import { beginningOf } from '../../shell/days.ts';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { More } from '../../ui/more.tsx';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { AuditEntry } from './audit-entry.tsx';
import { AuditFilter } from './audit-filter.tsx';
import type { AuditSearch } from './search.ts';
import { Verification } from './verification.tsx';

/** Who did what to what, the newest first. */
export function AuditPage() {
  const { t } = useLanguage();
  const { sites } = useSession();
  const search = useSearch({ from: '/audit' });
  const navigate = useNavigate();
  const [verifying, setVerifying] = useState(false);
  const pages = usePages('audit.list', { limit: 50, ...queryOf(search) });
  const lines = pages.data?.pages.flatMap((page) => page.lines) ?? [];
  const find = (next: AuditSearch) => void navigate({ to: '/audit', search: next, resetScroll: false });
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <Page
      title={t('shell.nav.audit')}
      lead={sites === null ? t('audit.lead') : t('audit.leadLimited')}
      actions={
        // The chain is one over all lines: for those who may see all.
        sites === null && (
          <Button onClick={() => setVerifying(true)}>
            <ShieldCheck className="size-4" aria-hidden="true" />
            {t('audit.verify')}
          </Button>
        )
      }
    >
      <AuditFilter key={JSON.stringify(search)} search={search} onFind={find} />
      {pages.isPending ? (
        <Skeleton />
      ) : !pages.data ? (
        <ErrorNote error={pages.error} onRetry={() => void pages.refetch()} />
      ) : lines.length === 0 ? (
        <Empty icon={ScrollText} title={isFiltered ? t('audit.noneFound') : t('audit.empty')}>
          {isFiltered && <Button onClick={() => find({})}>{t('audit.all')}</Button>}
        </Empty>
      ) : (
        <ol className="divide-y divide-line rounded-lg border border-line bg-surface" aria-label={t('shell.nav.audit')}>
          {lines.map((line) => (
            <AuditEntry key={line.id} line={line} onFind={(found) => find({ ...search, ...found })} />
          ))}
        </ol>
      )}
      {pages.data && <More pages={pages} />}
      <div className="mt-4 space-y-1">
        <p className="text-sm text-muted">{t('audit.export')}</p>
        <Command words={['audit', 'list', ...wordsOf(search), '--json']} />
      </div>
      {verifying && <Verification onClose={() => setVerifying(false)} />}
    </Page>
  );
}

/** Days of whoever reads, from the first moment of the one to the last of the other. */
function queryOf({ from, to, ...rest }: AuditSearch) {
  return { ...rest, ...(from && { from: beginningOf(from) }), ...(to && { to: beginningOf(to, 1) }) };
}

function wordsOf({ from, to, ...rest }: AuditSearch): string[] {
  const query = queryOf({ ...(from && { from }), ...(to && { to }) });
  return Object.entries({ ...rest, ...query }).flatMap(([key, value]) => [`--${key}`, value]);
}
