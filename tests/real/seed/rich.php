<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * The rich course: every activity type that this Moodle has, with people and what they did.
 *
 * Input: shortname, fullname, idnumber, category idnumber; all optional. Answer: courseid, shortname, modules, people.
 */

require(__DIR__ . '/start.php');
require(__DIR__ . '/people.php');
require(__DIR__ . '/activities.php');
require(__DIR__ . '/quiz.php');
require(__DIR__ . '/work.php');
require(__DIR__ . '/frame.php');

$input = seed_input();
$generator = seed_generator();
$categoryid = $DB->get_field('course_categories', 'id', ['idnumber' => 'CAT-RICH'])
    ?: $generator->create_category(['name' => 'Sciences & "lettres" <é😀>', 'idnumber' => 'CAT-RICH'])->id;
set_config('enablecompletion', 1);
set_config('enablebadges', 1);
$course = $generator->create_course([
    'shortname' => $input->shortname ?? 'RICHE < & > "é😀"', 'fullname' => $input->fullname ?? 'Cours riche & complet, 1 < 2 "é😀"',
    'idnumber' => $input->idnumber ?? 'IDN <&> é', 'category' => $categoryid, 'numsections' => 4, 'enablecompletion' => 1,
    'summary' => '<p>Résumé &amp; plus 😀</p>', 'summaryformat' => FORMAT_HTML, 'startdate' => 1756677600, 'enddate' => 1782770400,
    'groupmode' => VISIBLEGROUPS, 'visible' => 1,
], ['createsections' => true]);
$people = seed_people();
$team = seed_enrol($course, $people);
$made = seed_activities($course, $team);
seed_site_tool($course);
seed_questions($course, $made['quiz']);
seed_frame($course, $people, $made);
seed_work($course, $people, $team, $made);
rebuild_course_cache($course->id, true);
grade_regrade_final_grades($course->id);
seed_answer(['courseid' => (int)$course->id, 'shortname' => $course->shortname, 'modules' => array_keys($made), 'people' => array_keys($people)]);
