import { UserRound, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { client, useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useSession } from '../../session.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorNote, explain } from '../../ui/error-note.tsx';
import { TextField } from '../../ui/field.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { type Scope, useCoursesSearch, useOther } from './scope.ts';

/** For whom one asks, where the site says that one may ask for others: how to choose somebody, and the way back. */
export function ForOther({ scope }: { scope: Scope }) {
  return scope.forOther ? <Chosen /> : <Offer target={scope.targetTitle} />;
}

/** Stays in sight while the list goes by: nothing is sent in the wrong name. */
function Chosen() {
  const { t } = useLanguage();
  const { set } = useCoursesSearch();
  const { found, whom } = useOther();
  const back = (
    <Button
      small
      onClick={() => {
        void set({ person: undefined, look: undefined, send: undefined }, { push: true });
        document.querySelector<HTMLElement>('main h1')?.focus();
      }}
    >
      {t('courses.other.back')}
    </Button>
  );
  if (whom.isError)
    return (
      <div className="space-y-3">
        <ErrorNote error={whom.error} onRetry={() => void whom.refetch()} />
        {back}
      </div>
    );
  if (!found) return <Skeleton lines={2} />;
  const { username, fullname } = found;
  return (
    <section
      aria-label={t('courses.other.label')}
      className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md bg-note-soft p-3 text-ink shadow-sm sm:sticky sm:top-16 sm:z-10"
    >
      <UsersRound className="size-5 shrink-0 text-note" aria-hidden="true" />
      <p role="status" className="min-w-0 flex-1 basis-60 wrap-anywhere">
        <span className="font-semibold">
          {t('courses.other.for')} <bdi>{fullname.trim() || username}</bdi> (<bdi>{username}</bdi>)
        </span>{' '}
        {t('courses.other.text')}
      </p>
      {back}
    </section>
  );
}

/** Shown only to who may; whether that is so is asked of the site. */
function Offer({ target }: { target: string }) {
  const { t } = useLanguage();
  const [open, setOpen] = useState(false);
  const { data } = useCall('people.forOthers', {}, { staleTime: 300_000, retry: false });
  if (!data?.may) return null;
  if (open) return <Choose target={target} onClose={() => setOpen(false)} />;
  return (
    <div className="mb-4">
      <Button small onClick={() => setOpen(true)}>
        <UserRound className="size-4" aria-hidden="true" />
        {t('courses.other.offer')}
      </Button>
    </div>
  );
}

function Choose({ target, onClose }: { target: string; onClose(): void }) {
  const language = useLanguage();
  const { t } = language;
  const { set } = useCoursesSearch();
  const { username: own } = useSession();
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const choose = async (): Promise<void> => {
    const username = typed.trim();
    if (username === '') return setFault(t('courses.other.missing'));
    setBusy(true);
    setFault(null);
    try {
      const { person } = await client.call('people.forOthers', { query: { person: username } });
      if (person!.username === own) return setFault(t('courses.other.self'));
      // What was looked for among one's own is not looked for among theirs.
      const filters = { q: undefined, source: undefined, category: undefined, year: undefined, role: undefined };
      await set({ ...filters, person: person!.username, look: undefined, send: undefined }, { push: true });
      // The form that had the focus is gone.
      document.querySelector<HTMLElement>('main h1')?.focus();
    } catch (error) {
      setFault(explain(error, language, { person: true }).what);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      noValidate
      className="mb-4 flex flex-wrap items-start gap-3 rounded-md border border-line bg-surface p-3"
      onSubmit={(event) => {
        event.preventDefault();
        void choose();
      }}
    >
      <TextField
        label={t('courses.other.username', { target })}
        hint={t('courses.other.hint')}
        fault={fault}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        maxLength={255}
        autoFocus
        autoComplete="off"
        spellCheck={false}
        autoCapitalize="none"
        className="w-full sm:w-96"
      />
      {/* Beside the field, whatever stands below it. */}
      <div className="flex flex-wrap gap-2 sm:mt-6">
        <Button type="submit" look="primary" busy={busy}>
          {t('courses.other.show')}
        </Button>
        <Button look="quiet" onClick={onClose}>
          {t('courses.other.cancel')}
        </Button>
      </div>
    </form>
  );
}
