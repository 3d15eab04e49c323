export { decodeBrackets, encodeBrackets } from './brackets.ts';
export { type DoorRoute, type DoorSite, doorRoutes } from './door.ts';
export { agentException, type ProtocolErrorCode, protocolErrors, tokenErrorCodes, type WireError } from './errors.ts';
export {
  type Category,
  type CourseOutline,
  type CoursePerson,
  type CourseSummary,
  component,
  type FunctionName,
  functions,
  type NoticeKind,
  newerParameters,
  type Params,
  type Person,
  protocolVersion,
  type ReadParams,
  type Result,
  type Task,
  type TaskWarning,
  wireName,
} from './functions.ts';
export { type PairAnswer, type PairingCode, pairAnswer, pairPath, pairRequest, readPairingCode } from './pairing.ts';
export { dispensable, type Profile, profiles, type SiteInfo, siteInfo, transfer } from './profiles.ts';
export {
  type BlockCourse,
  type BlockShape,
  blockArchive,
  blockCourses,
  blockFound,
  shapeOfBlock,
  strasbourg,
} from './strasbourg.ts';
export {
  enterPath,
  startPath,
  type TicketClaims,
  type TrustKey,
  ticketClaims,
  ticketSeconds,
  ticketType,
  trustKey,
} from './ticket.ts';
