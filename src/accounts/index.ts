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
export { createOpenid, type Openid, type OpenidOptions } from './openid.ts';
export type { Invitation, NewOperator, Operator, OperatorChange } from './operator.ts';
export type { OperatorSession, Visit } from './operator-sessions.ts';
export { type PasswordFault, passwordFaults } from './passwords.ts';
export type { Entrance, PersonSession, PersonSessions } from './person-sessions.ts';
export { accountsOfPeople, accountsUpkeep } from './privacy.ts';
export type { ApiToken, ApiTokens, NewApiToken } from './tokens.ts';
