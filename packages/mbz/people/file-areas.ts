import { documentShape } from './catalogue.ts';

/**
 * Whose a file area is. From the file annotations of Moodle 4.5's backup steps (`annotate_files`), with and without users.
 * `by-row`: the same area holds examples made by teachers and submissions of participants (workshop); the row decides.
 */
export type AreaOwner = 'content' | 'people' | 'by-row' | 'unknown';

const PEOPLE_AREAS = new Set(
  `assignfeedback_comments/feedback assignfeedback_editpdf/download assignfeedback_editpdf/combined
  assignfeedback_editpdf/partial assignfeedback_editpdf/pages assignfeedback_editpdf/readonlypages
  assignfeedback_editpdf/stamps assignfeedback_editpdf/importhtml assignfeedback_file/feedback_files
  assignfeedback_file/feedback_files_batch assignfeedback_file/feedback_files_import
  assignsubmission_file/submission_files assignsubmission_onlinetext/submissions_onlinetext
  grade/feedback grade/historyfeedback mod_data/content mod_forum/attachment mod_forum/post mod_glossary/attachment
  mod_glossary/entry mod_lesson/essay_answers mod_lesson/essay_responses mod_wiki/attachments
  gradingform_guide/remark gradingform_rubric/remark`.split(/\s+/),
);

const BY_ROW_AREAS = new Set(
  `mod_workshop/submission_content mod_workshop/submission_attachment mod_workshop/overallfeedback_content
  mod_workshop/overallfeedback_attachment`.split(/\s+/),
);

const CONTENT_AREAS = new Set(
  `badges/badgeimage block_html/content calendar/event_description contentbank/public course/legacy course/overviewfiles
  course/section course/summary customfield_textarea/value grade/outcome grade/scale grading/description
  group/description group/icon grouping/description mod_assign/activityattachment mod_assign/introattachment
  mod_bigbluebuttonbn/presentation mod_book/chapter mod_feedback/item mod_feedback/page_after_submit
  mod_feedback/template mod_folder/content mod_h5pactivity/package mod_imscp/backup mod_imscp/content
  mod_lesson/mediafile mod_lesson/page_answers mod_lesson/page_contents mod_lesson/page_responses mod_page/content
  mod_quiz/feedback mod_resource/content mod_scorm/content mod_scorm/package mod_workshop/conclusion
  mod_workshop/instructauthors mod_workshop/instructreviewers question/questiontext question/generalfeedback
  question/answer question/answerfeedback question/hint question/correctfeedback question/partiallycorrectfeedback
  question/incorrectfeedback quizaccess_seb/filemanager_sebconfigfile workshopform_accumulative/description
  workshopform_comments/description workshopform_numerrors/description workshopform_rubric/description`.split(/\s+/),
);

/** Core question types, all of whose areas hold what question authors made. */
const QTYPES = new Set(
  `calculated calculatedmulti calculatedsimple ddimageortext ddmarker ddwtos description essay gapselect match
  missingtype multianswer multichoice numerical ordering random randomsamatch shortanswer truefalse`.split(/\s+/),
);

/** Says whose the files of an area are. */
export function areaOwner(component: string, filearea: string): AreaOwner {
  const area = `${component}/${filearea}`;
  if (component === 'user' || PEOPLE_AREAS.has(area)) return 'people';
  // Responses to questions, and comments on them, live in areas named after the response variable.
  if (component === 'question' && filearea.startsWith('response_')) return 'people';
  if (BY_ROW_AREAS.has(area)) return 'by-row';
  if (CONTENT_AREAS.has(area)) return 'content';
  if (component.startsWith('qtype_') && QTYPES.has(component.slice(6))) return 'content';
  if (component.startsWith('mod_') && filearea === 'intro' && documentShape(`activity/${component.slice(4)}.xml`)) {
    return 'content';
  }
  return 'unknown';
}
