<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * Makes a site ready to be given courses: somebody who may create courses, and a category of the old site's idnumber.
 *
 * Input: {username?, category?: idnumber}. Answer: {userid, categoryid}.
 */

require(__DIR__ . '/start.php');
require(__DIR__ . '/people.php');

$input = seed_input();
$idnumber = $input->category ?? 'CAT-RICH';
$username = $input->username ?? 'prof.martin';
$person = seed_person($username, 'Élise', 'Martin');
$creator = $DB->get_field('role', 'id', ['shortname' => 'coursecreator'], MUST_EXIST);
role_assign($creator, $person->id, context_system::instance());
$categoryid = $DB->get_field('course_categories', 'id', ['idnumber' => $idnumber])
    ?: seed_generator()->create_category(['name' => "Nouvelle faculté $idnumber", 'idnumber' => $idnumber])->id;
seed_answer(['userid' => (int)$person->id, 'categoryid' => (int)$categoryid]);
