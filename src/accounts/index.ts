export { type Accounts, createAccounts, migrations } from './accounts.ts';
export { type Actor, localOperator } from './actor.ts';
export type { ApiToken, ApiTokens, NewApiToken } from './tokens.ts';
