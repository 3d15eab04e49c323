import type { ExternalTool, Inspection } from '@jouvence/mbz';
import type { Site } from '../sites/index.ts';
import type { ReportLine } from './types.ts';

/** What was asked for, as far as it decides what is lost. */
interface Asked {
  people: boolean;
  enrolments: 'never' | 'withusers' | 'always';
  keepIdnumber: boolean;
}

/**
 * What Moodle restores on another site otherwise than it was, or not at all, and says nothing of. Only what is really in
 * the archive. A code that the target reports too is said by the target alone (`show.ts`).
 */
export function lossesOf(
  { idnumber, siteBound }: Pick<Inspection, 'idnumber' | 'siteBound'>,
  { people, enrolments, keepIdnumber }: Asked,
  { source, target }: { source: Site; target: Site },
): ReportLine[] {
  const lines: ReportLine[] = [];
  if (idnumber !== '' && !keepIdnumber)
    lines.push({
      code: 'idnumber-cleared',
      severity: 'info',
      what: idnumber,
      why: 'Moodle carries no idnumber of a course over from another site: the new course has none.',
      todo: 'Enter it in the settings of the course if other systems need it, or ask for it to be kept.',
    });
  for (const tool of siteBound.externalTools) lines.push(toolLine(tool, source, target));
  if (siteBound.authorlessQuestions > 0)
    lines.push({
      code: 'question-authors',
      severity: 'info',
      what: `${siteBound.authorlessQuestions} questions`,
      why: `Who wrote them does not come with the course: on ${target.name} Moodle takes its own service account for their author.`,
      todo: 'Nothing, unless who wrote a question matters.',
    });
  for (const name of siteBound.scales)
    lines.push({
      code: 'scale-site',
      severity: 'info',
      what: name,
      why: `The scale is one of the whole of ${source.name}: on ${target.name} it is the one with the same values, or becomes one of the course.`,
      todo: '',
    });
  for (const name of siteBound.outcomes)
    lines.push({
      code: 'outcome-site',
      severity: 'info',
      what: name,
      why: `The outcome is one of the whole of ${source.name}: on ${target.name} it is the one of the same short name, whatever that means there, or becomes one of the course.`,
      todo: `Make sure that ${target.name} means the same by it.`,
    });
  // Without people no way to enrol comes unless always asked for; as `never`, its people come enrolled by hand.
  if (enrolments === 'always' || (enrolments === 'withusers' && people))
    lines.push(...siteBound.enrolments.map((way) => enrolmentLine(way, source)));
  if (people && siteBound.networkPeople > 0)
    lines.push({
      code: 'people-mnet',
      severity: 'info',
      what: `${siteBound.networkPeople} people`,
      why: `They belong to another Moodle, and came to ${source.name} by MNet: ${target.name} takes them for people of its own.`,
      todo: `Nothing, if they sign in to ${target.name} itself.`,
    });
  return lines;
}

function toolLine({ name, bound, tool }: ExternalTool, source: Site, target: Site): ReportLine {
  const what = tool === '' ? name : `${name} (${tool})`;
  const sentences: Record<ExternalTool['bound'], { code: string; why: string; todo: string }> = {
    secret: {
      code: 'lti-secret',
      why: `The key and the secret of the external tool are encrypted with a key of ${source.name}, and cannot be read elsewhere.`,
      todo: 'Enter them again in the settings of the tool, if it has any.',
    },
    registration: {
      code: 'lti-registration',
      why: `The tool knows ${source.name} by a registration (LTI 1.3): on ${target.name} it gets another client id.`,
      todo: `Give the supplier of the tool the new client id and the addresses of ${target.name}.`,
    },
    'site-tool': {
      code: 'lti-site-tool',
      why: `The tool is set up for the whole of ${source.name}, and such tools are not in a backup: the activity has none.`,
      todo: `Have the tool set up on ${target.name}, then choose it in the settings of the activity.`,
    },
  };
  return { ...sentences[bound], severity: 'warning', what };
}

function enrolmentLine({ method, people }: { method: string; people: number }, source: Site): ReportLine {
  const named = method === 'cohort' ? 'a cohort' : 'another course';
  return {
    code: 'enrolment-method-bound',
    severity: people > 0 ? 'warning' : 'info',
    what: `${method}: ${people === 1 ? '1 person' : `${people} people`}`,
    why: `It names ${named} of ${source.name}, so Moodle does not restore it elsewhere, nor who is enrolled by it.`,
    todo: 'Enrol these people by a method of the target, or ask for enrolments “never”: then all come enrolled by hand.',
  };
}
