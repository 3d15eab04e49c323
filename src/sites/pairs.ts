import type { Profile } from '@jouvence/protocol';
import { nameOf as actorName, audit } from '../audit/index.ts';
import { AppError } from '../errors.ts';
import type { Store } from '../store/index.ts';
import {
  type IdentityField,
  identityFields,
  type NewPair,
  type Pair,
  type Pairs,
  type SeenPair,
  type Site,
} from './site.ts';
import { deletePair, inTransaction, listPairs, lockPairs, putPair } from './sites.sql.ts';

const rolePattern = /^[a-z][a-z0-9_-]{0,99}$/i;
/** Of Moodle's plugins. */
const methodPattern = /^[a-z][a-z0-9_]{0,49}$/;

export function createPairs(store: Store, get: (nameOrId: string | number) => Promise<Site>): Pairs {
  async function find(source: string | number, target: string | number): Promise<Pair> {
    const [from, to] = [await get(source), await get(target)];
    const [pair] = await listPairs(store.db(), { source: from.id, target: to.id });
    if (pair) return pair;
    throw new AppError('not-found', `courses of ${from.name} do not go to ${to.name}: there is no such pair`, {
      details: { reason: 'pair-missing', values: { source: from.name, target: to.name } },
    });
  }

  return {
    async add(actor, input) {
      const [source, target] = [await get(input.source), await get(input.target)];
      if (source.id === target.id)
        throw new AppError('invalid-parameter', `${source.name} cannot be paired with itself`);
      refuseWithout(source, 'source');
      refuseWithout(target, 'target');
      return inTransaction(store, async (tx) => {
        await lockPairs(tx);
        const [before] = await listPairs(tx, { source: source.id, target: target.id });
        refuseUnseen({ source, target }, before, input.seen);
        const rules = readRules(input, before, { source, target });
        const pair = { source, target, ...rules };
        const changed = await putPair(tx, pair, actorName(actor));
        await audit.write(tx, {
          actor,
          action: 'pairs.add',
          object: nameOf(pair),
          site: target.name,
          before: before && rulesOf(before),
          after: rules,
        });
        return { ...pair, changed };
      });
    },
    list: () => listPairs(store.db()),
    get: find,
    async remove(actor, source, target, seen) {
      const { source: from, target: to } = await find(source, target);
      await inTransaction(store, async (tx) => {
        await lockPairs(tx);
        const [pair] = await listPairs(tx, { source: from.id, target: to.id });
        refuseUnseen({ source: from, target: to }, pair, seen);
        if (!pair) return;
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

type Rules = Omit<Pair, 'source' | 'target' | 'changed'>;

/** What is given, else what held before. @throws AppError `invalid-parameter`, `unsupported` */
function readRules(
  input: NewPair,
  before: Pair | undefined,
  { source, target }: Pick<Pair, 'source' | 'target'>,
): Rules {
  const roles = [...new Set(input.roles ?? before?.roles ?? ['editingteacher'])];
  const identity = input.identity ?? before?.identity ?? 'username';
  const odd = roles.find((role) => !rolePattern.test(role));
  if (roles.length === 0 || roles.length > 50 || odd !== undefined)
    throw new AppError(
      'invalid-parameter',
      `a pair needs 1 to 50 short names of roles${odd === undefined ? '' : `, and "${odd}" is none`}`,
    );
  if (!identityFields.includes(identity))
    throw new AppError('invalid-parameter', `people are matched by ${identityFields.join(', ')}, not by ${identity}`);
  if (!source.abilities.identities.includes(identity))
    throw new AppError(
      'unsupported',
      `${source.name}: Strasbourg’s block finds people by ${source.abilities.identities.join(', ')} only, not by ${identity}`,
    );
  return {
    roles,
    identity,
    auth: readMethods(input.auth ?? before?.auth ?? [], identity),
    createPeople: input.createPeople ?? before?.createPeople ?? target.kind === 'embedded',
  };
}

/** @throws AppError `conflict`, with what holds now */
function refuseUnseen(ends: Pick<Pair, 'source' | 'target'>, now: Pair | undefined, seen: SeenPair | undefined): void {
  if (seen === undefined || (now?.changed.at.getTime() ?? 'never') === (seen === 'never' ? seen : seen.getTime()))
    return;
  const [source, target] = [ends.source.name, ends.target.name];
  if (!now)
    throw new AppError('conflict', `the pair ${source} → ${target} has been removed meanwhile: decide again`, {
      details: { reason: 'pair-removed', values: { source, target } },
    });
  const values = { source, target, by: now.changed.by || '–', rules: asTyped(now) };
  throw new AppError(
    'conflict',
    `the pair ${source} → ${target} has been changed meanwhile, by ${values.by}: it is ${values.rules} now. Look at it, then decide again`,
    { details: { reason: 'pair-changed', values } },
  );
}

/** As one would type it, so that it needs no language. */
function asTyped({ roles, identity, auth, createPeople }: Rules): string {
  const methods = auth.length > 0 ? [`--auth ${auth.join(',')}`] : [];
  const people = createPeople ? '--create-people' : '--no-create-people';
  return [...roles.map((role) => `--role ${role}`), `--identity ${identity}`, ...methods, people].join(' ');
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
const rulesOf = ({ roles, identity, auth, createPeople }: Pair): Rules => ({ roles, identity, auth, createPeople });
