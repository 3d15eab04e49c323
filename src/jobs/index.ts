import { readMigrations } from '../store/index.ts';

export { pruneHosts } from './jobs.sql.ts';
export { createJobs, type Jobs } from './jobs.ts';
export type {
  Decision,
  Ending,
  Job,
  JobError,
  JobKind,
  JobObserver,
  Outcome,
  Reason,
  Step,
  StepContext,
  StepResult,
  Trouble,
  UndoContext,
} from './types.ts';
export { createWorker, type Worker, type WorkerOptions } from './worker.ts';

export const migrations = readMigrations(new URL('./migrations', import.meta.url));
