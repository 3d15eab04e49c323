<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use core_external\external_multiple_structure as many;
use core_external\external_value as value;
use local_jouvence\course_people;
use local_jouvence\error;

/**
 * Who holds one of these roles in a course, or above it.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class get_course_people extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([
            'courseid' => shapes::int(),
            'roles' => shapes::texts(),
            'after' => new value(PARAM_INT, '', VALUE_DEFAULT, 0, NULL_NOT_ALLOWED),
        ]);
    }

    /**
     * @param int $courseid
     * @param string[] $roles short names
     * @param int $after only accounts with greater ids
     * @return array
     */
    public static function execute($courseid, $roles, $after = 0) {
        global $DB;
        $params = self::validate_parameters(self::execute_parameters(), compact('courseid', 'roles', 'after'));
        self::enter('get_course_people');
        self::require_ids($params, 'courseid');
        self::require_count('roles', $params['roles'], 50);
        self::require_roles('roles', ...$params['roles']);
        $system = \context_system::instance();
        require_capability('moodle/course:view', $system);
        $course = $DB->get_record('course', ['id' => $params['courseid']], 'id, visible');
        $isseen = $course && ($course->visible || has_capability('moodle/course:viewhiddencourses', $system));
        if (!$isseen || (int) $course->id === (int) SITEID) {
            throw new error('not-found', "there is no course {$params['courseid']}");
        }
        return course_people::of((int) $course->id, array_unique($params['roles']), $params['after']);
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::one('', '', 'more', [
            'people' => new many(shapes::one('username email idnumber fullname auth', 'id', 'suspended',
                ['roles' => shapes::texts()])),
        ]);
    }
}
