import { type Inspection, inspect, MbzError, type Problem, verify } from '@jouvence/mbz';
import { judge } from '../catalogue/index.ts';
import type { KeptSaid } from '../errors.ts';
import type { Step } from '../jobs/index.ts';
import type { Site } from '../sites/index.ts';
import { hasFetched } from './bring-out.ts';
import { inventoryOfArchive } from './inventory.ts';
import { lossesOf } from './losses.ts';
import { lineSaid, refuse, refuseArchive } from './refuse.ts';
import { type RequestChange, type RequestRow, setReport, updateRequest } from './requests.sql.ts';
import { restoreStep, type Tools } from './restore-step.ts';
import type { ReportLine } from './types.ts';

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
        return refuseArchive(source.name, error);
      }
      const fatal = problems.find(({ code }) => isFatal(code));
      if (fatal) return refuse('archive-invalid', [fatalSaid(source.name, fatal)]);
      if (!isOfCourse(inspection, request, source)) {
        const { courseId: found, shortname: foundName, originalWwwroot: where } = inspection;
        const values = {
          site: source.name,
          course: request.courseid,
          name: request.shortname,
          found,
          foundName,
          where,
        };
        return refuse('archive-wrong-course', { reason: 'wrong-course', values });
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
      if (!reason) return refuse('unsupported', { reason: 'cannot-restore', values: { site: target.name } });
      const message = `${target.name}: ${reason.what}: ${reason.why}`;
      return { refuse: { code: 'unsupported', message, said: [lineSaid(target.name, reason)] } };
    },
  });
}

/** With these, what would arrive is not what was backed up. */
const fatalProblems = [
  'content-altered',
  'size-differs',
  'missing-from-archive',
  'document-malformed',
  'document-missing',
] as const satisfies Problem['code'][];

const isFatal = (code: Problem['code']): boolean => (fatalProblems as readonly string[]).includes(code);

const fatalSaid = (site: string, { code, entry, expected, found }: Problem): KeptSaid => ({
  reason: `problem-${code}`,
  values: { site, entry, expected, found },
});

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
