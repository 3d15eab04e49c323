import type { Profile } from '@jouvence/protocol';
import { audit } from '../audit/index.ts';
import { AppError } from '../errors.ts';
import type { Store } from '../store/index.ts';
import { type IdentityField, identityFields, type Pair, type Pairs, type Site } from './site.ts';
import { deletePair, inTransaction, listPairs, putPair } from './sites.sql.ts';

const rolePattern = /^[a-z][a-z0-9_-]{0,99}$/i;
/** Of Moodle's plugins. */
const methodPattern = /^[a-z][a-z0-9_]{0,49}$/;

export function createPairs(store: Store, get: (nameOrId: string | number) => Promise<Site>): Pairs {
  async function find(source: string | number, target: string | number): Promise<Pair> {
    const [from, to] = [await get(source), await get(target)];
    const [pair] = await listPairs(store.db(), { source: from.id, target: to.id });
    if (pair) return pair;
    throw new AppError('not-found', `courses of ${from.name} do not go to ${to.name}: there is no such pair`);
  }

  return {
    async add(actor, input) {
      const roles = [...new Set(input.roles ?? ['editingteacher'])];
      const identity = input.identity ?? 'username';
      const odd = roles.find((role) => !rolePattern.test(role));
      if (roles.length === 0 || roles.length > 50 || odd !== undefined)
        throw new AppError(
          'invalid-parameter',
          `a pair needs 1 to 50 short names of roles${odd === undefined ? '' : `, and "${odd}" is none`}`,
        );
      if (!identityFields.includes(identity))
        throw new AppError(
          'invalid-parameter',
          `people are matched by ${identityFields.join(', ')}, not by ${identity}`,
        );
      const auth = readMethods(input.auth ?? [], identity);
      const [source, target] = [await get(input.source), await get(input.target)];
      if (source.id === target.id)
        throw new AppError('invalid-parameter', `${source.name} cannot be paired with itself`);
      if (!source.abilities.identities.includes(identity))
        throw new AppError(
          'unsupported',
          `${source.name}: Strasbourg’s block finds people by ${source.abilities.identities.join(', ')} only, not by ${identity}`,
        );
      refuseWithout(source, 'source');
      refuseWithout(target, 'target');
      const pair = {
        source,
        target,
        roles,
        identity,
        auth,
        createPeople: input.createPeople ?? target.kind === 'embedded',
      };
      return inTransaction(store, async (tx) => {
        const [before] = await listPairs(tx, { source: source.id, target: target.id });
        await putPair(tx, pair);
        await audit.write(tx, {
          actor,
          action: 'pairs.add',
          object: nameOf(pair),
          site: target.name,
          before: before && rulesOf(before),
          after: rulesOf(pair),
        });
        return pair;
      });
    },
    list: () => listPairs(store.db()),
    get: find,
    async remove(actor, source, target) {
      const pair = await find(source, target);
      await inTransaction(store, async (tx) => {
        await deletePair(tx, pair);
        await audit.write(tx, {
          actor,
          action: 'pairs.remove',
          object: nameOf(pair),
          site: pair.target.name,
          before: rulesOf(pair),
        });
      });
    },
    sourcesOf: async (target) => listPairs(store.db(), { target: (await get(target)).id }),
  };
}

/** @throws AppError `invalid-parameter` for what could not match anybody, or must not */
function readMethods(given: string[], identity: IdentityField): string[] {
  const methods = [...new Set(given)];
  const odd = methods.find((method) => !methodPattern.test(method));
  if (odd !== undefined || methods.length > 50)
    throw new AppError(
      'invalid-parameter',
      `authentication methods go by the names of Moodle's plugins, such as manual or ldap, at most 50${odd === undefined ? '' : `, and "${odd}" is none`}`,
    );
  if (methods.includes('mnet') && identity === 'username')
    throw new AppError(
      'invalid-parameter',
      'accounts of MNet are not matched by username: the same one may stand for different people of different sites. Match by email or idnumber, or leave mnet out',
    );
  return methods;
}

function refuseWithout(site: Site, profile: Profile): void {
  if (site.profiles.includes(profile)) return;
  throw new AppError('not-allowed', `there is no token of ${site.name} for use as a ${profile}: add one first`, {
    details: { site: site.name, profile },
  });
}

const nameOf = ({ source, target }: Pick<Pair, 'source' | 'target'>): string => `pair ${source.name} → ${target.name}`;
const rulesOf = ({ source: _, target: __, ...rules }: Pair) => rules;
