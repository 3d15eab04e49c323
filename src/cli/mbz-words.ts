import type { Difference, Inspection, Rewritten, Verification } from '@jouvence/mbz';

/** 1234567 → `1.2 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/**
 * Text out of an archive for a terminal: without the control characters by which a title could move the cursor, and the
 * directional ones by which it could pass itself off as another.
 */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, ' ');
}

/** An inspection for a person: what the course is, what is in it, what to know before using it. */
export function describeInspection(found: Inspection): string {
  const people = found.personalData.findings;
  const lines = [
    plain(`${found.fullname} (${found.shortname})`),
    `  made by Moodle ${plain(found.moodleRelease)} at ${plain(found.originalWwwroot)}, course ${found.courseId}`,
    `  category ${plain(found.category?.name ?? 'unknown')}, format ${plain(found.courseFormat)}, ${found.visible ? 'visible' : 'hidden'}, starts ${formatDay(found.startDate)}`,
    `  ${found.format}, ${found.entries} files, ${formatBytes(found.uncompressedBytes)} unpacked`,
    `  sha256 ${found.sha256}`,
    `  ${found.files} course files, ${formatBytes(found.fileBytes)}, ${found.distinctContents} different contents`,
    `Sections: ${found.sections.length}`,
    ...found.sections.map(({ number, name }) => `  ${number}  ${plain(name ?? '(no name of its own)')}`),
    `Activities: ${found.activities.length}`,
    ...found.activities.map(
      ({ module, title }, index) =>
        `  ${plain(module).padEnd(12)} ${formatBytes(found.activitySizes[index]!.sizeBytes).padStart(9)}  ${plain(title)}`,
    ),
    `Plugins used: ${plain(found.plugins.join(', '))}`,
    `Needs Moodle ${plain(found.moodleNeeded.release)} or later`,
    people.length === 0 ? 'No personal data found.' : `Personal data found (${found.users.length} user accounts):`,
    ...people.map(({ kind, what, count, documents, example }) =>
      plain(
        `  ${kind}: ${count} × ${what}, in ${documents === 1 ? example : `${documents} documents such as ${example}`}`,
      ),
    ),
  ];
  if (found.references.length > 0) {
    lines.push(`References that are broken or lead outside: ${found.references.length}`);
    for (const { kind, entry, what } of found.references.slice(0, 20))
      lines.push(plain(`  ${kind}  ${entry}: ${what}`));
    if (found.references.length > 20) lines.push('  … (all of them with --json)');
  }
  for (const warning of found.warnings) lines.push(plain(`Warning: ${warning}`));
  return lines.join('\n');
}

export function describeVerification(found: Verification): string {
  const checked = `${found.files} files, ${formatBytes(found.bytes)}, ${found.contents} contents against their SHA-1`;
  if (found.ok) return `All is in order: ${checked}.`;
  return [
    `${found.problems.length + found.unlisted} problems found (${checked}):`,
    ...found.problems.map((problem) =>
      plain(`  ${problem.code}  ${problem.entry}: expected ${problem.expected}, found ${problem.found}`),
    ),
    ...(found.unlisted > 0 ? [`  … and ${found.unlisted} more`] : []),
  ].join('\n');
}

export function describeDifferences(found: readonly Difference[]): string {
  if (found.length === 0) return 'No difference that a person would see.';
  let place = '';
  const lines: string[] = [];
  for (const { where, what } of found) {
    if (where !== place) lines.push(plain(where));
    place = where;
    lines.push(`  ${plain(what)}`);
  }
  return lines.join('\n');
}

export function describeRewriting(done: Rewritten, file: string, isWithoutPeople: boolean): string {
  const { sizeBytes, sha256, proof, fields, leftOut } = done;
  const { lookedFor, notLookedFor, warnings, unlisted, findings } = proof;
  const lines = [
    `${formatBytes(sizeBytes)} written to ${file}`,
    `sha256 ${sha256}`,
    `Changed: ${fields.length === 0 ? 'no single field' : ''}${fields.map(({ field, count, entry }) => `${count} × ${field} (${entry})`).join(', ')}`,
    `Looked for ${lookedFor.people} people: their rows, ${lookedFor.ids} ids and ${lookedFor.texts} texts (names, addresses)`,
    ...(notLookedFor > 0 ? [`Not looked for: ${notLookedFor} texts more, which are too many`] : []),
    findings.length === 0
      ? "No row and no id of people's is in it."
      : `People’s data is in it: ${findings.length} kinds.`,
    ...findings
      .slice(0, isWithoutPeople ? 20 : 0)
      .map(({ kind, what, count, entry }) => `  ${kind}: ${count} × ${what}, in ${entry}`),
    ...(isWithoutPeople && findings.length > 20 ? ['  … (all of it with --json)'] : []),
  ];
  if (warnings.length > 0)
    lines.push(`Texts that may name somebody: ${warnings.reduce((sum, { count }) => sum + count, unlisted)}`);
  for (const { what, person, entry, place, count } of warnings.slice(0, 20))
    lines.push(`  ${what} of person ${person}, ${count} × in ${entry}: ${place}`);
  if (warnings.length > 20) lines.push('  … (all of them with --json)');
  for (const { entry, reason } of leftOut) lines.push(`Left out: ${entry}: ${reason}`);
  return lines.map(plain).join('\n');
}

function formatDay(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) || seconds === 0 ? 'unknown' : date.toISOString().slice(0, 10);
}
