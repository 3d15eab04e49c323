export { decodeBrackets, encodeBrackets } from './brackets.ts';
export { type DoorRoute, type DoorSite, doorRoutes } from './door.ts';
export { agentException, type ProtocolErrorCode, protocolErrors, tokenErrorCodes, type WireError } from './errors.ts';
export {
  type Category,
  type CourseOutline,
  type CourseSummary,
  component,
  type FunctionName,
  functions,
  type Params,
  type Person,
  type Profile,
  profiles,
  protocolVersion,
  type ReadParams,
  type Result,
  type SiteInfo,
  siteInfo,
  type Task,
  type TaskWarning,
  transfer,
  wireName,
} from './functions.ts';
