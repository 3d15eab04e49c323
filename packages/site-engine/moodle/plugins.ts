import { readFileSync } from 'node:fs';

export interface Plugin {
  type: string;
  name: string;
  version: string;
  /** Moodle's own; null where the type has no switch. */
  state: 'on' | 'off' | 'disabled' | null;
}

/** Moodle's version at each branch's release, which its own plugins carry too. */
const versions: Record<number, string> = {
  39: '2020061500',
  310: '2020110900',
  311: '2021051700',
  400: '2022041900',
  401: '2022112800',
  402: '2023042400',
  403: '2023100900',
  404: '2024042200',
  405: '2024100700',
  500: '2025041400',
  501: '2025100600',
};

/** Activity modules that are not in every branch: first and last branch with them. */
const modulesOfSomeBranches: Record<string, { since?: number; until?: number }> = {
  bigbluebuttonbn: { since: 400 },
  subsection: { since: 405 },
  qbank: { since: 500 },
  chat: { until: 405 },
  survey: { until: 405 },
};

/** What a new site leaves off, by Moodle's installer. */
const disabledModules = new Set(['bigbluebuttonbn', 'chat', 'subsection', 'survey']);
const enabledOf: Record<string, ReadonlySet<string>> = {
  enrol: new Set(['manual', 'guest', 'self', 'cohort']),
  auth: new Set(['manual', 'nologin', 'email', 'webservice']),
};
const alwaysOn = new Set(['block', 'qtype', 'qbehaviour', 'format']);

const standard405 = readFileSync(new URL('./plugins-405.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t') as [string, string, string]);

/** Moodle's `$version` at that branch. */
export const moodleVersion = (branch: number): string => versions[branch] ?? versions[405]!;

/**
 * Plugins of a new site: the standard ones, and as activity modules those given or, without, Moodle's at that branch.
 * Other types are those of 4.5 with the branch's version.
 */
export function installedPlugins(branch: number, modules?: readonly string[]): Plugin[] {
  const version = (own: string) => (branch === 405 ? own : moodleVersion(branch));
  const plugins: Plugin[] = standard405
    .filter(([type]) => type !== 'mod')
    .map(([type, name, own]) => ({ type, name, version: version(own), state: stateOf(type, name) }));
  const versionOf = new Map(
    standard405.filter(([type]) => type === 'mod').map(([, name, own]) => [name, version(own)]),
  );
  for (const name of new Set(modules ?? coreModules(branch))) {
    const state = modules === undefined && disabledModules.has(name) ? 'disabled' : 'on';
    plugins.push({ type: 'mod', name, version: versionOf.get(name) ?? moodleVersion(branch), state });
  }
  return plugins;
}

function coreModules(branch: number): string[] {
  const names = standard405.filter(([type]) => type === 'mod').map(([, name]) => name);
  return [...names, 'qbank'].filter((name) => {
    const { since = 0, until = Infinity } = modulesOfSomeBranches[name] ?? {};
    return branch >= since && branch <= until;
  });
}

function stateOf(type: string, name: string): Plugin['state'] {
  if (alwaysOn.has(type)) return 'on';
  const enabled = enabledOf[type];
  if (!enabled) return null;
  return enabled.has(name) ? 'on' : 'disabled';
}
