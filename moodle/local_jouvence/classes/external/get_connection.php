<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use core_external\external_multiple_structure as many;
use local_jouvence\connection;

/**
 * The caller's own standing, as this site sees it.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class get_connection extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([]);
    }

    /**
     * @return array
     */
    public static function execute() {
        $call = self::enter('get_connection');
        return connection::describe($call->profile, $call->userid);
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::one('profile username iprestriction address', 'userid tokenexpires', 'secure', [
            'capabilities' => new many(shapes::one('capability', '', 'held')),
            'assignableroles' => shapes::texts(),
            'waiting' => shapes::one('', 'tasks since'),
        ]);
    }
}
