import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DatabaseKind, type DatabaseServer, openDatabase, stopDatabases } from './databases.ts';
import { findPrograms, RigError, readTrees, type Tree } from './programs.ts';
import { installSite, MoodleSite, placeOf, type SiteOptions } from './site.ts';

/** Where the rig keeps databases, installed templates and sites: not in the repository, which other accounts cannot enter. */
export const rigHome = (): string => process.env.JOUVENCE_TEST_RIG || '/var/tmp/jouvence-rig';

export type NewSite = Omit<SiteOptions, 'tree'> & { release: string };

/** Real Moodles on this machine, made from the code trees of `JOUVENCE_MOODLE_TREES`. */
export interface Rig {
  home: string;
  /** Installs and starts a site: about a minute for the first of its release and database, then seconds. */
  site(options: NewSite): Promise<MoodleSite>;
  /** From a tree that is not among those of the environment. */
  siteFrom(tree: Tree, options: Omit<SiteOptions, 'tree'>): Promise<MoodleSite>;
  /** One that is there already. */
  find(name: string): Promise<MoodleSite>;
  names(): string[];
  /** All sites go, with their data; templates stay, for the next time. */
  down(): Promise<void>;
}

export function openRig(home = rigHome()): Rig {
  const programs = findPrograms();
  mkdirSync(join(home, 'sites'), { recursive: true, mode: 0o755 });
  const servers = new Map<DatabaseKind, Promise<DatabaseServer>>();
  const server = (kind: DatabaseKind): Promise<DatabaseServer> => {
    if (!servers.has(kind)) servers.set(kind, openDatabase(kind, home, programs));
    return servers.get(kind)!;
  };
  const siteFrom: Rig['siteFrom'] = async (tree, options) => {
    const site = await installSite({ ...options, tree }, home, programs, await server(options.database));
    await site.start();
    return site;
  };
  const names = () => readdirSync(join(home, 'sites'));
  const find: Rig['find'] = async (name) => {
    const place = placeOf(home, name);
    const file = join(place.home, 'site.json');
    if (!existsSync(file)) throw new RigError(`there is no site ${name} in the rig; there are: ${names().join(', ')}`);
    const { port, ...options } = JSON.parse(readFileSync(file, 'utf8')) as SiteOptions & { port: number };
    return new MoodleSite(options, place, port, programs, await server(options.database));
  };
  return {
    home,
    siteFrom,
    find,
    names,
    site({ release, ...options }) {
      const trees = readTrees();
      const tree = trees.get(release);
      if (!tree) throw new RigError(`no tree of Moodle ${release}; there are: ${[...trees.keys()].join(', ')}`);
      return siteFrom(tree, options);
    },
    async down() {
      for (const name of names()) await (await find(name)).remove();
      await stopDatabases(home);
    },
  };
}
