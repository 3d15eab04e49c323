import type { ListedSetting } from '@jouvence/contract';

/** Where settings are looked at: neither is the fleet, one of them that site, both the pair. */
export interface Place {
  target?: string;
  source?: string;
}

export type PlaceKind = 'fleet' | 'target' | 'source' | 'pair';

export const kindOf = ({ target, source }: Place): PlaceKind =>
  target === undefined ? (source === undefined ? 'fleet' : 'source') : source === undefined ? 'target' : 'pair';

/** Whether a setting of that reach may be set there. */
export function maySetAt(reach: ListedSetting['reach'], kind: PlaceKind): boolean {
  if (kind === 'fleet') return true;
  if (kind === 'target') return reach === 'target' || reach === 'pair';
  return kind === reach;
}

/** The narrowest place within this one where a setting of that reach may be set: where to go to change it. */
export function placeFor(reach: ListedSetting['reach'], { target, source }: Place): Place {
  if (reach === 'fleet') return {};
  if (reach === 'source') return source === undefined ? {} : { source };
  return target === undefined ? {} : { target };
}

/** It is set at this very place, and not more widely. */
export const isSetAt = (setting: ListedSetting, kind: PlaceKind): boolean => setting.origin === kind;

/** What would hold there if nothing were set at this very place. */
export function widerOf(
  setting: ListedSetting,
  { target, source }: Place,
): { value: unknown; from: PlaceKind | 'default' } {
  const at = (wanted: { target: string | null; source: string | null }) =>
    setting.places.find((place) => place.target === wanted.target && place.source === wanted.source);
  if (target !== undefined && source !== undefined) {
    const ofTarget = at({ target, source: null });
    if (ofTarget) return { value: ofTarget.value, from: 'target' };
  }
  const ofFleet = target === undefined && source === undefined ? undefined : at({ target: null, source: null });
  return ofFleet ? { value: ofFleet.value, from: 'fleet' } : { value: setting.fallback, from: 'default' };
}

/** Places within this one that have a value of their own, so that a change here does not reach them. */
export const narrowerOf = (setting: ListedSetting, place: Place): ListedSetting['places'] =>
  setting.places.filter(({ target, source }) => {
    if (target === null && source === null) return false;
    const kind = kindOf(place);
    if (kind === 'fleet') return true;
    return kind === 'target' && target === place.target && source !== null;
  });
