<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

use core_external\external_function_parameters as parameters;
use core_external\external_multiple_structure as many;
use local_jouvence\courses;
use local_jouvence\error;
use local_jouvence\outline;

/**
 * A course without its contents.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class get_course extends base {
    /**
     * @return parameters
     */
    public static function execute_parameters() {
        return new parameters([
            'courseid' => shapes::int(),
            'key' => shapes::if_given(),
        ]);
    }

    /**
     * @param int $courseid
     * @param string|null $key of categories, table:foreignkey:field
     * @return array
     */
    public static function execute($courseid, $key = null) {
        global $DB;
        $params = self::validate_parameters(self::execute_parameters(), compact('courseid', 'key'));
        self::enter('get_course');
        self::require_ids($params, 'courseid');
        self::require_key($params['key']);
        $course = $DB->get_record('course', ['id' => $params['courseid']]);
        if (!$course || (int) $course->id === (int) SITEID) {
            throw new error('not-found', "there is no course {$params['courseid']}");
        }
        $context = \context_course::instance($course->id);
        require_capability('moodle/course:view', $context);
        if (!$course->visible) {
            require_capability('moodle/course:viewhiddencourses', $context);
        }
        return courses::summary((int) $course->id, $params['key']) + (new outline($course))->get();
    }

    /**
     * @return \core_external\external_description
     */
    public static function execute_returns() {
        return shapes::course([
            'sections' => new many(shapes::one('', 'number', 'visible', [
                'name' => shapes::maybe(),
                'activities' => new many(shapes::one('module name', 'id filebytes', 'visible')),
            ])),
            'plugins' => new many(shapes::one('type name')),
            'files' => shapes::int(),
            'people' => shapes::int(),
            'release' => shapes::text(),
        ]);
    }
}
