import { useMemo } from 'react';
import { useCall } from '../../api.ts';

/** Names of the sites that there are and that the reader has to do with, by their ids. */
export function useSiteNames(): ReadonlyMap<number, string> {
  const sites = useCall('sites.list', {}, { staleTime: 60_000 }).data?.sites;
  return useMemo(() => new Map((sites ?? []).map(({ id, name }) => [id, name])), [sites]);
}

/** Where a setting was set: a line names sites by their ids. */
export function placeOf(said: unknown, names: ReadonlyMap<number, string>): { target?: string; source?: string } {
  const of = (key: 'target' | 'source') => {
    const id = (said as Record<string, unknown> | null)?.[key];
    const name = typeof id === 'number' ? names.get(id) : undefined;
    return name === undefined ? {} : { [key]: name };
  };
  return { ...of('target'), ...of('source') };
}
