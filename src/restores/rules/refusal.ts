import { AppError, type ErrorCode } from '../../errors.ts';

/** Facts of a refusal's sentence, for whoever says it in another language. */
export type RefusalValues = Record<string, string | number>;

/** Why the rules do not let something be. Stable: `refusal.<reason>` is its sentence in the catalogue of texts. */
export const refusalReasons = [
  'pair-missing',
  'person-missing',
  'person-suspended',
  'person-ambiguous',
  'nobody',
  'nobody-needs-both',
  'others',
  'course-not-yours',
  'course-unknown-person',
  'course-missing',
  'category-missing',
  'category-default-missing',
  'category-original-off',
  'rights-lacking',
  'people-choice',
  'enrolments-choice',
  'keepIdnumber-choice',
  'keepFileAuthors-choice',
  'right-withdrawn',
  'carried-already',
  'on-its-way',
  'twice',
  'people-not-given',
  'too-large',
  'too-many-open',
  'colleagues-off',
  'course-not-there',
  'enrol-role-missing',
  'enrol-whom',
  'enrol-others',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export function refusal(
  code: ErrorCode,
  reason: RefusalReason,
  message: string,
  values: RefusalValues = {},
  more: Record<string, unknown> = {},
): AppError {
  return new AppError(code, message, { details: { ...more, reason, values } });
}
