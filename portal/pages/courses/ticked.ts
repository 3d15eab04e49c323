import type { Ticked } from './basket.ts';
import type { ListedCourse } from './matching.ts';

/** What is kept of a course that is ticked. */
export const tickedOf = ({ key, source, title, course }: Omit<ListedCourse, 'words'>): Ticked => ({
  key,
  source,
  title,
  courseid: course.id,
  fullname: course.fullname,
  shortname: course.shortname,
  fileBytes: course.fileBytes,
});
