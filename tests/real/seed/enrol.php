<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/** Enrols people as students: {courseid, usernames: []}. Answer: how many. */

require(__DIR__ . '/start.php');

$input = seed_input();
foreach ($input->usernames as $username) {
    $user = $DB->get_record('user', ['username' => $username, 'mnethostid' => $CFG->mnet_localhost_id], '*', MUST_EXIST);
    seed_generator()->enrol_user($user->id, $input->courseid, 'student');
}
seed_answer(count($input->usernames));
