import { type Inspection, inspect, MbzError, type Problem, verify } from '@jouvence/mbz';
import { judge } from '../catalogue/index.ts';
import type { ErrorCode } from '../errors.ts';
import type { Step, StepResult } from '../jobs/index.ts';
import type { Site } from '../sites/index.ts';
import { hasFetched } from './bring-out.ts';
import { inventoryOfArchive } from './inventory.ts';
import { lossesOf } from './losses.ts';
import { type RequestChange, type RequestRow, setReport, updateRequest } from './requests.sql.ts';
import { restoreStep, type Tools } from './restore-step.ts';
import type { ReportLine } from './types.ts';

const refuse = (code: ErrorCode, message: string): StepResult => ({ refuse: { code, message } });

/** The archive is sound, is the course that was asked for, and can go there. */
export function checking(tools: Tools): Step {
  return restoreStep(tools, {
    async run(context, ends) {
      if (!(await hasFetched(tools, ends))) return { goto: 'fetching' };
      const { request, source, target } = ends;
      const path = tools.spool.fetched(request.id);
      const onProgress = (share: number) => (read: number, total?: number) =>
        context.progress(share + (total ? read / total / 2 : 0));
      const { signal } = context;
      let inspection: Inspection;
      let problems: readonly Problem[];
      try {
        inspection = await inspect(path, { signal, onProgress: onProgress(0) });
        ({ problems } = await verify(path, { signal, onProgress: onProgress(0.5) }));
      } catch (error) {
        // What cannot be read here and now says nothing about the archive.
        if (!(error instanceof MbzError) || error.code === 'unreadable') throw error;
        return refuse('archive-invalid', `${source.name}: ${error.message}. ${error.hint}`.trim());
      }
      const fatal = problems.find(({ code }) => fatalProblems.has(code));
      if (fatal) {
        const { code, entry, expected, found } = fatal;
        return refuse('archive-invalid', `${source.name}: ${entry}: ${code}: expected ${expected}, found ${found}`);
      }
      if (!isOfCourse(inspection, request, source)) {
        const { courseId, shortname, originalWwwroot } = inspection;
        return refuse(
          'archive-wrong-course',
          `${source.name}: asked for course ${request.courseid} (${request.shortname}), and the archive holds course ${courseId} (${shortname}) of ${originalWwwroot}`,
        );
      }
      const verdict = judge(judged(inspection), await tools.catalogue.targetOf(target.id, { signal }));
      await context.write(async (tx) => {
        await updateRequest(tx, request.id, contentsOf(inspection));
        await setReport(tx, request.id, 'checking', [
          ...verdict.reasons,
          ...problems.map(lineOf),
          ...lossesOf(inspection, request, ends),
        ]);
      });
      if (verdict.kind !== 'not') return undefined;
      const reason = verdict.reasons.find(({ severity }) => severity === 'error') ?? verdict.reasons[0];
      return refuse('unsupported', `${target.name}: ${reason ? `${reason.what}: ${reason.why}` : 'cannot restore it'}`);
    },
  });
}

/** With these, what would arrive is not what was backed up. */
const fatalProblems: ReadonlySet<Problem['code']> = new Set([
  'content-altered',
  'size-differs',
  'missing-from-archive',
  'document-malformed',
  'document-missing',
]);

function lineOf({ code, entry, expected, found }: Problem): ReportLine {
  const lost = code === 'content-missing';
  return {
    code: `archive-${code}`,
    severity: lost ? 'warning' : 'info',
    what: entry,
    why: `The archive is not quite as it should be: expected ${expected}, found ${found}.`,
    todo: lost ? 'Look for the file in the course on the source, where it is probably missing too.' : '',
  };
}

/** By its id, and by one of two more: an address may have changed since, and so may a short name, hardly both. */
function isOfCourse(inspection: Inspection, request: RequestRow, source: Site): boolean {
  const sameAddress = bareAddress(inspection.originalWwwroot) === bareAddress(source.url);
  return inspection.courseId === request.courseid && (sameAddress || inspection.shortname === request.shortname);
}

const bareAddress = (url: string): string => url.replace(/^https?:\/\//, '').replace(/\/+$/, '');

/** What is looked for on the target in the end. */
export function contentsOf(inspection: Inspection): Pick<RequestChange, 'counts_before' | 'contents'> {
  const { shortname, fullname, idnumber, documentBytes, originalWwwroot: wwwroot } = inspection;
  const { activities } = judged(inspection);
  return {
    counts_before: inventoryOfArchive(inspection),
    contents: { shortname, fullname, idnumber, documentBytes, wwwroot, activities },
  };
}

function judged({ moodleRelease, activities, plugins }: Inspection) {
  return {
    release: moodleRelease,
    activities: activities.map(({ module, title }) => ({ module, name: title })),
    plugins: plugins.map((full) => {
      const at = full.indexOf('_');
      return { type: full.slice(0, at), name: full.slice(at + 1) };
    }),
  };
}
