import { readMigrations } from '../store/index.ts';

export type { BulkAnswer, BulkWish } from './bulk.ts';
export type { Carried } from './carried.ts';
export type { Checked, CheckedItem, Problem } from './check.ts';
export type { Enrolled } from './enrol.ts';
export type { LiveChange } from './follow.ts';
export { type PersonOfTarget, pruneRequests, pruneTimes, requestsOfPeople } from './privacy.ts';
export type { Registered, Registration } from './register.ts';
export { type BulkAction, createRestores, type Restores, type RestoresOptions } from './restores.ts';
export { pruneKept } from './rules/kept.sql.ts';
export { asUsername } from './rules/people.ts';
export {
  type CategoryWish,
  type EnrolmentMode,
  enrolmentModes,
  finalStates,
  type Inventory,
  type ListedRequest,
  type ReportLine,
  type RequestFilter,
  type RequestId,
  type RequestItem,
  type RequestPage,
  type RequestState,
  type RequestStep,
  type RestoreRequest,
  requestStates,
  requestSteps,
  type SendOptions,
  type ShownLine,
} from './types.ts';

export const migrations = readMigrations(new URL('./migrations', import.meta.url));
