import type { Request } from '@jouvence/contract';
import type { Difference } from '@jouvence/mbz';

type Line = Request['report'][number];

/**
 * Which line of a request's report explains which difference between a course and its copy. `code` undefined: the
 * difference is what was asked for, or no loss (who restored it, in which category it stands).
 */
interface Rule {
  code?: string;
  /** Against `where: what`. */
  matches: RegExp;
  /** Only for a course that was asked for without people: then it is what was asked. */
  withoutPeople?: true;
}

const rules: Rule[] = [
  // 4.1 gives a badge the site's own address, which Moodle does not rewrite: it is still that of the old site.
  { matches: /^Badges: Badge “.*The issuerurl was “\$@WWWROOT@\$\/” and is/ },
  // The copy stands in a category of the target, under its name there.
  { matches: /^Course: Category “/ },
  { matches: /^Moodle version: / },
  // Who uploaded or enrolled is the target's service account.
  { matches: /: Authorship \(/ },
  { code: 'name-changed', matches: /^Course: The (short|full) name was/ },
  { code: 'idnumber-cleared', matches: /^Course: The ID number was “.+” and is “\(nothing\)”/ },
  { code: 'enrolment-method-bound', matches: /^Enrolments: The enrolment method “(cohort|meta)” is only in the first/ },
  // Where `meta` is switched off, as on a new site, that is the reason that is said.
  { code: 'enrolment-method-missing', matches: /^Enrolments: The enrolment method “meta” is only in the first/ },
  { code: 'enrolment-method-bound', matches: /^Roles: 2 role assignments of participants are only in the first/ },
  {
    code: 'lti-site-tool',
    matches: /^External tool “Outil du site.*: The ltitype “Outil du site” is only in the first/,
  },
  { code: 'badge-off', matches: /^Badges: Badge “.*The status was “[13]” and is “[02]”/ },
  { code: 'scale-local', matches: /^Grades: The scale “Échelle du site.*only in the first/ },
  { code: 'image-redacted', matches: /The contents of the file “.*\.jpe?g” differ/ },
  { code: 'module-missing', matches: /^(Chat|Survey) “.*: The activity is only in the first backup/ },
  // Since 5.0 the questions of a course are in an activity of their own, which a restore makes.
  { matches: /^Questions: Question category “.*: The contextid was “course” and is “qbank\|/ },
  { matches: /^Questions: Question category “.*: The contextlevel was “50” and is “70”/ },
  { matches: /^Question bank “System shared question bank”: The (activity|file “point\.png”) is only in the second/ },
  { matches: /^Files: The file “point\.png” is only in the first/ },
  // Moodle's own backup without people keeps some of what they did, and who has which role; ours does not.
  { withoutPeople: true, matches: / of participants (is|are) only in the first backup/ },
  { withoutPeople: true, matches: /^People: / },
  // Ways to enrol come with people only, unless they are asked for.
  { withoutPeople: true, matches: /^Enrolments: / },
  { withoutPeople: true, matches: /^Roles: / },
  { code: 'badge-off', matches: /^Badges: Criterion “role_\d+”/, withoutPeople: true },
];

/** Lines that tell of something which no second backup can show: it is encrypted in both, or not in backups at all. */
const invisible = new Set(['lti-secret', 'module-off', 'people-made', 'people-out', 'question-authors']);

export interface Explained {
  /** Differences that nothing in the report tells of. */
  unexplained: string[];
  /** Lines of the report that nothing lost stands behind. */
  unfounded: string[];
}

export function explain(differences: readonly Difference[], report: readonly Line[], people: boolean): Explained {
  const codes = new Set(report.map(({ code }) => code));
  const sentences = differences.map(({ where, what }) => `${where}: ${what}`);
  const used = new Set<string>();
  const unexplained = sentences.filter((sentence) => {
    const fitting = rules.filter((rule) => rule.matches.test(sentence) && !(people && rule.withoutPeople));
    for (const { code } of fitting) if (code) used.add(code);
    return !fitting.some(({ code }) => code === undefined || codes.has(code));
  });
  const unfounded = report
    .filter(({ code, severity }) => severity !== 'info' && !used.has(code) && !invisible.has(code))
    .map(({ code, what }) => `${code}: ${what}`);
  return { unexplained, unfounded };
}
