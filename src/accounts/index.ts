export { type Actor, localOperator } from './actor.ts';
export type { Accounts, ApiToken, ApiTokens, NewApiToken } from './tokens.ts';
