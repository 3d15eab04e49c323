import type { Settings, SettingValues } from '../settings/index.ts';
import type { Site, Sites } from '../sites/index.ts';
import type { Queryable } from '../store/index.ts';
import type { SiteDefaults } from './preferences.ts';
import type { OperatorContact, SiteFacts } from './types.ts';

/** Who looks after a site, and what its settings say; ten thousand notices ask for it once. */
export interface AddressBook {
  settings(place: { target?: number; source?: number }): Promise<SettingValues>;
  defaults(siteId: number): Promise<SiteDefaults>;
  /** Addresses that the settings name for a site, or for the targets that it gives to; null: of the fleet. */
  addresses(siteId: number | null): Promise<string[]>;
  /** Accounts that the settings of those targets name, to be told there. */
  accounts(siteId: number | null): Promise<{ siteId: number; name: string }[]>;
  /** Those who have an address, and the site among theirs. */
  operators(siteId: number | null): Promise<(OperatorContact & { email: string })[]>;
  /** With the site's title and address, while it is known here. */
  named(site: SiteFacts): Promise<SiteFacts>;
  operator(name: string): Promise<OperatorContact | undefined>;
}

/** Old enough that a flood costs nothing, new enough that nobody waits for what they have just set. */
const keptMs = 2000;

export function openAddressBook(options: {
  settings: Settings;
  sites: Sites;
  operators: (db?: Queryable) => Promise<OperatorContact[]>;
  hasMail: boolean;
  nowMs: () => number;
}): AddressBook {
  const { settings, sites, operators, hasMail, nowMs } = options;
  const kept = new Map<string, { untilMs: number; value: Promise<unknown> }>();
  const remember = <T>(key: string, find: () => Promise<T>): Promise<T> => {
    const found = kept.get(key);
    const now = nowMs();
    if (found && found.untilMs > now && found.untilMs <= now + keptMs) return found.value as Promise<T>;
    if (kept.size > 1000) kept.clear();
    const value = find();
    kept.set(key, { untilMs: now + keptMs, value });
    value.catch(() => kept.delete(key));
    return value;
  };

  const settingsAt = (place: { target?: number; source?: number }) =>
    remember(`settings ${place.target} ${place.source}`, () => settings.at(place));
  const site = (id: number): Promise<Site | undefined> =>
    remember(`site ${id}`, async () => (await sites.list()).find((each) => each.id === id));
  const everybody = () => remember('operators', () => operators());

  /** The site itself, when courses are brought to it, and the targets of those that it gives. */
  const targetsOf = (siteId: number) =>
    remember(`targets ${siteId}`, async () => {
      const pairs = await sites.pairs.list();
      const own = pairs.some(({ target }) => target.id === siteId) ? [siteId] : [];
      return [
        ...new Set([...own, ...pairs.filter(({ source }) => source.id === siteId).map(({ target }) => target.id)]),
      ];
    });

  return {
    settings: settingsAt,
    async defaults(siteId) {
      const [values, about] = await Promise.all([settingsAt({ target: siteId }), site(siteId)]);
      const [web, mail] = [values['notices.web'], values['notices.mail']];
      // A Moodle mails its own messages, as each person has set there: two mails of one thing would be one too many.
      return { site: web, mail: mail && hasMail && (about?.kind !== 'moodle' || !web) };
    },
    async addresses(siteId) {
      if (!hasMail) return [];
      const targets = siteId === null ? [] : await targetsOf(siteId);
      const places = targets.length > 0 ? targets.map((target) => ({ target })) : [{}];
      const found = await Promise.all(places.map(settingsAt));
      return [...new Set(found.flatMap((values) => values['notices.administrators']))].sort();
    },
    async accounts(siteId) {
      // What stands still with us, nobody can mend from a site.
      if (siteId === null) return [];
      const targets = (await targetsOf(siteId)).toSorted((a, b) => a - b);
      const found = await Promise.all(
        targets.map(async (target) => {
          const { 'notices.siteAdministrators': names } = await settingsAt({ target });
          return [...new Set(names)].sort().map((name) => ({ siteId: target, name }));
        }),
      );
      return found.flat();
    },
    async operators(siteId) {
      if (!hasMail) return [];
      return (await everybody()).filter(
        (each): each is OperatorContact & { email: string } =>
          each.email !== null && (each.siteIds === null || (siteId !== null && each.siteIds.includes(siteId))),
      );
    },
    async named(facts) {
      const about = await site(facts.id);
      return about ? { ...facts, title: about.title, url: about.url, timezone: about.timezone } : facts;
    },
    operator: async (name) => (await everybody()).find((each) => each.name === name),
  };
}
