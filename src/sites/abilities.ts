import { shapeOfBlock } from '@jouvence/protocol';
import { type IdentityField, identityFields, type SiteAbilities } from './site.ts';

const everything: SiteAbilities = {
  outline: true,
  people: true,
  followed: true,
  discards: true,
  namesRoles: true,
  identities: identityFields,
};

const byUsername: readonly IdentityField[] = ['username'];

/** What a site of that kind can do as a source: all that the protocol has, unless it has only Strasbourg's block. */
export function abilitiesOf(block: string | null): SiteAbilities {
  if (block === null) return everything;
  const shape = shapeOfBlock(block);
  return {
    outline: false,
    people: shape !== '2.1',
    followed: false,
    discards: false,
    namesRoles: shape === '3.2',
    identities: byUsername,
  };
}
