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
  /** By which the basket is kept. */
  basket: string;
  /** It is known whose courses are meant. */
  ready: boolean;
  operate: boolean;
  /** Courses may be ticked and sent. */
  maySend: boolean;
}

/** Whose courses are shown, and where they would go: one's own, or what an operator has chosen. */
export function useScope(): Scope {
  const session = useSession();
  const { operate, change } = useMay();
  const { search } = useCoursesSearch();
  const targets = useTargets();
  const target = operate
    ? (search.target ?? (targets.length === 1 ? targets[0]!.name : ''))
    : (session.sites?.[0] ?? '');
  const targetTitle = session.site?.title ?? targets.find(({ name }) => name === target)?.title ?? target;
  const person = operate ? (search.person ?? '') : session.username;
  const nobody = operate && (search.nobody === true || person === '');
  return useMemo(
    () => ({
      whose: operate ? { target, person } : {},
      going: operate ? { target, person: nobody ? null : person } : {},
      target,
      targetTitle,
      person,
      basket: basketName(`${session.kind} ${session.username}`, target, nobody ? '' : person),
      ready: target !== '' && person !== '',
      operate,
      maySend: !operate || change,
    }),
    [operate, target, targetTitle, person, nobody, change, session.kind, session.username],
  );
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
