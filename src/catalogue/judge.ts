import type { CourseOutline } from '@jouvence/protocol';
import type { Judged, PluginName, Reason, TargetPlugins, Verdict } from './verdict.ts';

/**
 * What will become of a course on a target, by what Moodle's own restore does there: an error means that nothing of it
 * would come, a warning that something would be lost, an info that something is to be known.
 */
export function judge(judged: Judged, target: TargetPlugins): Verdict {
  const reasons = [
    ...judgeRelease(judged.release, target),
    ...judgeActivities(judged, target),
    ...judgePlugins(judged.plugins, target),
    ...judgePeople(judged, target),
    ...foresee(judged, target),
  ];
  const worst = (severity: Reason['severity']): boolean => reasons.some((reason) => reason.severity === severity);
  return { kind: worst('error') ? 'not' : worst('warning') ? 'partly' : 'whole', reasons };
}

/** Of a course that its source tells nothing of; only by the release of the source. */
export function judgeUnseen(release: string, target: TargetPlugins): Verdict {
  const { kind, reasons } = judge({ release, activities: [], plugins: [] }, target);
  const unseen: Reason = {
    code: 'outline-none',
    severity: 'info',
    what: 'outline',
    why: 'Strasbourg’s block does not tell what is in a course: what will become of it shows when its archive has come.',
    todo: '',
  };
  return { kind: kind === 'not' ? 'not' : 'unknown', reasons: [...reasons, unseen] };
}

/** Of a target that does not say now what it has. */
export function judgeUnasked(target: string): Verdict {
  const unasked: Reason = {
    code: 'target-silent',
    severity: 'info',
    what: target,
    why: `${target} does not answer just now: what would become of the course there cannot be said.`,
    todo: 'Look again in a while.',
    values: { target },
  };
  return { kind: 'unknown', reasons: [unasked] };
}

export function judgedOutline(outline: CourseOutline): Judged {
  return {
    release: outline.release,
    activities: outline.sections.flatMap(({ activities }) => activities.map(({ module, name }) => ({ module, name }))),
    plugins: outline.plugins,
    outline: { idnumber: outline.idnumber },
  };
}

/** `4.5.6 (Build: 20250811)` is [4, 5]; undefined for what is not a release of Moodle. */
function readRelease(text: string): [number, number] | undefined {
  const match = /^(\d+)\.(\d+)/.exec(text.trim());
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

const isBefore = ([major, minor]: [number, number], [otherMajor, otherMinor]: [number, number]): boolean =>
  major < otherMajor || (major === otherMajor && minor < otherMinor);

/** Of point releases and builds: `4.5.6 (Build: 20250811)` is [6, 20250811]. */
function readBuild(text: string): [number, number] {
  const point = /^\d+\.\d+\.(\d+)/.exec(text.trim());
  const build = /Build:\s*(\d+)/i.exec(text);
  return [Number(point?.[1] ?? 0), Number(build?.[1] ?? 0)];
}

/**
 * Moodle only warns of a backup of a newer release, and then leaves out or fails on what it does not know: so one of a
 * newer branch is refused. Within a branch the documents are the same, and 4.5.7 to 4.5.6 is daily life.
 */
function judgeRelease(release: string, target: TargetPlugins): Reason[] {
  const from = readRelease(release);
  const to = readRelease(target.release);
  const what = `Moodle ${release}`;
  if (!from) return [];
  if (isBefore(from, [3, 9])) {
    const why = 'Backups of Moodle before 3.9 are not carried.';
    const todo = 'Upgrade the old site to 3.9 or later, or restore a backup of it there by hand.';
    return [{ code: 'release-old', severity: 'error', what, why, todo }];
  }
  if (to && isBefore(to, from)) {
    const why = `${target.site} runs the older Moodle ${target.release}, which cannot restore what a newer one has made.`;
    const todo = `Choose a target that runs ${from.join('.')} or later, or upgrade ${target.site}.`;
    return [{ code: 'release-new', severity: 'error', what, why, todo }];
  }
  const reasons: Reason[] = [];
  if (isBefore(from, [4, 1])) {
    const why = 'Backups of Moodle 3.9 to 4.0 are read, but have not been tried.';
    const todo = 'Look through the course when it has arrived.';
    reasons.push({ code: 'release-untried', severity: 'info', what, why, todo });
  }
  if (to && !isBefore(from, to) && isBefore(readBuild(target.release), readBuild(release))) {
    const why = `${target.site} runs Moodle ${target.release}, an older build of the same: courses are restored all the same.`;
    reasons.push({ code: 'release-build', severity: 'info', what, why, todo: '' });
  }
  return reasons;
}

function judgeActivities({ activities }: Judged, target: TargetPlugins): Reason[] {
  const states = statesOf('mod', target);
  if (states.size === 0) return [];
  const missing = activities.filter(({ module }) => !states.has(module));
  const reasons: Reason[] = missing.map(({ module, name }) => ({
    code: 'module-missing',
    severity: 'warning',
    what: `${module} “${name}”`,
    why: `The module mod_${module} is not installed on ${target.site}: the activity is left out.`,
    todo: `Ask for mod_${module} to be installed on ${target.site}, or replace the activity there by one of another kind.`,
    values: { module, target: target.site },
  }));
  const switchedOff = new Set(activities.map(({ module }) => module).filter((module) => isOff(states.get(module))));
  for (const module of switchedOff) {
    reasons.push({
      code: 'module-off',
      severity: 'info',
      what: `mod_${module}`,
      why: `The module is switched off on ${target.site}: its activities arrive, and nobody sees them.`,
      todo: `Ask for mod_${module} to be switched on.`,
      values: { module, target: target.site },
    });
  }
  if (activities.length > 0 && missing.length === activities.length) {
    reasons.push({
      code: 'nothing-left',
      severity: 'error',
      what: 'all activities',
      why: `None of the course’s ${activities.length} activities can be restored on ${target.site}.`,
      todo: 'Choose another target, or ask for the modules to be installed there.',
    });
  }
  return reasons;
}

/** What Moodle does without a plugin of that type. */
const consequences: Record<string, { severity: Reason['severity']; why: string; todo: string }> = {
  format: {
    severity: 'info',
    why: 'The course is shown in the site’s default format; nothing in it is lost.',
    todo: 'Choose a format in the course’s settings.',
  },
  qtype: {
    severity: 'warning',
    why: 'Questions of that type arrive without what makes them work, and cannot be answered.',
    todo: 'Ask for the question type, or replace those questions.',
  },
  block: { severity: 'warning', why: 'The block is left out.', todo: 'Ask for the block, or use another one.' },
  availability: {
    severity: 'warning',
    why: 'Restrictions of that kind are lost, and what they hid may be open.',
    todo: 'Look through the restrictions of the course.',
  },
  theme: { severity: 'info', why: 'The course is shown in the site’s theme.', todo: '' },
  enrol: { severity: 'info', why: 'People enrolled by that method are not enrolled by it there.', todo: '' },
  filter: {
    severity: 'info',
    why: 'Texts that use it show what they were written as.',
    todo: 'Look through the texts of the course.',
  },
};

const otherwise = {
  severity: 'warning',
  why: 'What the course keeps in it is left out.',
  todo: 'Ask for it to be installed.',
} as const;

/** A type of which the target names nothing at all is one that it does not list, and says nothing. */
function judgePlugins(plugins: PluginName[], target: TargetPlugins): Reason[] {
  return plugins
    .filter(({ type }) => type !== 'mod')
    .filter(({ type, name }) => {
      const states = statesOf(type, target);
      return states.size > 0 && !states.has(name);
    })
    .map(({ type, name }) => {
      const { severity, why, todo } = consequences[type] ?? otherwise;
      const code = Object.hasOwn(consequences, type) ? `${type}-missing` : 'plugin-missing';
      return { code, severity, what: `${type}_${name}`, why: `It is not installed on ${target.site}. ${why}`, todo };
    });
}

function judgePeople({ people }: Judged, target: TargetPlugins): Reason[] {
  if (people === undefined) return [];
  const what = 'participants’ data';
  if (people === 0)
    return [
      {
        code: 'people-none',
        severity: 'info',
        what,
        why: 'Nobody takes part in the course: there is nothing to carry.',
        todo: '',
      },
    ];
  return [
    {
      code: 'people-matched',
      severity: 'info',
      what,
      why: `${people === 1 ? 'One person is' : `${people} people are`} looked up on ${target.site} by the rule of the pair; one who cannot be told from somebody else there stops the course.`,
      todo: '',
      values: { people, target: target.site },
    },
  ];
}

/** What Moodle does not carry from one site to another, and says nothing of; the archive will tell which, and how much. */
function foresee({ outline, plugins }: Judged, target: TargetPlugins): Reason[] {
  if (!outline) return [];
  const uses = (type: string, name: string) => plugins.some((plugin) => plugin.type === type && plugin.name === name);
  const reasons: Reason[] = [];
  if (outline.idnumber !== '') {
    const why = `Moodle carries no idnumber of a course over from another site: on ${target.site} it has none, unless it is asked to be kept.`;
    const todo = 'Ask for it to be kept, or enter it in the settings of the course, if other systems need it.';
    reasons.push({ code: 'idnumber-cleared', severity: 'info', what: outline.idnumber, why, todo });
  }
  if (uses('mod', 'lti')) {
    const why = 'Keys and secrets of external tools, and tools that are set up for the whole source, do not travel.';
    const todo = `Have these at hand, or ask the administrator of ${target.site}.`;
    reasons.push({ code: 'lti-foreseen', severity: 'info', what: 'external tools', why, todo });
  }
  for (const method of ['cohort', 'meta'].filter((name) => uses('enrol', name))) {
    const why = 'It names something of the source, so Moodle does not restore it elsewhere, nor who is enrolled by it.';
    const todo =
      'Enrol these people by a method of the target, or ask for enrolments “never”: then all come enrolled by hand.';
    reasons.push({ code: 'enrolment-method-bound', severity: 'info', what: method, why, todo });
  }
  return reasons;
}

function statesOf(type: string, { plugins }: TargetPlugins): Map<string, TargetPlugins['plugins'][number]['state']> {
  return new Map(plugins.filter((plugin) => plugin.type === type).map(({ name, state }) => [name, state]));
}

const isOff = (state: string | null | undefined): boolean => state === 'off' || state === 'disabled';
