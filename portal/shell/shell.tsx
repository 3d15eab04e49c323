import { Outlet } from '@tanstack/react-router';
import { useEffect } from 'react';
import { isSignedOut } from '../api.ts';
import { useLanguage } from '../language.tsx';
import { SessionProvider, useSignedIn } from '../session.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { Ended } from './ended-note.tsx';
import { Head } from './head.tsx';
import { useKeptFocus } from './kept-focus.ts';
import { NotReady } from './not-ready.tsx';
import { Welcome } from './welcome.tsx';
import { useOneSession } from './windows.ts';

/** What stands around every page. */
export function Shell() {
  const { t, hasOperators, needOperators } = useLanguage();
  const signedIn = useSignedIn();
  const { isOther } = useOneSession();
  useKeptFocus();
  const session = signedIn.data;
  const isOperator = session?.kind === 'operator';
  useEffect(() => {
    if (isOperator) needOperators();
  }, [isOperator, needOperators]);
  // The address goes to the beginning, and nothing of what was shown here is of whoever is signed in now.
  if (isOther) return null;
  return (
    <>
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-primary px-4 py-2 text-on-primary focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t('shell.skip')}
      </a>
      {session ? (
        <SessionProvider session={session}>
          <Head />
          <NotReady />
          <Ended session={session} />
          <main id="content">{isOperator && !hasOperators ? <Waiting /> : <Outlet />}</main>
        </SessionProvider>
      ) : (
        <>
          <Head />
          <main id="content">
            {signedIn.isPending ? (
              <Waiting />
            ) : isSignedOut(signedIn.error) ? (
              <Welcome />
            ) : (
              <div className="mx-auto max-w-3xl p-6">
                <ErrorNote error={signedIn.error} onRetry={() => void signedIn.refetch()} />
              </div>
            )}
          </main>
        </>
      )}
    </>
  );
}

const Waiting = () => (
  <div className="mx-auto max-w-7xl p-6">
    <Skeleton />
  </div>
);
