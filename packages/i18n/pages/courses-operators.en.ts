/** Texts of the operators' side of the pages about courses. */
export const coursesOperatorsPagesEn = {
  'courses.every.title': 'All courses of a source',
  'courses.every.lead': 'Whoever teaches them. What is ticked here is carried for nobody: nobody is enrolled.',
  'courses.every.source': 'Source',
  'courses.every.search': 'Search',
  'courses.every.search.hint': 'parts of the name, the short name or the number',
  'courses.every.found_one': '{{shown}} course',
  'courses.every.found_other': '{{shown}} courses',
  'courses.every.none': 'No course is like that',
  'courses.every.none.text': 'Look for a part of its name, or for its number.',
  'courses.every.clear': 'Show all',
  'courses.every.noSource': 'No source of yours brings courses to {{target}} yet.',
  'courses.every.loading': 'Courses are being looked for…',
} as const;
