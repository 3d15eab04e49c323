export { type Accounts, createAccounts, migrations } from './accounts.ts';
export {
  type Actor,
  hasSite,
  localOperator,
  type OperatorActor,
  type OperatorRole,
  operatorRoles,
  type PersonActor,
  sitesOf,
} from './actor.ts';
export type { Entrance, PersonSession, PersonSessions } from './person-sessions.ts';
export type { ApiToken, ApiTokens, NewApiToken } from './tokens.ts';
