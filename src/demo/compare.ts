import type { Request } from '@jouvence/contract';
import { inspect } from '@jouvence/mbz';
import type { Modules } from '../compose.ts';
import type { demoRequests } from './campuses.ts';
import { archivePath } from './load.ts';

/** One thing that is not as it should be. */
export interface Finding {
  what: string;
  expected: string;
  found: string;
}

type Asked = (typeof demoRequests)[number];

/**
 * The course on the target, asked of the target itself, beside the archive that its source was loaded from: sections,
 * activities by module and title, files. What is missing must be in the report, and nothing else may be missing.
 */
export async function compareWithArchive({ sites }: Modules, request: Request, asked: Asked): Promise<Finding[]> {
  const findings: Finding[] = [];
  const expect = (what: string, expected: unknown, found: unknown): void => {
    if (JSON.stringify(expected) !== JSON.stringify(found))
      findings.push({ what, expected: JSON.stringify(expected), found: JSON.stringify(found) });
  };
  expect('state', 'done', request.state);
  if (request.state !== 'done' || !request.newCourse) return findings;

  const archive = await inspect(archivePath(asked.file));
  const client = await sites.client(request.target, 'target');
  const arrived = await client.call('get_course', { courseid: request.newCourse.id });
  const lost = request.report.filter(({ code }) => code === 'module-missing').map(({ what }) => what);
  const { plugins } = await client.call('list_plugins', { type: 'mod' });
  const installed = new Set(plugins.map(({ name }) => name));

  const held = archive.activities.filter(({ module }) => installed.has(module));
  const missing = archive.activities.filter(({ module }) => !installed.has(module));
  const inOrder = (activities: { module: string; title: string }[]) =>
    activities.map(({ module, title }) => `${module}: ${title}`).toSorted();
  expect(
    'activities',
    inOrder(held),
    inOrder(
      arrived.sections.flatMap(({ activities }) => activities.map(({ module, name }) => ({ module, title: name }))),
    ),
  );
  for (const { title } of missing)
    expect(
      `the report names "${title}"`,
      true,
      lost.some((what) => what.includes(title)),
    );
  expect('activities reported as lost', missing.length, lost.length);
  expect(
    'sections',
    archive.sections,
    arrived.sections.map(({ number, name }) => ({ number, name })),
  );
  expect('files', archive.files, arrived.files);
  if (!request.people) expect('people in the archive that travelled', 0, request.counts.before?.people);
  else {
    expect('people', archive.enrolled, request.counts.before?.people);
    expect('people on the target', archive.enrolled, request.counts.after?.people);
  }
  for (const code of asked.expect)
    expect(
      `the report has a line ${code}`,
      true,
      request.report.some((line) => line.code === code),
    );
  return findings;
}

/** Of courses of one name, whichever came later is called otherwise: all but one say so in their reports. */
export function compareNames(requests: readonly Request[]): Finding[][] {
  const renamed = ({ report }: Request): boolean => report.some(({ code }) => code === 'name-changed');
  return requests.map((request, index) => {
    const alike = requests.filter(({ courseName }) => courseName === request.courseName);
    const found = alike.filter(renamed).length;
    const isLast = requests.findLastIndex(({ courseName }) => courseName === request.courseName) === index;
    if (!isLast || found === alike.length - 1) return [];
    return [
      { what: 'courses of that name with another one', expected: String(alike.length - 1), found: String(found) },
    ];
  });
}
