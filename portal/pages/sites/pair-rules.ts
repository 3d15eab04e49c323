import type { Pair, Site } from '@jouvence/contract';

/** The rules of a pair while they are edited: methods as they are typed. */
export interface PairRules {
  roles: string[];
  identity: Pair['identity'];
  auth: string;
  createPeople: boolean;
}

export const rulesOf = (pair: Pair | undefined, target: Site | undefined): PairRules => ({
  roles: pair?.roles ?? ['editingteacher'],
  identity: pair?.identity ?? 'username',
  auth: pair?.auth.join(', ') ?? '',
  createPeople: pair?.createPeople ?? target?.kind === 'embedded',
});

/** By which the server knows what was looked at. */
export const seenOf = (pair: Pair | undefined): string => pair?.changed.at.toISOString() ?? 'never';

/** Names of authentication methods, by commas or spaces; null: one of them is none. */
export function readAuth(text: string): string[] | null {
  const methods = text.split(/[\s,]+/).filter((word) => word !== '');
  return methods.every((method) => /^[a-z][a-z0-9_]{0,49}$/.test(method)) ? [...new Set(methods)] : null;
}

/** The same on the command line. */
export function pairWords(source: string, target: string, { roles, identity, auth, createPeople }: PairRules) {
  const methods = readAuth(auth) ?? [];
  return [
    'pairs',
    'add',
    source || 'SOURCE',
    target || 'TARGET',
    ...roles.flatMap((role) => ['--role', role]),
    '--identity',
    identity,
    '--auth',
    methods.join(','),
    createPeople ? '--create-people' : '--no-create-people',
  ];
}
