import type { CourseOutline } from '@jouvence/protocol';
import type { Tx } from '../database.ts';

type Outline = Pick<CourseOutline, 'sections' | 'plugins' | 'files' | 'people'>;

interface ActivityRow {
  id: number;
  section_id: number;
  module: string;
  name: string;
  visible: boolean;
  filebytes: number;
}

/** What is in a course, from the index. */
export async function getOutline(tx: Tx, courseId: number): Promise<Outline> {
  const sections = await tx.rows<{ section_id: number; number: number; name: string | null; visible: boolean }>(
    'select section_id, number, name, visible from course_sections where course_id = $1 order by number, section_id',
    [courseId],
  );
  const activities = await tx.rows<ActivityRow>(
    `select id, section_id, module, name, visible, filebytes from course_activities where course_id = $1 order by position`,
    [courseId],
  );
  const plugins = await tx.rows<{ type: string; name: string }>(
    `select type, name from course_plugins where course_id = $1 order by type <> 'mod', type, name`,
    [courseId],
  );
  const counts = await tx.row<{ files: number; people: number }>(
    `select (select count(*) from course_files where course_id = $1) as files,
       (select count(distinct e.person_id) from enrolments e join enrol_methods m on m.id = e.method_id
        where m.course_id = $1) as people`,
    [courseId],
  );
  const bySection = Map.groupBy(activities, (activity) => activity.section_id);
  return {
    sections: sections.map(({ section_id, number, name, visible }) => ({
      number,
      name,
      visible,
      activities: (bySection.get(section_id) ?? []).map(({ section_id: _, ...activity }) => activity),
    })),
    plugins,
    ...counts!,
  };
}
