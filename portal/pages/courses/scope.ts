import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useCall } from '../../api.ts';
import { useMay, useSession } from '../../session.tsx';
import { basketName } from './basket.ts';
import type { Whose } from './feed.ts';
import { type CoursesSearch, leaveOut } from './search.ts';
import type { Going } from './wish.ts';

const route = getRouteApi('/courses');

/** What of the page stands in the address, and how to change it: nothing scrolls by that. */
export function useCoursesSearch() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  /** `push`: the browser's way back leads to what was there before. */
  const set = useCallback(
    (patch: Partial<CoursesSearch>, { push = false } = {}) =>
      navigate({
        search: (before: CoursesSearch) => leaveOut({ ...before, ...patch }),
        replace: !push,
        resetScroll: false,
      }),
    [navigate],
  );
  return { search, set };
}

export interface Scope {
  whose: Whose;
  going: Going;
  /** Name of the target. */
  target: string;
  /** As it calls itself. */
  targetTitle: string;
  /** Username of whose courses are shown. */
  person: string;
  /** What that person is called, where it is somebody else than who is signed in; null: oneself. */
  named: string | null;
  /** By which the basket is kept. */
  basket: string;
  /** It is known whose courses are meant. */
  ready: boolean;
  operate: boolean;
  /** Somebody who came in from a site asks for somebody else of it. */
  forOther: boolean;
  /** Courses may be ticked and sent. */
  maySend: boolean;
}

/** Whose courses are shown, and where they would go: one's own, somebody else's, or what an operator has chosen. */
export function useScope(): Scope {
  const session = useSession();
  const { operate, change } = useMay();
  const { search } = useCoursesSearch();
  const targets = useTargets();
  const { asked, found } = useOther();
  const target = operate
    ? (search.target ?? (targets.length === 1 ? targets[0]!.name : ''))
    : (session.sites?.[0] ?? '');
  const targetTitle = session.site?.title ?? targets.find(({ name }) => name === target)?.title ?? target;
  const person = operate ? (search.person ?? '') : (found?.username ?? asked ?? session.username);
  const nobody = operate && (search.nobody === true || person === '');
  const forOther = asked !== null;
  const fullname = found?.fullname.trim() || person;
  return useMemo(
    () => ({
      whose: operate ? { target, person } : forOther ? { person } : {},
      going: operate ? { target, person: nobody ? null : person } : forOther ? { person } : {},
      target,
      targetTitle,
      person,
      named: operate ? person : forOther ? fullname : null,
      basket: basketName(`${session.kind} ${session.username}`, target, nobody ? '' : person),
      ready: target !== '' && person !== '' && (!forOther || found !== null),
      operate,
      forOther,
      maySend: !operate || change,
    }),
    [operate, target, targetTitle, person, nobody, change, forOther, fullname, found, session.kind, session.username],
  );
}

/**
 * For whom a person asks, where it is somebody else: by the address, and as the target knows them. The server says
 * whether that may be, and says it again of everything that is asked for.
 */
export function useOther() {
  const { kind, username } = useSession();
  const { search } = useCoursesSearch();
  const typed = search.person?.trim().toLowerCase() ?? '';
  const asked = kind === 'person' && typed !== '' && typed !== username.toLowerCase() ? typed : null;
  const whom = useCall(
    'people.forOthers',
    { query: { person: asked ?? '' } },
    { enabled: asked !== null, staleTime: 60_000, retry: false },
  );
  return { asked, found: (asked !== null && whom.data?.person) || null, whom };
}

/** Sites that courses can go to, of those that an operator has. */
export function useTargets() {
  const { operate } = useMay();
  const { data } = useCall('sites.list', {}, { enabled: operate, staleTime: 60_000 });
  return useMemo(
    () =>
      (data?.sites ?? [])
        .filter(({ profiles }) => profiles.includes('target'))
        .map(({ name, title }) => ({ name, title })),
    [data],
  );
}
