<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * Answers one call of the agent protocol on the command line, for a Jouvence on the same machine: no web server, no token,
 * no time limit. Whoever may run it owns the site's data directory already.
 *
 *   echo '{"profile": "source", "function": "local_jouvence_get_site", "params": {}}' | php call.php 3>&1 >/dev/null
 *
 * Standard input holds JSON, one document a line (classes/command.php says which); descriptor 3 takes the same;
 * archives go through descriptor 4. What Moodle prints on standard output and error is nobody's answer.
 *
 * Until the version of PHP is known, this is written for any.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

define('CLI_SCRIPT', true);
define('NO_DEBUG_DISPLAY', true);
define('NO_OUTPUT_BUFFERING', true);
// A site that is being upgraded is told in our own words.
define('NO_UPGRADE_CHECK', true);
define('ABORT_AFTER_CONFIG', true);

/**
 * Ends before Moodle was there.
 *
 * @param resource|false $out
 * @param string $code
 * @param string $message
 */
function local_jouvence_refuse($out, $code, $message) {
    if ($out) {
        fwrite($out, json_encode(array('error' => array(
            'exception' => 'local_jouvence\\error', 'errorcode' => $code, 'message' => $message))) . "\n");
    }
    fwrite(STDERR, "call.php: {$message}\n");
    exit(1);
}

$local_jouvence_out = PHP_SAPI === 'cli' ? @fopen('php://fd/3', 'w') : false;
// Where nobody opened it, descriptor 3 is a file of PHP's own, and cannot be written to.
if (!$local_jouvence_out || @fwrite($local_jouvence_out, "\n") !== 1) {
    local_jouvence_refuse(false, 'invalid-parameter', 'descriptor 3 is not open for the answer: this is run by Jouvence, ' .
        'or as its first lines say');
}
if (version_compare(PHP_VERSION, '7.4.0', '<')) {
    local_jouvence_refuse($local_jouvence_out, 'unsupported', 'PHP ' . PHP_VERSION . ' is too old for the agent, which ' .
        'needs 7.4 or later: name the PHP of this code base (jouvence sites add NAME --codebase DIR --php PATH)');
}
if (function_exists('posix_geteuid') && posix_geteuid() === 0) {
    local_jouvence_refuse($local_jouvence_out, 'not-allowed', 'this must not run as root: the web server could neither ' .
        'read nor replace the files that Moodle makes. Run it as the owner of the site\'s data directory');
}
require_once(__DIR__ . '/../../../lib/phpminimumversionlib.php');
if (!moodle_minimum_php_version_is_met()) {
    local_jouvence_refuse($local_jouvence_out, 'unsupported', 'PHP ' . PHP_VERSION . ' is too old for this Moodle: name ' .
        'the PHP of this code base (jouvence sites add NAME --codebase DIR --php PATH)');
}

require_once(__DIR__ . '/../classes/owner.php');
$local_jouvence_asked = false;
$local_jouvence_ask = function () use ($local_jouvence_out, &$local_jouvence_asked) {
    global $CFG;
    if ($local_jouvence_asked || empty($CFG->dataroot)) {
        return;
    }
    $local_jouvence_asked = true;
    $refusal = \local_jouvence\owner::refusal($CFG->dataroot, 'call.php');
    if ($refusal !== null) {
        local_jouvence_refuse($local_jouvence_out, 'not-allowed', $refusal);
    }
};
// Moodle ends by itself where it cannot write.
register_shutdown_function($local_jouvence_ask);
require(__DIR__ . '/../../../config.php');
$local_jouvence_ask();

define('ABORT_AFTER_CONFIG_CANCEL', true);
require($CFG->dirroot . '/lib/setup.php');

// Whoever asked may go, and close its end of standard output: what was begun is ended all the same.
ignore_user_abort(true);
core_php_time_limit::raise();
\local_jouvence\command::serve($local_jouvence_out, STDIN);
