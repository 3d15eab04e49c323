import type { Accounts } from '../accounts/index.ts';
import type { Handlers } from './routing.ts';

type TokenOperation = 'tokens.list' | 'tokens.create' | 'tokens.revoke';

export function tokenHandlers({ tokens }: Accounts): Handlers<TokenOperation> {
  return {
    'tokens.list': async () => ({ tokens: await tokens.list() }),
    'tokens.create': ({ actor, body }) => tokens.create(actor, body),
    'tokens.revoke': ({ actor, params }) => tokens.revoke(actor, params.name),
  };
}
