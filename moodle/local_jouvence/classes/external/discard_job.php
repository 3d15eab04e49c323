<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use local_jouvence\discard;
use local_jouvence\tasks;

/**
 * Takes a task back, and what it made as long as nobody uses it.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class discard_job extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters(['key' => shapes::text()]);
    }

    /**
     * @param string $key
     * @return array
     */
    public static function execute($key) {
        $params = self::validate_parameters(self::execute_parameters(), compact('key'));
        $userid = self::enter('discard_job')->userid;
        tasks::require_key('key', $params['key']);
        return discard::task($params['key'], $userid);
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::one('before', '', '', [
            'removed' => shapes::one('', '', 'archive', ['courseid' => shapes::maybe_int()]),
        ]);
    }
}
