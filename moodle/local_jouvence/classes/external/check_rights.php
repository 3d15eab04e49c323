<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use core_external\external_multiple_structure as many;
use local_jouvence\roles;

/**
 * Whether a person holds capabilities somewhere.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class check_rights extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([
            'userid' => shapes::int(),
            'checks' => new many(shapes::one('capability level', 'instanceid')),
        ]);
    }

    /**
     * @param int $userid
     * @param array[] $checks {capability, level, instanceid}
     * @return array
     */
    public static function execute($userid, $checks) {
        $params = self::validate_parameters(self::execute_parameters(), compact('userid', 'checks'));
        self::enter('check_rights');
        self::require_ids($params, 'userid');
        self::require_count('checks', $params['checks'], 50);
        foreach ($params['checks'] as $check) {
            self::require_one_of('level', $check['level'], ['system', 'category', 'course']);
        }
        return ['checks' => roles::check($params['userid'], $params['checks'])];
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::list_of('checks', shapes::one('capability', '', 'exists allowed'));
    }
}
