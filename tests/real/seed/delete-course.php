<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/** A course goes, as an administrator deletes it: {courseid}. Answer: {deleted}. */

require(__DIR__ . '/start.php');

seed_answer(['deleted' => delete_course(seed_input()->courseid, false)]);
