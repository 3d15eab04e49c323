import type { Settings } from '../settings/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Handlers } from './routing.ts';

/** From where people may come in, as far as each target lets it be told to anybody. */
export function entranceHandlers({
  sites,
  settings,
  publicUrl,
}: {
  sites: Sites;
  settings: Settings;
  publicUrl: string;
}): Handlers<'entrances.list'> {
  return {
    async 'entrances.list'() {
      // Without an address of ours nobody comes back from there.
      const open = publicUrl === '' ? [] : (await sites.list()).filter(isEntrance);
      const listed = await settings.ofTargets(
        'entrance.listed',
        open.map(({ id }) => id),
      );
      return {
        entrances: open
          .filter(({ id }) => listed.get(id))
          .map(({ name, title }) => ({ name, title, address: `/enter/${name}` }))
          .sort((a, b) => a.title.localeCompare(b.title)),
      };
    },
  };
}

/** Whether a site can say who somebody is. */
export const isEntrance = ({ trust, profiles }: Awaited<ReturnType<Sites['list']>>[number]): boolean =>
  trust !== null && profiles.includes('target');
