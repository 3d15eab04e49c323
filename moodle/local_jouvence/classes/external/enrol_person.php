<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use core_external\external_single_structure as one;
use local_jouvence\roles;

/**
 * Enrols by the manual method and gives a role; doing it again changes nothing.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class enrol_person extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([
            'courseid' => shapes::int(),
            'userid' => shapes::int(),
            'role' => shapes::text(),
        ]);
    }

    /**
     * @param int $courseid
     * @param int $userid
     * @param string $role short name
     * @return array
     */
    public static function execute($courseid, $userid, $role) {
        $params = self::validate_parameters(self::execute_parameters(), compact('courseid', 'userid', 'role'));
        self::enter('enrol_person');
        self::require_ids($params, 'courseid', 'userid');
        self::require_roles('role', $params['role']);
        return ['before' => roles::enrol($params['courseid'], $params['userid'], $params['role'])];
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return new one(['before' => shapes::one('', '', 'enrolled', ['roles' => shapes::texts()])]);
    }
}
