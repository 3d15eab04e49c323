<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * Teachers as an old platform has them: by a role in the category, with enrolments that have ended or are suspended, with
 * suspended accounts, in hidden courses. Input: {category: idnumber}. Answer: {categoryid, courses: {shortname: id}}.
 */

require(__DIR__ . '/start.php');
require(__DIR__ . '/people.php');

$generator = seed_generator();
$idnumber = seed_input()->category ?? 'CAT-TEACHERS';
$top = $generator->create_category(['name' => 'Faculté', 'idnumber' => $idnumber]);
$inner = $generator->create_category(['name' => 'Licence & "master"', 'parent' => $top->id, 'idnumber' => "$idnumber-L"]);
$role = $DB->get_field('role', 'id', ['shortname' => 'editingteacher'], MUST_EXIST);
$teacher = fn (string $name) => seed_person("prof.$name", 'Prof', ucfirst($name));
$courses = [];
foreach (['visible' => 1, 'hidden' => 0] as $kind => $visible) {
    $courses["$idnumber-$kind"] = $generator->create_course(['shortname' => "$idnumber-$kind", 'fullname' => "Cours $kind", 'category' => $inner->id, 'visible' => $visible]);
}
foreach ($courses as $course) {
    $generator->enrol_user($teacher('cours')->id, $course->id, 'editingteacher');
    $generator->enrol_user($teacher('suspendu')->id, $course->id, 'editingteacher', 'manual', 0, 0, ENROL_USER_SUSPENDED);
    $generator->enrol_user($teacher('expire')->id, $course->id, 'editingteacher', 'manual', time() - 2 * YEARSECS, time() - YEARSECS);
    $generator->enrol_user($teacher('compte')->id, $course->id, 'editingteacher');
    $generator->enrol_user($teacher('eleve')->id, $course->id, 'student');
    $generator->enrol_user($teacher('parti')->id, $course->id, 'editingteacher');
}
role_assign($role, $teacher('categorie')->id, context_coursecat::instance($top->id));
$DB->set_field('user', 'suspended', 1, ['id' => $teacher('compte')->id]);
delete_user($teacher('parti'));
seed_answer(['categoryid' => (int)$inner->id, 'courses' => array_map(fn ($course) => (int)$course->id, $courses)]);
