export {
  BlockTableError,
  type BlockTasks,
  bareAddress,
  type LeftTask,
  type PlacedTasks,
  placeTasks,
  readBlockTasks,
} from './block-tasks.ts';
export { type ApiClient, ApiError, type ClientOptions, createApiClient, type Fetch } from './client.ts';
export { StreamLost } from './events.ts';
export { type LiveOptions, live } from './live.ts';
export * as resources from './resources.ts';
export {
  type AuditLine,
  type AuditVerification,
  type BlockToken,
  type Carried,
  type CheckedItem,
  type Course,
  type ErrorBody,
  endStates,
  type Finding,
  type Line,
  type ListedRequest,
  type ListedSetting,
  type Notice,
  type NoticeKind,
  type NoticePreference,
  noticeKinds,
  type Operator,
  type OutboxMessage,
  type Outline,
  type Pair,
  type Problem,
  type Readiness,
  type Request,
  type RequestPage,
  type RequestState,
  requestStates,
  requestSteps,
  type Session,
  type Setting,
  type SettingForm,
  type ShownLine,
  type Site,
  type SiteCategory,
  type SiteCheck,
  type SourceCourses,
  type Status,
  type Token,
  type Verdict,
} from './resources.ts';
export { type Caller, callers } from './routes/route.ts';
export {
  type Answer,
  type Input,
  type Operation,
  type Received,
  routes,
  type StreamEvent,
  type StreamedOperation,
} from './routes.ts';
export { isRequestId, isSiteName } from './values.ts';
