import type { AuditLine } from '@jouvence/contract';
import { auditActionText, nameText } from '@jouvence/i18n/browser';
import { Bot, CircleUserRound, KeyRound, ListFilter, UserCog } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLanguage } from '../../language.tsx';
import { When } from '../../ui/when.tsx';
import { Differences } from './differences.tsx';
import type { AuditSearch } from './search.ts';
import { Thing } from './thing.tsx';

const icons = { operator: UserCog, person: CircleUserRound, system: Bot };

/** One line: who, what, to what, and the difference that it made. Its words look for more of the same, or lead to the thing. */
export function AuditEntry({ line, onFind }: { line: AuditLine; onFind(search: AuditSearch): void }) {
  const { t, maybe, number } = useLanguage();
  const { seq, at, actor, action, object, site, before, after } = line;
  const what = auditActionText({ maybe }, action);
  const Icon = icons[actor.kind];
  return (
    <li className="p-4">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <Find label={t('audit.findActor', { name: actor.name })} onFind={() => onFind({ actor: actor.name })}>
          <Icon className="mr-1.5 inline size-4 align-text-bottom" aria-hidden="true" />
          <span className="sr-only">{t(`audit.kind.${actor.kind}`)} </span>
          <bdi>{nameText({ maybe }, actor.name)}</bdi>
        </Find>
        {actor.token !== null && (
          <span className="inline-flex items-center gap-1 text-sm text-muted">
            <KeyRound className="size-3.5" aria-hidden="true" />
            {t('audit.token', { id: actor.token })}
          </span>
        )}
        <Find label={t('audit.findAction', { name: what })} onFind={() => onFind({ action })}>
          {what}
        </Find>
        <span className="inline-flex max-w-full items-baseline gap-1">
          <Thing line={line} />
          <Find label={t('audit.findObject', { name: object })} onFind={() => onFind({ object })}>
            <ListFilter className="size-3.5 text-muted" aria-hidden="true" />
            <span className="sr-only">{t('audit.findObject', { name: object })}</span>
          </Find>
        </span>
        {site && !object.endsWith(` ${site}`) && (
          <Find label={t('audit.findSite', { name: site })} onFind={() => onFind({ site })}>
            <bdi className="text-muted">{site}</bdi>
          </Find>
        )}
        <span className="ml-auto text-sm text-muted">
          <When at={at} /> · {t('audit.number', { number: number(seq) })}
        </span>
      </div>
      <Differences before={before} after={after} />
    </li>
  );
}

function Find({ label, onFind, children }: { label: string; onFind(): void; children: ReactNode }) {
  return (
    <button
      type="button"
      title={label}
      onClick={onFind}
      className="max-w-full rounded text-left font-medium wrap-anywhere hover:underline"
    >
      {children}
    </button>
  );
}
