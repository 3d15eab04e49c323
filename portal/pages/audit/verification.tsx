import type { Answer } from '@jouvence/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { TextField } from '../../ui/field.tsx';

const headPattern = '\\s*(\\d{1,15}:)?[0-9a-fA-F]{64}\\s*';

/** Whether a line was altered, taken away, put in or moved since it was written. */
export function Verification({ onClose }: { onClose: () => void }) {
  const { t } = useLanguage();
  const [typed, setTyped] = useState('');
  const head = typed.trim();
  // Reads every line: when somebody asks, and not by itself.
  const verify = useMutation({
    mutationFn: () => client.call('audit.verify', { query: { ...(head && { head }) } }),
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    verify.mutate();
  };
  return (
    <Dialog open onClose={onClose} title={t('audit.verify')}>
      <form onSubmit={send} className="space-y-4" autoComplete="off">
        <p>{t('audit.verify.text')}</p>
        <TextField
          label={t('audit.verify.head')}
          hint={t('audit.verify.headHint')}
          value={typed}
          pattern={headPattern}
          spellCheck={false}
          onChange={({ target }) => setTyped(target.value)}
        />
        <Button type="submit" look="primary" busy={verify.isPending}>
          {t('audit.verify.do')}
        </Button>
        {verify.error && <ErrorNote error={verify.error} />}
        {verify.data && <Outcome outcome={verify.data} />}
        <Command words={['audit', 'verify', ...(head ? ['--head', head] : [])]} />
      </form>
    </Dialog>
  );
}

function Outcome({ outcome: { ok, lines, first, head, erased, findings } }: { outcome: Answer<'audit.verify'> }) {
  const { t, number } = useLanguage();
  return (
    <Callout tone={ok ? 'good' : 'bad'} live title={ok ? t('audit.verify.ok') : t('audit.verify.bad')}>
      <p>
        {t('audit.verify.lines', { count: lines })}
        {first !== null && first > 1 && ` ${t('audit.verify.first', { first: number(first) })}`}
        {erased > 0 && ` ${t('audit.verify.erased', { count: erased })}`}
      </p>
      {findings.length > 0 && (
        <ul className="list-disc pl-5">
          {findings.map((finding) => (
            <li key={`${finding.kind} ${finding.seq} ${finding.line}`}>
              {t(`audit.finding.${finding.kind}`)}{' '}
              <span lang="en" className="text-sm break-words text-muted">
                {finding.message}
              </span>
            </li>
          ))}
        </ul>
      )}
      {head && (
        <p className="text-sm">
          {t('audit.verify.newHead')} <code className="break-all">{head}</code>
        </p>
      )}
    </Callout>
  );
}
