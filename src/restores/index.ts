export {
  type CategoryWish,
  type EnrolmentMode,
  enrolmentModes,
  finalStates,
  type Inventory,
  type ReportLine,
  type RequestFilter,
  type RequestId,
  type RequestItem,
  type RequestPage,
  type RequestState,
  requestStates,
  requestSteps,
  type RestoreRequest,
  type SendOptions,
} from './types.ts';
export { createRestores, type Restores, type RestoresOptions } from './restores.ts';
