import {
  createRecordHandler,
  createXmlReader,
  type Inspection,
  inspect,
  MbzError,
  openArchive,
  type Problem,
  verify,
} from '@jouvence/mbz';
import { judge } from '../catalogue/index.ts';
import type { ErrorCode } from '../errors.ts';
import type { Step, StepResult } from '../jobs/index.ts';
import type { Site } from '../sites/index.ts';
import { hasArchive } from './bring-out.ts';
import { inventoryOfArchive } from './inventory.ts';
import { type RequestRow, setReport, updateRequest } from './requests.sql.ts';
import { type Ends, restoreStep, type Tools } from './restore-step.ts';
import type { ReportLine } from './types.ts';

const refuse = (code: ErrorCode, message: string): StepResult => ({ refuse: { code, message } });

/** The archive is sound, is the course that was asked for, holds nobody if none was asked, and can go there. */
export function checking(tools: Tools): Step {
  return restoreStep(tools, {
    async run(context, ends) {
      if (!(await hasArchive(tools, ends))) return { goto: 'fetching' };
      const { request, source, target } = ends;
      const path = tools.spool.archive(request.id);
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
      if (!request.people && inspection.personalData.found) {
        const { what, example, count } = inspection.personalData.findings[0]!;
        return refuse('people-found', `${source.name}: asked for nobody's data, and ${example} has ${what} (${count})`);
      }
      const verdict = judge(judged(inspection), await tools.catalogue.targetOf(target.id, { signal }));
      await context.write(async (tx) => {
        const { shortname, fullname } = inspection;
        await updateRequest(tx, request.id, {
          counts_before: inventoryOfArchive(inspection),
          contents: { shortname, fullname, activities: judged(inspection).activities },
        });
        await setReport(tx, request.id, 'checking', [...verdict.reasons, ...problems.map(lineOf)]);
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

/**
 * Who is in the archive must find, or make, the right account on the target. Moodle takes an account of the same
 * username for the same person only if the e-mail or the first access agrees too; else its restore fails as a whole.
 * So it is asked here, before anything is delivered, and whoever it is about is named.
 */
export function preparing(tools: Tools): Step {
  return restoreStep(tools, {
    async run(context, ends) {
      if (!(await hasArchive(tools, ends))) return { goto: 'fetching' };
      const { request, target, targetClient } = ends;
      if (!request.people) return undefined;
      const people = await readPeople(tools, ends, context.signal);
      const client = await targetClient();
      const clashes: string[] = [];
      for (let at = 0; at < people.length; at += mostPeople) {
        const asked = people.slice(at, at + mostPeople);
        await context.guard();
        const { people: matched } = await client.call(
          'match_people',
          { people: asked.map(({ username, email, idnumber }) => ({ username, email, idnumber })) },
          { signal: context.signal },
        );
        for (const [index, person] of asked.entries())
          if (clashesWith(person, matched[index]?.candidates ?? [])) clashes.push(person.username);
        context.progress((at + asked.length) / people.length);
      }
      if (clashes.length === 0) return undefined;
      const names = clashes.slice(0, 20).join(', ');
      const more = clashes.length > 20 ? ` and ${clashes.length - 20} more` : '';
      return refuse(
        'conflict',
        `${target.name}: these usernames belong there to accounts with another e-mail, so they may be other people: ${names}${more}. Ask for the course without people, or have the accounts corrected.`,
      );
    },
  });
}

/** The most that one call of `match_people` takes. */
const mostPeople = 20_000;

interface ArchivePerson {
  username: string;
  email: string;
  idnumber: string;
  firstaccess: number;
}

function clashesWith(
  person: ArchivePerson,
  candidates: readonly { username: string; email: string; firstaccess: number }[],
): boolean {
  const same = candidates.find(({ username }) => username === person.username.toLowerCase());
  if (!same || same.email.toLowerCase() === person.email.toLowerCase()) return false;
  return person.firstaccess === 0 || same.firstaccess !== person.firstaccess;
}

async function readPeople(tools: Tools, { request }: Ends, signal: AbortSignal): Promise<ArchivePerson[]> {
  const people: ArchivePerson[] = [];
  const archive = await openArchive(tools.spool.archive(request.id), { signal });
  try {
    for (let entry = await archive.next(); entry !== null; entry = await archive.next()) {
      if (entry.path !== 'users.xml') continue;
      const handler = createRecordHandler({
        '/users/user': ({ username, email, idnumber, firstaccess }) =>
          people.push({
            username: username ?? '',
            email: email ?? '',
            idnumber: idnumber ?? '',
            firstaccess: Number(firstaccess ?? 0),
          }),
      });
      const reader = createXmlReader(handler, { entry: entry.path });
      await entry.read((chunk) => reader.write(chunk));
      reader.end();
      break;
    }
  } finally {
    await archive.close();
  }
  return people;
}
