<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * What every seed begins with: the Moodle of MOODLE_CONFIG, as its administrator, with Moodle's own generators.
 *
 * A seed reads one JSON document on standard input and answers with one, on the last line of standard output.
 */

define('CLI_SCRIPT', true);
require(getenv('MOODLE_CONFIG'));

// As Moodle's own tool_generator does it: the generators work outside of PHPUnit.
require_once($CFG->dirroot . '/lib/phpunit/classes/util.php');
require_once($CFG->dirroot . '/course/lib.php');
require_once($CFG->libdir . '/completionlib.php');
require_once($CFG->libdir . '/gradelib.php');
require_once($CFG->libdir . '/enrollib.php');

// Seeds hold no secrets and run on a test site alone: say what went wrong.
set_exception_handler(function ($error) {
    fwrite(STDERR, get_class($error) . ': ' . $error->getMessage() . "\n" . ($error->debuginfo ?? '') . "\n"
        . $error->getFile() . ':' . $error->getLine() . "\n" . $error->getTraceAsString() . "\n");
    exit(1);
});
\core\session\manager::set_user(get_admin());

function seed_input(): stdClass {
    return json_decode(stream_get_contents(STDIN) ?: '{}') ?? new stdClass();
}

function seed_answer($answer): void {
    echo "\n" . json_encode($answer, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE) . "\n";
}

function seed_generator(): testing_data_generator {
    return phpunit_util::get_data_generator();
}

/** A draft area of the current user with these files: name => content. */
function seed_draft(array $files): int {
    global $USER;
    $itemid = file_get_unused_draft_itemid();
    $fs = get_file_storage();
    foreach ($files as $path => $content) {
        $fs->create_file_from_string([
            'contextid' => context_user::instance($USER->id)->id, 'component' => 'user', 'filearea' => 'draft',
            'itemid' => $itemid, 'filepath' => '/' . ltrim(dirname('/' . $path) . '/', '/'), 'filename' => basename($path),
        ], $content);
    }
    return $itemid;
}

/** Runs as somebody, as if they had done it themselves. */
function seed_as(stdClass $user, callable $do) {
    global $USER;
    $before = $USER;
    \core\session\manager::set_user($user);
    try {
        return $do();
    } finally {
        \core\session\manager::set_user($before);
    }
}

/** The same bytes for the same number, on every machine. */
function seed_bytes(int $number, int $length): string {
    $bytes = '';
    for ($at = 0; strlen($bytes) < $length; $at++) {
        $bytes .= hash('sha256', "$number.$at", true);
    }
    return substr($bytes, 0, $length);
}
