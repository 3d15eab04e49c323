import { createHash } from 'node:crypto';
import { type ReportLine, type RequestStep, requestSteps, type ShownLine } from './types.ts';

/** As it is kept: lines by the step that wrote them. */
export type KeptReport = Partial<Record<RequestStep, ReportLine[]>>;
/** Who dealt with which lines. */
export type Dealt = Record<string, { by: string; at: string }>;

/** What was foreseen by another code than it is told by the target, which knows what came of it. */
const toldAs: Record<string, string> = { 'scale-site': 'scale-local', 'outcome-site': 'outcome-local' };

/** In the order of the steps. What was foreseen from the archive gives way to what the target then said of it. */
export function reportOf(report: KeptReport, dealt: Dealt | null): ShownLine[] {
  const happened = new Set(report.restoring?.map(({ code }) => code));
  const told = requestSteps.flatMap((step) => {
    const lines = report[step] ?? [];
    if (step !== 'checking') return lines;
    return lines.filter(({ code }) => !happened.has(code) && !happened.has(toldAs[code] ?? code));
  });
  const times = new Map<string, number>();
  return told.map((line) => {
    const said = keyOf(line);
    const time = (times.get(said) ?? 0) + 1;
    times.set(said, time);
    const key = time === 1 ? said : `${said}-${time}`;
    const mark = dealt?.[key];
    return { ...line, key, dealt: mark ? { by: mark.by, at: new Date(mark.at) } : null };
  });
}

/** Somebody should look at it, and nobody has. */
export const isUndealt = ({ severity, dealt }: ShownLine): boolean => severity !== 'info' && dealt === null;

/** Of what it says: a step done again says the same by the same key. */
function keyOf({ code, what, why }: ReportLine): string {
  return createHash('sha256')
    .update(JSON.stringify([code, what, why]))
    .digest('hex')
    .slice(0, 12);
}
