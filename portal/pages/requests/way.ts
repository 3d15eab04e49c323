import type { ListedRequest, RequestState } from '@jouvence/contract';
import { requestSteps } from '@jouvence/contract';

type Step = (typeof requestSteps)[number];
export type Moving = Pick<ListedRequest, 'id' | 'state' | 'progress' | 'bytes'>;

/** About how much of the whole way a step is, of courses as they are; what they take differs, their order does not. */
const weights: Record<Step, number> = {
  queued: 2,
  'backing-up': 26,
  fetching: 16,
  checking: 5,
  preparing: 9,
  delivering: 12,
  restoring: 22,
  enrolling: 2,
  comparing: 4,
  cleaning: 2,
};

export interface Way {
  /** Of the whole, 0..1: surely done. */
  done: number;
  /** What the step under way is of it, and does not tell how far it is; 0 when it does. */
  unknown: number;
}

export const isStep = (state: RequestState): state is Step => (requestSteps as readonly string[]).includes(state);

/** How far the whole is. A step that does not say how far it is adds nothing until it has ended. */
export function wayOf({ state, progress, bytes }: Moving): Way {
  if (!isStep(state)) return { done: state === 'cancelling' ? 0 : 1, unknown: 0 };
  const before = requestSteps.slice(0, requestSteps.indexOf(state)).reduce((sum, step) => sum + weights[step], 0);
  const total = requestSteps.reduce((sum, step) => sum + weights[step], 0);
  const moves = state === 'fetching' || state === 'delivering';
  const part = moves && bytes.total ? Math.min(1, bytes.done / bytes.total) : progress;
  const isKnown = part > 0 || state === 'queued';
  return {
    done: (before + weights[state] * Math.min(1, part)) / total,
    unknown: isKnown ? 0 : weights[state] / total,
  };
}

const furthest = new Map<string, number>();

/**
 * The same for a bar that people look at: what was shown as done stays so, even when a step has to be done again (the
 * words say so). It begins anew with the request itself.
 */
export function shownWayOf(request: Moving): Way {
  const way = wayOf(request);
  if (request.state === 'queued' || !isStep(request.state)) {
    furthest.delete(request.id);
    return way;
  }
  const done = Math.max(way.done, furthest.get(request.id) ?? 0);
  furthest.set(request.id, done);
  return { done, unknown: Math.max(0, way.done + way.unknown - done) };
}
