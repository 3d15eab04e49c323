import type { MbzError } from '@jouvence/mbz';
import { type ErrorCode, failure, type KeptSaid, type Said } from '../errors.ts';
import type { Reason, StepResult } from '../jobs/index.ts';
import type { ReportLine } from './types.ts';

/** As a job keeps it. */
export function asReason(code: ErrorCode, why: Said | readonly KeptSaid[]): Reason {
  const { message, said } = failure(code, why);
  return { code, message, said };
}

/** An archive that cannot be used: its message, and what is to be done, is that of whoever has read it. */
export function refuseArchive(source: string, { message, hint, said }: MbzError): StepResult {
  return { refuse: { code: 'archive-invalid', message: `${source}: ${message}. ${hint}`.trim(), said } };
}

/** A line of a verdict or a report is said in other languages by its code. */
export const lineSaid = (site: string, { code, what, values }: ReportLine): KeptSaid => ({
  reason: 'report',
  values: { ...values, site, code, what },
});

/** The request ends here, as was to be expected. */
export const refuse = (code: ErrorCode, why: Said | readonly KeptSaid[]): StepResult => ({
  refuse: asReason(code, why),
});
