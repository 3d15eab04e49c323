import type { AuditLine as AuditLineAnswer } from '@jouvence/contract';
import { sitesOf } from '../accounts/index.ts';
import { type AuditLine, audit } from '../audit/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Store } from '../store/index.ts';
import type { Handlers } from './routing.ts';
import { namesOf, refuseLimited, siteNames } from './scope.ts';

const usual = 50;

export function auditHandlers(store: Store, sites: Sites): Handlers<'audit.list' | 'audit.verify'> {
  return {
    async 'audit.list'({ actor, query }) {
      const { limit = usual, after, ...filter } = query;
      // Lines keep the names of sites as they were: of a site, those since it is called so.
      const own = namesOf(sitesOf(actor), await siteNames(sites));
      const lines = await audit.list(store, { ...filter, sites: own }, { limit: limit + 1, before: after ?? null });
      const shown = lines.slice(0, limit);
      return { lines: shown.map(asAnswered), next: lines.length > limit ? String(shown.at(-1)!.id) : null };
    },
    async 'audit.verify'({ actor, query }) {
      refuseLimited(actor, 'the chain is one over all lines');
      return audit.verify(store, query);
    },
  };
}

function asAnswered({
  actorKind: kind,
  actorName: name,
  tokenId: token,
  operatorId: _,
  ...line
}: AuditLine): AuditLineAnswer {
  return { ...line, actor: { kind, name, token } };
}
