import type { Carried, SourceCourses } from '@jouvence/contract';
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import { client, isSignedOut } from '../../api.ts';
import { sessionEnded } from '../../shell/ended.ts';

/** Whose courses, and to where; of a person everything is left out. */
export interface Whose {
  target?: string;
  person?: string;
}

/** One source, as far as it is known. `slow`: it did not answer in time, and is being asked on. */
export interface FedSource {
  source: string;
  title: string;
  state: 'asking' | 'slow' | 'ok' | 'failing';
  answer: SourceCourses | null;
  /** Its place among those that have answered; null: it never has. What stands there already is not pushed away. */
  place: number | null;
}

/** So soon after the first answer nobody has begun to read: these still stand in the order of their titles. */
const togetherMs = 400;

/** A slow source is let finish by the server; until then it is asked again so many times. */
const slowTries = 5;

export const feedKey = (whose: Whose) => ['courses.feed', whose] as const;

/**
 * Courses of all sources, each as it answers. What was there stays while it is asked again: rows do not leave and come
 * back. The answer of each source is put into its place, whenever it comes.
 */
export function useCourseFeed(whose: Whose, enabled: boolean) {
  const queries = useQueryClient();
  const pressed = useRef(false);
  const feed = useQuery<FedSource[]>({
    queryKey: feedKey(whose),
    queryFn: ({ signal }) => {
      const refresh = pressed.current;
      pressed.current = false;
      return listen(queries, whose, signal, refresh);
    },
    enabled,
  });
  const { refetch } = feed;
  const again = useCallback((source: string) => askAgain(queries, whose, source), [queries, whose]);
  /** Somebody has pressed: all of them are asked, whatever the server remembers of them. */
  const anew = useCallback(() => {
    pressed.current = true;
    void refetch();
  }, [refetch]);
  return { ...feed, again, anew };
}

async function listen(queries: QueryClient, whose: Whose, signal: AbortSignal, refresh: boolean): Promise<FedSource[]> {
  const query = { ...whose, ...(refresh && { refresh: 'true' as const }) };
  const late: string[] = [];
  let firstAt: number | null = null;
  for await (const { event, data } of client.stream('courses.list', { query }, { signal })) {
    if (event === 'asking') begin(queries, whose, data.sources);
    if (event !== 'source') continue;
    const isLate = data.error?.code === 'site-timeout' && data.state === 'failing';
    if (isLate) late.push(data.source);
    if (data.state === 'ok') firstAt ??= Date.now();
    const isTogether = firstAt !== null && Date.now() - firstAt < togetherMs;
    put(queries, whose, { ...named(data), state: isLate ? 'slow' : data.state, answer: data }, isTogether);
  }
  for (const source of late) void wait(queries, whose, source, slowTries);
  return read(queries, whose);
}

function begin(queries: QueryClient, whose: Whose, sources: readonly { source: string; title: string }[]): void {
  const known = new Map(read(queries, whose).map((each) => [each.source, each]));
  const next = sources.map(({ source, title }): FedSource => {
    const before = known.get(source);
    if (before?.answer?.state === 'ok') return before;
    return { source, title, state: 'asking', answer: null, place: null };
  });
  queries.setQueryData<FedSource[]>(feedKey(whose), next.sort(inPlace));
}

/** Those that have answered as they came, then those of which there is nothing to see; by title, the newest year first. */
function inPlace(a: FedSource, b: FedSource): number {
  const [first, second] = [a.place ?? Number.MAX_SAFE_INTEGER, b.place ?? Number.MAX_SAFE_INTEGER];
  return first - second || b.title.localeCompare(a.title, undefined, { numeric: true });
}

/** Somebody has pressed: it is asked anew, whatever is remembered of it. */
async function askAgain(queries: QueryClient, whose: Whose, source: string): Promise<void> {
  change(queries, whose, source, (each) => ({ ...each, state: 'slow' }));
  await ask(queries, whose, source, true);
}

/** One that is slow: the server goes on waiting for it, and what it says then is remembered. */
async function wait(queries: QueryClient, whose: Whose, source: string, tries: number): Promise<void> {
  const isLate = await ask(queries, whose, source, false, tries > 1);
  if (isLate && tries > 1) await wait(queries, whose, source, tries - 1);
}

async function ask(queries: QueryClient, whose: Whose, source: string, refresh: boolean, patient = false) {
  try {
    const query = { ...whose, source, ...(refresh && { refresh: 'true' as const }) };
    const { sources } = await client.call('courses.list', { query });
    const data = sources[0];
    if (!data) return false;
    const isLate = data.error?.code === 'site-timeout';
    put(queries, whose, { ...named(data), state: isLate && patient ? 'slow' : data.state, answer: data }, false);
    return isLate;
  } catch (error) {
    if (isSignedOut(error)) sessionEnded.tell();
    const { code = 'internal', message = '' } = error as { code?: string; message?: string };
    change(queries, whose, source, (each) => ({
      ...each,
      state: 'failing',
      answer: {
        ...named(each),
        paused: each.answer?.paused ?? false,
        state: 'failing',
        person: null,
        error: { code, message },
        ms: 0,
        courses: [],
      },
    }));
    return false;
  }
}

/** What has just become of a course, without asking its source again. */
export function setCarried(
  queries: QueryClient,
  whose: Whose,
  { source, course: { id } }: { source: string; course: { id: number } },
  carried: Carried | null,
): void {
  change(queries, whose, source, (each) => ({
    ...each,
    answer: each.answer && {
      ...each.answer,
      courses: each.answer.courses.map((course) => (course.id === id ? { ...course, carried } : course)),
    },
  }));
}

const named = ({ source, title }: { source: string; title: string }) => ({ source, title });
const read = (queries: QueryClient, whose: Whose): FedSource[] =>
  queries.getQueryData<FedSource[]>(feedKey(whose)) ?? [];

function change(queries: QueryClient, whose: Whose, source: string, to: (before: FedSource) => FedSource): void {
  queries.setQueryData<FedSource[]>(feedKey(whose), (before) =>
    before?.map((each) => (each.source === source ? to(each) : each)),
  );
}

/** Of one that fails now and did not before, the courses stay to be seen. */
function put(queries: QueryClient, whose: Whose, next: Omit<FedSource, 'place'>, isTogether: boolean): void {
  queries.setQueryData<FedSource[]>(feedKey(whose), (all) => {
    const before = all?.find((each) => each.source === next.source);
    if (!all || !before) return all;
    const last = Math.max(0, ...all.map(({ place }) => place ?? 0));
    const place = before.place ?? (next.state === 'ok' ? (isTogether ? 0 : last + 1) : null);
    const courses = next.state === 'ok' ? next.answer?.courses : before.answer?.courses;
    const answer = next.answer && { ...next.answer, courses: courses ?? [] };
    return all.map((each) => (each === before ? { ...next, answer, place } : each)).sort(inPlace);
  });
}
