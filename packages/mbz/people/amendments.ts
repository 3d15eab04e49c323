/**
 * What `catalogue.txt` (Moodle 4.5's own structure) does not say: where other releases differ, and where Moodle writes
 * people although it was asked not to. Same notation, laid over the generated catalogue:
 * `-element` belongs to participants, `~field` is authorship or a user's id, `*` means any leaf is known.
 */
export const AMENDMENTS = `
# */roles.xml
roles
 role_overrides
  override ~modifierid
# scales.xml
scales_definition
 scale ~userid
# outcomes.xml
outcomes_definition
 outcome ~userid ~usermodified
# files.xml
files
 file ~userid ~author
# questions.xml
question_categories
 question_category
  question_bank_entries
   question_bank_entry ~ownerid
    question_version
     question_versions
      questions
       question ~createdby ~modifiedby
        plugin_qbank_comment_question
         comments
          -comment
        plugin_qtype_calculated_question
         answers
          answer
        plugin_qtype_shortanswer_question
         shortanswer @id usecase
        plugin_qtype_random_question
        plugin_qtype_description_question
  questions
   question =question_categories/question_category/question_bank_entries/question_bank_entry/question_version/question_versions/questions/question
# badges.xml
badges
 badge ~usercreated ~usermodified ~imageauthorname ~imageauthoremail ~imageauthorurl
  manual_awards
   -manual_award
# activity/survey.xml
activity
 survey
  answers
   -answer
  analysis
   -analys
# activity/assign.xml
activity
 assign gradepenalty markercount
  -allocatedmarkers
  userflags
   -userflag
# activity/quiz.xml
activity
 quiz precreateattempts questiondecimalpoints completionpass
  subplugin_quizaccess_seb_quiz
   quizaccess_seb_quizsettings * ~usermodified
    quizaccess_seb_template * ~usermodified
  question_instances
   question_instance questionid questioncategoryid includingsubcategories
    tags
     tag @id *
# activity/scorm.xml
activity
 scorm
  scoes
   sco
    sco_tracks
     -sco_track
# activity/lti.xml
activity
 lti
  ltitype
   ltitypesconfigs
    ltitypesconfig
   ltitoolproxy @id * ~createdby
# activity/qbank.xml
activity @id @moduleid @modulename @contextid
 qbank @id type name intro introformat timecreated timemodified
# moodle_backup.xml
moodle_backup
 information *
  details
   detail @backup_id *
  contents
   activities
    activity *
   sections
    section *
   course *
  settings
   setting *
`;
