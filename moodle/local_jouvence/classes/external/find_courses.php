<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use local_jouvence\courses;

/**
 * Courses by id, short name or idnumber.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class find_courses extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([
            'field' => shapes::text(),
            'value' => shapes::text(),
            'key' => shapes::if_given(),
        ]);
    }

    /**
     * @param string $field
     * @param string $value
     * @param string|null $key of categories, table:foreignkey:field
     * @return array
     */
    public static function execute($field, $value, $key = null) {
        $params = self::validate_parameters(self::execute_parameters(), compact('field', 'value', 'key'));
        self::enter('find_courses');
        self::require_one_of('field', $params['field'], ['id', 'shortname', 'idnumber']);
        self::require_key($params['key']);
        $system = \context_system::instance();
        require_capability('moodle/course:view', $system);
        $hidden = has_capability('moodle/course:viewhiddencourses', $system);
        return ['courses' => courses::find($params['field'], $params['value'], $hidden, $params['key'])];
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::list_of('courses', shapes::course());
    }
}
