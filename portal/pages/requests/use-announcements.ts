import type { ListedRequest, RequestState } from '@jouvence/contract';
import { useEffect, useRef, useState } from 'react';
import { useLanguage } from '../../language.tsx';
import { isolated, stepWords } from './words.ts';

/** What happens together is read out together. */
const gatherMs = 700;
/** More than that at once is a number. */
const mostNamed = 3;

/** For a screen reader: steps begun and ends, of those that are looked at; how far a step is, is not read out. */
export function useAnnouncements(requests: readonly ListedRequest[]): string {
  const language = useLanguage();
  const known = useRef(new Map<string, RequestState>());
  const waiting = useRef(new Map<string, string>());
  const [said, setSaid] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    for (const request of requests) {
      const before = known.current.get(request.id);
      known.current.set(request.id, request.state);
      if (before === undefined || before === request.state) continue;
      waiting.current.set(
        request.id,
        `${isolated(request.courseName)}: ${stepWords({ ...request, bytes: { done: 0, total: null } }, language)}`,
      );
    }
    if (waiting.current.size === 0 || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      const lines = [...waiting.current.values()];
      waiting.current.clear();
      setSaid(lines.length > mostNamed ? language.t('requests.changed', { count: lines.length }) : lines.join(' '));
    }, gatherMs);
  }, [requests, language]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return said;
}
