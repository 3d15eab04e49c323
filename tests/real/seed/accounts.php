<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * Accounts, made or changed: {people: [{username, email?, firstname?, lastname?, idnumber?, auth?, suspended?, password?}]}.
 * Answer: ids by username.
 */

require(__DIR__ . '/start.php');
require(__DIR__ . '/people.php');
require_once($CFG->dirroot . '/user/lib.php');

$ids = [];
foreach (seed_input()->people as $wish) {
    $user = seed_person($wish->username, $wish->firstname ?? ucfirst($wish->username), $wish->lastname ?? 'Person', array_intersect_key((array)$wish, ['email' => 1]));
    user_update_user((object)(['id' => $user->id] + array_diff_key((array)$wish, ['password' => 1])), false, false);
    $ids[$user->username] = (int)$user->id;
}
seed_answer($ids);
