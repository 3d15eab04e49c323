export { type ApiClient, ApiError, type ClientOptions, createApiClient, type Fetch } from './client.ts';
export * as resources from './resources.ts';
export {
  type Course,
  type ErrorBody,
  endStates,
  type Finding,
  type Line,
  type ListedRequest,
  type Notice,
  type NoticeKind,
  type NoticePreference,
  noticeKinds,
  type OutboxMessage,
  type Outline,
  type Pair,
  type Readiness,
  type Request,
  type RequestPage,
  type RequestState,
  requestStates,
  requestSteps,
  type Setting,
  type ShownLine,
  type Site,
  type SiteCheck,
  type SourceCourses,
  type Status,
  type Token,
  type Verdict,
} from './resources.ts';
export { type Caller, callers } from './routes/route.ts';
export { type Answer, type Input, type Operation, type Received, routes } from './routes.ts';
