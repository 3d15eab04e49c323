<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use local_jouvence\courses;

/**
 * Courses in which a person holds one of these roles.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class list_courses extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([
            'userid' => shapes::int(),
            'roles' => shapes::texts(),
            'key' => shapes::if_given(),
        ]);
    }

    /**
     * @param int $userid
     * @param string[] $roles short names
     * @param string|null $key of categories, table:foreignkey:field
     * @return array
     */
    public static function execute($userid, $roles, $key = null) {
        $params = self::validate_parameters(self::execute_parameters(), compact('userid', 'roles', 'key'));
        self::enter('list_courses');
        self::require_ids($params, 'userid');
        self::require_count('roles', $params['roles'], 50);
        self::require_roles('roles', ...$params['roles']);
        self::require_key($params['key']);
        $system = \context_system::instance();
        require_capability('moodle/course:view', $system);
        $hidden = has_capability('moodle/course:viewhiddencourses', $system);
        return ['courses' => courses::of_person($params['userid'], array_unique($params['roles']), $hidden,
            $params['key'])];
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::list_of('courses', shapes::course(['roles' => shapes::texts()]));
    }
}
