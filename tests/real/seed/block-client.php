<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * Strasbourg's block as a client: where it fetches from, and what a person has ticked.
 * Input: {url, token, person, courses: [{courseid, name}], people?}. Answer: {ids}.
 */

require(__DIR__ . '/start.php');
require(__DIR__ . '/people.php');

$input = seed_input();
$component = 'block_my_external_backup_restore_courses';
set_config('external_moodles', "$input->url,$input->token", $component);
set_config('defaultcategory', core_course_category::get_default()->id, $component);
// Out of the box the first lines of the block would never begin.
set_config('timelimitedmod', 0, $component);
$person = seed_person($input->person, 'Élise', 'Martin');
// The first lines of the block restore as that person, who then needs all the rights for it.
role_assign($DB->get_field('role', 'id', ['shortname' => 'manager'], MUST_EXIST), $person->id, context_system::instance());
$columns = $DB->get_columns('block_external_backuprestore');
$ids = [];
foreach ($input->courses as $course) {
    $row = ['userid' => $person->id, 'externalcourseid' => $course->courseid, 'externalcoursename' => $course->name, 'externalmoodleurl' => $input->url,
        'internalcategory' => 0, 'status' => 0, 'timecreated' => time(), 'timemodified' => time(), 'timescheduleprocessed' => 0,
        'withuserdatas' => (int)($input->people ?? 0), 'enrolmentmode' => 2, 'externalmoodletoken' => $input->token, 'externalmoodlesitename' => 'x'];
    $ids[] = (int)$DB->insert_record('block_external_backuprestore', (object)array_intersect_key($row, $columns));
}
seed_answer(['ids' => $ids]);
