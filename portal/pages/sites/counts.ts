import type { Answer } from '@jouvence/contract';
import { usePolled } from '../../api.ts';

export interface SiteCount {
  queued: number;
  begun: number;
}

/** How many requests stand waiting and are under way, of a site as source and as target; null: not known yet. */
export function useCounts(): ((site: string, end: 'source' | 'target') => SiteCount) | null {
  const { data } = usePolled('requests.counts', {}, 15_000);
  return data ? (site, end) => sum(data, site, end) : null;
}

function sum({ counts }: Answer<'requests.counts'>, site: string, end: 'source' | 'target'): SiteCount {
  const own = counts.filter((count) => count[end] === site);
  return {
    queued: own.reduce((total, { queued }) => total + queued, 0),
    begun: own.reduce((total, { begun }) => total + begun, 0),
  };
}

/** How many requests from the one to the other have not ended. */
export function useOpenOfPair(source: string, target: string): number {
  const { data } = usePolled('requests.counts', {}, 15_000);
  const pair = data?.counts.find((count) => count.source === source && count.target === target);
  return pair ? pair.queued + pair.begun : 0;
}
