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
}

const rules: Rule[] = [
  // The copy stands in a category of the target, under its name there.
  { matches: /^Course: Category “/ },
  { matches: /^Moodle version: / },
  // Who wrote, uploaded or enrolled is the target's service account, or nobody.
  { matches: /: Authorship \(/ },
  { code: 'name-changed', matches: /^Course: The (short|full) name was/ },
  { code: 'idnumber-cleared', matches: /^Course: The ID number was “.+” and is “\(nothing\)”/ },
  { code: 'enrolment-method-bound', matches: /^Enrolments: The enrolment method “(cohort|meta)” is only in the first/ },
  { code: 'enrolment-method-bound', matches: /^People: .* only in the first backup: (eleve\.(cohorte|meta)(, )?)+\.$/ },
  { code: 'enrolment-method-bound', matches: /^Roles: 2 role assignments of participants are only in the first/ },
  { code: 'lti-site-tool', matches: /^External tool “Outil du site.*(ltitype|LTI type)/ },
  { code: 'lti-secret', matches: /^External tool “.*(password|resource ?key)/ },
  { code: 'badge-off', matches: /^Badges: Badge “.*The status was “[13]” and is “[02]”/ },
  { code: 'scale-site', matches: /Échelle du site/ },
  { code: 'outcome-site', matches: /Objectif du site/ },
  { code: 'question-authors', matches: /^Questions: .*(author|created by|modified by)/i },
  { code: 'image-redacted', matches: /The contents of the file “.*\.jpe?g” differ/ },
];

/** Lines that tell of something which no second backup can show. */
const invisible = new Set([
  'people-made',
  'people-matched',
  'people-none',
  'module-off',
  'question-authors',
  'outcome-site',
]);

export interface Explained {
  /** Differences that nothing in the report tells of. */
  unexplained: string[];
  /** Lines of the report that nothing lost stands behind. */
  unfounded: string[];
}

export function explain(differences: readonly Difference[], report: readonly Line[]): Explained {
  const codes = new Set(report.map(({ code }) => code));
  const sentences = differences.map(({ where, what }) => `${where}: ${what}`);
  const used = new Set<string>();
  const unexplained = sentences.filter((sentence) => {
    const fitting = rules.filter(({ matches }) => matches.test(sentence));
    for (const { code } of fitting) if (code) used.add(code);
    return !fitting.some(({ code }) => code === undefined || codes.has(code));
  });
  const unfounded = report
    .filter(({ code, severity }) => severity !== 'info' && !used.has(code) && !invisible.has(code))
    .map(({ code, what }) => `${code}: ${what}`);
  return { unexplained, unfounded };
}
