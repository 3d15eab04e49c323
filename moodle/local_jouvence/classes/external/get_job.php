<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use local_jouvence\error;
use local_jouvence\tasks;

/**
 * How a task stands. If whoever ran it has died, it is taken up again.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class get_job extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters(['key' => shapes::text()]);
    }

    /**
     * @param string $key
     * @return array the task
     */
    public static function execute($key) {
        $params = self::validate_parameters(self::execute_parameters(), compact('key'));
        $userid = self::enter('get_job')->userid;
        tasks::require_key('key', $params['key']);
        $row = tasks::find($params['key'], $userid);
        if (!$row) {
            throw new error('not-found', "there is no task {$params['key']}");
        }
        return tasks::to_wire(tasks::look_after($row));
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::task();
    }
}
