import type { Answer, Input } from '@jouvence/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { client, refresh } from '../../../api.ts';

export type Registered = Answer<'requests.register'>['courses'][number];
/** Courses of that target, in the order in which they are shown. */
export interface Registration {
  target: string;
  courses: Input<'requests.register'>['body']['courses'];
}

/** Each of them is looked up on the target, some at a time: in between it is seen how far it is. */
const atOnce = 20;

export interface Registering {
  wish: Registration;
  /** Nothing is written: what would be. */
  isDry: boolean;
  isWorking: boolean;
  /** Of each course of the wish, once it is known. */
  outcomes: readonly (Registered | undefined)[];
  /** Numbers of those that this run is about, and has not come to. */
  left: readonly number[];
  all: number;
  error: unknown;
}

/** Looks first what would be registered, then registers that; many are asked for in several calls. */
export function useRegister() {
  const queries = useQueryClient();
  const [state, setState] = useState<Registering | null>(null);
  const current = useRef({ isStopped: false });
  useEffect(
    () => () => {
      current.current.isStopped = true;
    },
    [],
  );

  async function run(from: Omit<Registering, 'isWorking' | 'error'>): Promise<void> {
    const own = { isStopped: false };
    current.current.isStopped = true;
    current.current = own;
    const { wish, isDry } = from;
    const outcomes = [...from.outcomes];
    let { left } = from;
    const tell = (isWorking: boolean, error: unknown = null): void => {
      if (current.current === own) setState({ ...from, left, outcomes: [...outcomes], isWorking, error });
    };
    tell(true);
    try {
      while (left.length > 0 && !own.isStopped) {
        const some = left.slice(0, atOnce);
        const courses = some.map((index) => wish.courses[index]!);
        const answer = await client.call('requests.register', {
          body: { target: wish.target, courses, dryRun: isDry },
        });
        for (const [at, index] of some.entries()) outcomes[index] = answer.courses[at]!;
        left = left.slice(some.length);
        tell(true);
      }
      tell(false);
    } catch (error) {
      tell(false, error);
    }
    if (!isDry) await refresh(queries, ['requests', 'courses']);
  }

  return {
    state,
    look: (wish: Registration): void => {
      const left = wish.courses.map((_, index) => index);
      void run({ wish, isDry: true, outcomes: [], left, all: left.length });
    },
    /** What was found to be possible. */
    write: (): void => {
      if (!state) return;
      const left = possible(state);
      void run({ ...state, isDry: false, left, all: left.length });
    },
    /** With what is left, after it was stopped or something went wrong. */
    goOn: (): void => void (state && run(state)),
    stop: (): void => {
      current.current.isStopped = true;
    },
    /** Something else was said: what was found is not true of it. */
    forget: (): void => {
      current.current.isStopped = true;
      current.current = { isStopped: true };
      setState(null);
    },
  };
}

/** Numbers of those that would be registered. */
export const possible = ({ outcomes }: Registering): number[] =>
  [...outcomes.entries()].flatMap(([index, each]) => (each?.outcome === 'registered' ? [index] : []));
